/** A kind of dataset that nobody thought of, which came around the types and the schemas: it is closed to everybody. */
import { expect, test } from "vitest";
import { dcat } from "../../functions/catalogue/dcat.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { rulesOfKind } from "../../functions/disclosure/kinds.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { ask } from "../../functions/query/ask.ts";
import { askOpen } from "../../functions/query/open.ts";
import { crossRequest } from "../../functions/release/release.ts";
import { peek } from "../../functions/signing/jws.ts";
import { Statement } from "../../schemas/query.ts";
import type { Refused } from "../../schemas/refusal.ts";
import { Manifest } from "../../schemas/release.ts";
import { DatasetKind } from "../../schemas/words.ts";
import { makeAnswerer } from "../world/answerer.ts";
import { makeManifest, makeMember, makeNode, makeWorld, NOW } from "../world/federation.ts";
import { descriptorWith } from "../world/policy.ts";

const UNKNOWN = "survey" as DatasetKind;
const CLOSED = { name: "Refused", reason: "descriptor-invalid" };
const NODE = "IT-034027";
const manifestOf = (kind: DatasetKind) => makeManifest(NODE, { kind });

/** A hub that believes a member to offer this kind, two members, and an agreement with nobody. */
async function hubThatSees(kind: DatasetKind) {
  const [asker, other] = await Promise.all([
    makeMember("IT-028060", { url: "https://asker.example" }),
    makeMember(NODE, { url: "https://other.example" }),
  ]);
  // a node that signs the answer of a dataset that its release says to be open
  const world = await makeWorld([
    makeNode(asker),
    makeNode(other, { manifests: [manifestOf("statistics")] }),
  ]);
  const offers = { ...world.deps.offers, release: async () => manifestOf(kind) };
  return { ...world, deps: { ...world.deps, offers } };
}
/** Outcomes by member; where nobody is left to ask, the one reason why. */
const outcomesOf = (statement: Promise<string>): Promise<string[]> =>
  statement.then(
    (jws) => peek(jws, Statement).outcomes.map(({ outcome }) => outcome),
    (error: Refused) => [error.reason],
  );

test("each kind says who may have its figures, and one that is not there says nobody", () => {
  expect(DatasetKind.options.map((kind) => [kind, rulesOfKind(kind).access])).toEqual([
    ["records", "agreement"],
    ["statistics", "anybody"],
    ["register", "anybody"],
  ]);
  expect(() => rulesOfKind(UNKNOWN)).toThrow(expect.objectContaining(CLOSED));
  expect(() => rulesOfKind("toString" as DatasetKind)).toThrow(expect.objectContaining(CLOSED));
});

test("a node answers nobody about it, and opens no cube", async () => {
  for (const kind of ["statistics", "register"] as const) {
    const open = await makeAnswerer(manifestOf(kind));
    expect(typeof (await open.ask())).toBe("string");
    expect([open.opened(), open.logged]).toEqual([1, ["answer"]]);
  }
  const closed = await makeAnswerer(manifestOf(UNKNOWN));
  await expect(closed.ask()).rejects.toMatchObject(CLOSED);
  expect([closed.opened(), closed.logged]).toEqual([0, ["refusal"]]);
});

test("nobody takes the release home", async () => {
  const open = await makeAnswerer(manifestOf("register"));
  await expect(open.download()).resolves.toMatchObject({ manifest: { kind: "register" } });
  const closed = await makeAnswerer(manifestOf(UNKNOWN));
  await expect(closed.download()).rejects.toMatchObject(CLOSED);
});

test("the hub asks nobody for it, neither for a member nor for a stranger with a link", async () => {
  const question = { measures: [{ count: "any" }], by: [], members: [NODE] };
  const asked = async (kind: DatasetKind) => {
    const { deps, peer, sign, token, query } = await hubThatSees(kind);
    const jws = await sign(query(question));
    const statement = ask(deps, { authorization: `DPoP ${await token()}`, jws });
    return [...(await outcomesOf(statement)), ...peer.asked];
  };
  expect(await asked("statistics")).toEqual(["answered", "https://other.example"]);
  expect(await asked("records")).toEqual(["no-agreement"]);
  expect(await asked(UNKNOWN)).toEqual(["descriptor-invalid"]);

  const link = { dataset: "prestazioni", period: "2022", ...question, where: {} };
  const linked = async (kind: DatasetKind, members: string[]) => {
    const { deps, peer } = await hubThatSees(kind);
    return [...(await outcomesOf(askOpen(deps, { ...link, members }))), ...peer.asked];
  };
  expect(await linked("statistics", [NODE])).toEqual(["answered", "https://other.example"]);
  expect(await linked(UNKNOWN, [NODE])).toEqual(["descriptor-invalid"]);
  expect(await linked(UNKNOWN, [])).toEqual(["unknown-dataset"]);
});

test("it is not listed as something that anybody may have", async () => {
  const { entry } = await makeMember(NODE, { url: "https://other.example" });
  const listed = (kind: DatasetKind) =>
    JSON.stringify(
      dcat("https://hub.example", entry, [{ member: entry, manifests: [manifestOf(kind)] }], NOW),
    );
  expect(listed("register")).toContain("access-right/PUBLIC");
  expect(listed("records")).not.toContain("access-right/PUBLIC");
  expect(() => listed(UNKNOWN)).toThrow(expect.objectContaining(CLOSED));
});

test("no descriptor or manifest may name it, and no rows are counted for it", () => {
  const known = descriptorWith({ axes: [["a", "b"]], atMost: 1, pair: false });
  expect(() => accept({ ...known, kind: UNKNOWN })).toThrow(expect.objectContaining(CLOSED));
  expect(Manifest.safeParse(manifestOf(UNKNOWN)).success).toBe(false);
  const plan = planRelease({ ...known, kind: UNKNOWN }, "2022");
  expect(() => crossRequest(plan, { kind: "parquet", path: "none" } as never, [])).toThrow(
    expect.objectContaining(CLOSED),
  );
});
