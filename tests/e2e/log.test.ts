/**
 * The logs of a small federation, from outside: what happened is in them, nothing of what may not be, and whoever changes what
 * lies in the store is found. The tests below are one story, in order.
 */
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { askHub, takeRelease } from "../../adapters/client/asking.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { leafOf } from "../../functions/log/append.ts";
import { verifyConsistency, verifyInclusion } from "../../functions/log/merkle.ts";
import { batchKey, readHead } from "../../functions/log/tree.ts";
import { peek } from "../../functions/signing/jws.ts";
import { AgreementId } from "../../schemas/agreement.ts";
import { Logged, trees } from "../../schemas/items/log.ts";
import { Consistency, Inclusion, LogHead, TreeHead } from "../../schemas/log.ts";
import type { Item } from "../../schemas/ports.ts";
import { Partial, Statement } from "../../schemas/query.ts";
import { isReason } from "../../schemas/refusal.ts";
import { Digest, Jti, MemberId, Period, ReleaseId, Slug } from "../../schemas/words.ts";
import { expectProblem } from "../world/http.ts";
import { HUB, makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { aiuti, csv, person } from "../world/small.ts";

const [ADA, BEA] = ["IT-000001", "IT-000002"] as const;
const DAY = "2026-06-30";
let world: World;
let saved: string;
let statement: string;
const printed: string[] = [];

const cli = async (args: readonly string[], input = "") => {
  const ended = await tavolo(world.at.root, args, input);
  printed.push(ended.out, ended.err);
  return ended;
};
const question = (change: object = {}) => ({
  ...{
    dataset: "aiuti",
    period: "2025",
    members: [ADA],
    measures: [{ count: "any" }],
    by: ["sex"],
    where: {},
    purposeId,
  },
  ...change,
});
const asked = async (who: string, change: object = {}) =>
  askHub(await world.asker(who), question(change) as never);
const urlOf = async (id: string) => (id === HUB ? (await world.asker(ADA)).hub.url : nodeUrl);
let nodeUrl: string;

beforeAll(async () => {
  world = await makeWorld([member(ADA), member(BEA)], DAY);
  await world.publish(ADA, aiuti(), new TextEncoder().encode(csv()));
  const { nodes } = await world.start([{ consumer: BEA, provider: ADA, dataset: "aiuti" }]);
  nodeUrl = nodes.find((one) => one.member === ADA)!.url;
  saved = join(world.at.root, "saved.json");
  statement = await asked(BEA);
  await writeFile(saved, JSON.stringify({ v: 1, statements: { question: statement } }));
});
afterAll(() => world.close());

test("things happen, of every kind", async () => {
  await asked(BEA, { members: [ADA, BEA] });
  await asked(BEA, { measures: [{ count: "nobody" }] }).catch(() => {});
  await asked(BEA, { purposeId: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e9999" }).catch(() => {});
  await asked(ADA);
  await takeRelease(await world.asker(BEA), nodeUrl, `${ADA}/aiuti/2025/1`, purposeId);
  await fetch(`${nodeUrl}/v1/releases/aiuti/2025/1/cube`);
  await fetch(`${nodeUrl}/v1/answer`, {
    method: "POST",
    headers: { "content-type": "application/jose" },
    body: "a.b.c",
  });
  await fetch(`${(await world.asker(ADA)).hub.url}/token.oauth2`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "x" }),
  });
  expect(
    (await cli(["withdraw", "aiuti", "--yes", "--identifiers", "--as", ADA], "CF000003\n")).code,
  ).toBe(0);
  await writeFile(join(world.at.root, "bad.csv"), "nothing\n");
  await writeFile(join(world.at.root, "aiuti.json"), JSON.stringify(aiuti()));
  expect(
    (
      await cli([
        "ingest",
        join(world.at.root, "aiuti.json"),
        join(world.at.root, "bad.csv"),
        "--as",
        ADA,
      ])
    ).code,
  ).toBe(1);
  await expect(
    (await releaseOf(world.at, ADA, await world.store(ADA), world.clock))({
      dataset: "nothing",
      period: "2025",
    }),
  ).rejects.toThrow();
  // the next private event gives it its place
  expect(
    (await cli(["withdraw", "aiuti", "--yes", "--identifiers", "--as", ADA], "CF000004\n")).code,
  ).toBe(0);
  for (let n = 0; n < 9; n++) await asked(BEA);
});

describe("whoever looks from outside", () => {
  test("finds the hub's log whole, and the receipt of a statement in it", async () => {
    const { code, out, err } = await cli(["log", "verify", "--receipt", saved]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^The log of hub holds: \d\d entries, head /);
    expect(out).toContain("✓ 1 receipt: each for an entry that is in it");
    const again = await cli(["log", "verify"]);
    expect(again.out).toMatch(/✓ it begins with the \d\d entries of the head seen before/);
  });

  test("finds a node's log whole, and the receipts of its answers in it", async () => {
    const { code, out, err } = await cli(["log", "verify", "--at", ADA, "--receipt", saved]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("✓ 1 receipt");
  });

  test.each([HUB, ADA])(
    "gets proofs of %s that hold, and the entry itself only with its receipt",
    async (id) => {
      const get = async <T>(path: string, schema: z.ZodType<T>) =>
        schema.parse(await (await fetch(`${await urlOf(id)}${path}`)).json());
      const head = peek((await get("/v1/log/head", LogHead)).head, TreeHead);
      const { receipt, outcomes } = peek(statement, Statement);
      const { partial } = outcomes[0] as { partial: string };
      const { leaf, entry } = id === HUB ? receipt : peek(partial, Partial).receipt!;
      const proof = await get(`/v1/log/inclusion?leaf=${leaf}`, Inclusion);
      expect(verifyInclusion(leaf, proof.index, head.size, proof.path, head.root)).toBe(true);
      expect(proof).not.toHaveProperty("entry");
      const other = await get(
        `/v1/log/inclusion?${new URLSearchParams({ leaf, entry: `${entry.slice(0, -1)}_` })}`,
        Inclusion,
      );
      expect(other).toEqual(proof);
      const shown = await get(
        `/v1/log/inclusion?${new URLSearchParams({ leaf, entry })}`,
        Inclusion,
      );
      expect(leafOf(shown.salt!, shown.entry!)).toBe(leaf);
      const size = proof.index + 1;
      const earlier = await get(`/v1/log/inclusion?leaf=${leaf}&size=${size}`, Inclusion);
      const { path } = await get(`/v1/log/consistency?from=${size}&to=${head.size}`, Consistency);
      const root = id === HUB ? await rootAt(HUB, size) : await rootAt(ADA, size);
      expect(verifyInclusion(leaf, proof.index, size, earlier.path, root)).toBe(true);
      expect(verifyConsistency({ size, root }, head, path)).toBe(true);
    },
  );

  test.each([
    ["/v1/log/inclusion", "body-invalid"],
    ["/v1/log/inclusion?leaf=x", "body-invalid"],
    [`/v1/log/inclusion?leaf=${"A".repeat(43)}`, "not-found"],
    ["/v1/log/entries?from=0&to=100000", "not-found"],
    ["/v1/log/entries?from=-1&to=1", "body-invalid"],
    ["/v1/log/entries?from=0&to=1.5", "body-invalid"],
    ["/v1/log/consistency?from=5&to=2", "body-invalid"],
    ["/v1/log/consistency?from=5", "body-invalid"],
  ] as const)("is told what is wrong with %s", async (path, reason) => {
    await expectProblem(await fetch(`${await urlOf(HUB)}${path}`), reason);
  });
});

async function rootAt(id: string, size: number): Promise<string> {
  const { treeHead } = await import("../../functions/log/merkle.ts");
  const { entries } = (await (
    await fetch(`${await urlOf(id)}/v1/log/entries?from=0&to=${size}`)
  ).json()) as {
    entries: { leaf: string }[];
  };
  return treeHead(entries.map(({ leaf }) => leaf));
}

/** Entries in their places. */
async function entriesIn(id: string): Promise<Logged[]> {
  const entries: Logged[] = [];
  for await (const { body } of (await world.store(id)).query("log#entry"))
    entries.push(...trees.log.entry.body.parse(body).entries);
  return entries;
}

/** What entries may say, by kind: ids, codes, reasons and times. In the private log counts of rows and persons too. */
const reason = z.string().refine(isReason);
const ids = { v: z.literal(1), iat: z.number().int() };
const known = {
  jti: Jti.optional(),
  consumer: MemberId.optional(),
  dataset: Slug.optional(),
  period: Period.optional(),
};
const outcomes = z.string().regex(/^[A-Za-z0-9-]+=[a-z-]+( [A-Za-z0-9-]+=[a-z-]+)*$/);
const publicKinds: Record<string, z.ZodType> = {
  token: z.looseObject({ ...ids, kind: z.string(), jti: Jti, consumer: MemberId }),
  query: z.strictObject({
    ...ids,
    kind: z.string(),
    jti: Jti,
    consumer: MemberId,
    dataset: Slug,
    period: Period,
    outcomes,
  }),
  answer: z.strictObject({
    ...{ ...ids, kind: z.string(), query: Digest, consumer: MemberId, release: ReleaseId },
    agreement: z.union([AgreementId, z.enum(["own", "public"])]),
  }),
  release: z.strictObject({ ...ids, kind: z.string(), release: ReleaseId, cube: Digest }),
  download: z.strictObject({ ...ids, kind: z.string(), release: ReleaseId, consumer: MemberId }),
};
const refusal = z.strictObject({
  ...ids,
  kind: z.string(),
  at: Slug.optional(),
  reason,
  release: ReleaseId.optional(),
  ...known,
});
const privateKinds = ["failed-release", "ingest", "ingest-failed", "withdrawal"];

describe("an entry says codes and ids only", () => {
  test.each([HUB, ADA])("in every partition of the store of %s", async (id) => {
    const store = await world.store(id);
    const items: Item[] = [];
    for (const prefix of ["log", "keep#log", "release#log"])
      for (const part of ["inbox", "entry", "leaf", "tile", "head", "opening", "commitment"])
        for await (const item of store.query(`${prefix}#${part}`)) items.push(item);
    const entries = items.flatMap(({ pk, body }) => {
      if (pk.endsWith("#inbox")) return [[pk, Logged.parse(body)] as const];
      return pk.endsWith("#entry")
        ? trees.log.entry.body.parse(body).entries.map((entry) => [pk, entry] as const)
        : [];
    });
    const kinds = new Set<string>();
    for (const [pk, { entry }] of entries) {
      const said = JSON.parse(entry) as { kind: string };
      kinds.add(said.kind);
      if (pk.startsWith("log#")) {
        const form = said.kind === "refusal" ? refusal : publicKinds[said.kind];
        // whatever other kinds there are must hold to what is asked of all below
        if (form !== undefined) expect(form.safeParse(said).error?.issues, entry).toBeUndefined();
      }
    }
    expect([...kinds]).toEqual(
      expect.arrayContaining(
        id === HUB
          ? ["token", "query", "refusal"]
          : ["release", "answer", "download", "refusal", ...privateKinds],
      ),
    );
    const text = JSON.stringify(items);
    const pseudonyms: string[] = [];
    for await (const { sk } of store.query("release#withdrawal#aiuti")) pseudonyms.push(sk);
    expect(pseudonyms).toHaveLength(id === ADA ? 2 : 0);
    const persons = Array.from({ length: 200 }, (_, n) => person(n).split(";").slice(0, 3)).flat();
    for (const secret of [...pseudonyms, ...persons]) expect(text).not.toContain(secret);
    const withoutHeads = JSON.stringify(items.filter(({ sk }) => sk !== "head"));
    expect(withoutHeads).not.toMatch(/eyJ[A-Za-z0-9_-]+\.|figures|"value|Bearer|DPoP/);
  });
});

describe("whoever changes what lies in the store is found", () => {
  const fails = async (words: RegExp, id: string = HUB, ...more: string[]) => {
    const { code, err } = await cli(["log", "verify", "--at", id, ...more]);
    expect(err).toMatch(words);
    expect(err).toMatch(/^The log does not verify: [^\n]+ \[log-invalid\]\n$/);
    expect(code).toBe(1);
  };
  const holds = async (id: string = HUB) =>
    expect((await cli(["log", "verify", "--at", id])).code).toBe(0);
  const item = async (pk: string, sk: string, id: string = HUB) =>
    (await (await world.store(id)).get(pk, sk))!;
  const put = async (changed: Item, id: string = HUB) => (await world.store(id)).put(changed);
  const take = async ({ pk, sk }: Item, id: string = HUB) => (await world.store(id)).delete(pk, sk);
  const sk = (index: number) => String(index).padStart(12, "0");
  /** The batch that holds an entry, and the entry's place in it. */
  const batchOf = async (index: number, id: string = HUB): Promise<[Item, number]> => {
    for await (const one of (await world.store(id)).query("log#entry")) {
      const { from, entries } = trees.log.entry.body.parse(one.body);
      if (from <= index && index < from + entries.length) return [one, index - from];
    }
    throw new Error(`no entry ${index}`);
  };
  /** A batch with one of its entries changed. */
  const changedIn = ([before, at]: [Item, number], change: (entry: Logged) => Logged): Item => {
    const { from, entries } = trees.log.entry.body.parse(before.body);
    return { ...before, body: { from, entries: entries.with(at, change(entries[at]!)) } };
  };
  /** The same entry about somebody else, with a hash that fits it. */
  const forged = (logged: Logged): Logged => {
    const entry = logged.entry.replace(BEA, "IT-999999");
    expect(entry).not.toBe(logged.entry);
    return { ...logged, entry, leaf: leafOf(logged.salt, entry) };
  };
  /** The place of the first entry that names the consumer. */
  const first = async (id: string): Promise<number> =>
    (await entriesIn(id)).findIndex(({ entry }) => entry.includes(BEA));

  test.each([HUB, ADA])("one entry edited, at %s", async (id) => {
    const index = await first(id);
    const place = await batchOf(index, id);
    await put(
      changedIn(place, (logged) => ({ ...logged, entry: logged.entry.replace(BEA, "IT-999999") })),
      id,
    );
    await fails(new RegExp(`${id}: entry ${index} was changed`), id);
    await put(changedIn(place, forged), id);
    await fails(new RegExp(`${id}: entry ${index} was changed`), id);
    await put(place[0], id);
    await holds(id);
  });

  test("one entry taken out of its batch, and a whole batch", async () => {
    const [before, at] = await batchOf(2);
    const { from, entries } = trees.log.entry.body.parse(before.body);
    const without = entries.toSpliced(at, 1);
    if (without.length === 0) await take(before);
    else await put({ ...before, body: { from, entries: without } });
    await fails(/hub: (entry \d+ was changed; )*entry \d+ (is missing|was changed)/);
    await take(before);
    await fails(new RegExp(`hub: entry ${from} is missing`));
    await put(before);
    await holds();
  });

  test("one entry edited, and its hash in the tree and its place in the index with it", async () => {
    const index = await first(HUB);
    const [place, tile] = [
      await batchOf(index),
      await item("log#tile", `0#${sk(Math.floor(index / 16))}`),
    ];
    const logged = trees.log.entry.body.parse(place[0].body).entries[place[1]]!;
    const { leaf } = forged(logged);
    const { hashes } = tile.body as { hashes: string[] };
    await put(changedIn(place, forged));
    await put({ ...tile, body: { hashes: hashes.with(index % 16, leaf) } });
    await put({ pk: "log#leaf", sk: leaf, body: { index }, revision: 1 });
    await fails(
      /the hashes of the tree are not those that the head was signed over; the first \d+ entries are not those of the head of 2026-06-30T/,
    );
    await put(place[0]);
    await put(tile);
    await holds();
  });

  test("everything after some entry cut off, under an older head that was truly signed", async () => {
    const store = await world.store(HUB);
    const old = await item("log#head", "head");
    await asked(BEA);
    await writeFile(
      join(world.at.root, "later.json"),
      JSON.stringify({ v: 1, statements: { question: await asked(BEA) } }),
    );
    await holds();
    const { size } = await readHead(store, "log");
    const from = trees.log.head.body.parse(old.body).size;
    const after: Item[] = [];
    for await (const one of store.query("log#entry"))
      if (trees.log.entry.body.parse(one.body).from >= from) after.push(one);
    expect(after.length).toBeGreaterThan(0);
    const now = await item("log#head", "head");
    for (const one of after) await take(one);
    await put(old);
    await fails(
      new RegExp(
        `hub: the log was cut off: the head of \\S+ had ${size} entries, and there are ${from}`,
      ),
    );
    // and by a receipt alone, where no head was kept
    const kept = join(world.at.root, "heads/hub.jws");
    await copyFile(kept, `${kept}.aside`);
    await rm(kept);
    await fails(
      /the receipt \S+ is for an entry that the log does not have/,
      HUB,
      "--receipt",
      join(world.at.root, "later.json"),
    );
    await fails(/the log was cut off/, HUB, "--since", `${kept}.aside`);
    await copyFile(`${kept}.aside`, kept);
    for (const one of after) await put(one);
    await put(now);
    await holds();
  });

  test("another head than the log's own key signs is none", async () => {
    const now = await item("log#head", "head");
    const { jws } = trees.log.head.body.parse((await item("log#head", "head", ADA)).body);
    await put({ ...now, body: { ...trees.log.head.body.parse(now.body), jws } });
    await fails(/the head is not signed by the log's own key/);
    await put(now);
    await holds();
  });
});

describe("the private log", () => {
  test("is committed to by the release, bound to it, and opens at the node", async () => {
    const { code, out, err } = await cli(["log", "show", "--private", "--as", ADA]);
    expect([code, err]).toEqual([0, ""]);
    for (const kind of privateKinds) expect(out).toContain(kind);
    expect(out).toContain(
      "✓ every entry is there, and what 1 current release committed to is its beginning",
    );
  });

  test("changed from before the release, it no longer opens", async () => {
    const store = await world.store(ADA);
    const { pk, sk } = batchKey("keep#log", 0);
    const before = (await store.get(pk, sk))!;
    const { from, entries } = trees.log.entry.body.parse(before.body);
    const [logged] = entries as [Logged];
    expect(JSON.parse(logged.entry)).toMatchObject({ kind: "ingest" });
    await store.put({
      ...before,
      body: {
        from,
        entries: entries.with(0, { ...logged, entry: logged.entry.replace("aiuti", "altri") }),
      },
    });
    const { code, err } = await cli(["log", "show", "--private", "--as", ADA]);
    expect([code, err]).toEqual([1, expect.stringContaining("entry 0 was changed")]);
    expect(err).toContain(
      `the first 1 entries are not those that release ${ADA}/aiuti/2025/1 committed to`,
    );
    await store.put(before);
  });

  test("its head, size and dates are nowhere outside", async () => {
    const { root, size } = await readHead(await world.store(ADA), "keep#log");
    expect(size).toBeGreaterThan(3);
    const manifest = await (await fetch(`${nodeUrl}/v1/releases/aiuti/2025/1/manifest`)).text();
    const said = Buffer.from(manifest.split(".")[1]!, "base64url").toString("utf8");
    expect(said).toMatch(/"privateLog":"[A-Za-z0-9_-]{43}"/);
    expect(said).not.toContain(root);
    for (const path of ["/v1/log/head", `/v1/log/entries?from=0&to=5`])
      expect(await (await fetch(`${nodeUrl}${path}`)).text()).not.toContain(root);
  });
});

test("a download that was refused is in the log, by its reason", async () => {
  const said = (await entriesIn(ADA)).map(
    ({ entry }) => JSON.parse(entry) as Record<string, unknown>,
  );
  expect(said).toContainEqual(
    expect.objectContaining({ kind: "refusal", at: "download", reason: "token-missing" }),
  );
});

test("the release is in the log once", async () => {
  expect(
    (await entriesIn(ADA)).filter(({ entry }) => JSON.parse(entry).kind === "release"),
  ).toHaveLength(1);
});

test("log show names what happened on this machine, and nothing printed names a person", async () => {
  const { out, code } = await cli(["log", "show", "--as", HUB, "--json", "--last", "5"]);
  expect(code).toBe(0);
  expect(JSON.parse(out).entries).toHaveLength(5);
  expect(await readFile(join(world.at.root, "heads/hub.jws"), "utf8")).toMatch(
    /^[\w-]+\.[\w-]+\.[\w-]+$/,
  );
  expect(printed.join("")).not.toMatch(/Canarino|CF0000/);
});
