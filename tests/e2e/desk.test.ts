/**
 * A person signs in at their city's desk with a provider that others run in earnest, asks, and verifies; over a hub and nodes in processes of
 * their own, by plain redirects. What attackers try at each place: functions/access/session.test.ts, functions/signin, adapters/oidc.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, connect } from "../../adapters/client/client.ts";
import { comeBack, deskOf, type SignedIn, setOut, type Way } from "../../adapters/client/desk.ts";
import { ownNode } from "../../adapters/client/own.ts";
import { signerOf } from "../../adapters/client/signer.ts";
import { PURPOSE } from "../../adapters/demo/demonstration.ts";
import { openStores, paths } from "../../adapters/local/state.ts";
import { OwnOverview } from "../../schemas/owner.ts";
import { agree, type Side } from "../world/agreeing.ts";
import { type Apart, apart, type Serving, serve } from "../world/apart.ts";
import {
  browserOf,
  CLIENT_ID,
  CLIENT_SECRET,
  type OpenIdProvider,
  openIdProvider,
  PEOPLE,
} from "../world/provider.ts";
import { aiutiJson, csv } from "../world/small.ts";

const [CITY, OTHER] = ["IT-000001", "IT-000002"] as const;
const machine = () => Math.floor(Date.now() / 1000);

let world: Apart;
let provider: OpenIdProvider;
let node: Serving;
const said: string[] = [];
beforeAll(async () => {
  [world, provider] = [await apart(), await openIdProvider()];
  await world.join(OTHER);
  for (const [name, text] of [
    ["aiuti.csv", csv()],
    ["aiuti.json", JSON.stringify(aiutiJson)],
  ] as const)
    await writeFile(join(world.state(OTHER), name), text);
  await world.run(
    OTHER,
    "ingest",
    join(world.state(OTHER), "aiuti.json"),
    join(world.state(OTHER), "aiuti.csv"),
  );
  await world.run(OTHER, "release", "aiuti");
  const first = (await world.join(CITY))!;
  const side = (id: string): Side => ({ state: world.state(id), id });
  await agree(side(CITY), side(OTHER), { state: world.state("hub"), id: "tavolo-hub" }, "aiuti");
  await first.end();
  // the desk comes after the agreement: the other's node learns of the session key, and by whom it is vouched for
  const file = join(world.state(CITY), "oidc.json");
  const roles = {
    asker: { claim: "groups", value: "tavolo-asks" },
    owner: { claim: "groups", value: "tavolo-owns" },
  };
  await writeFile(file, JSON.stringify({ issuer: provider.issuer, client: CLIENT_ID, roles }));
  process.env.OIDC_CLIENT_SECRET = CLIENT_SECRET;
  node = await serve(world.state(CITY), ["node", "--oidc", file]);
  provider.register(`${node.url}/desk/callback`);
});
afterAll(async () => {
  await node?.end();
  await world?.close();
  await provider?.close();
});

const ownerUrl = () => /owner {2}(http:\/\/127\.0\.0\.1:\d+)/.exec(node.said())![1]!;
async function deskNow(): Promise<string> {
  const city = (await (await connect({ hub: world.hub.url })).members()).find(
    ({ id }) => id === CITY,
  )!;
  return deskOf(city, machine())!;
}
/** From the page to the desk, to the provider, and back. */
async function signIn(person: string, page = `${world.hub.url}/`) {
  const { address, way } = await setOut(CITY, await deskNow(), page);
  const browser = browserOf();
  const back = await browser.go(address, page, person);
  said.push(...browser.steps, back);
  return { back, way, browser, came: await comeBack(new URL(back).hash, way) };
}
async function signedIn(person: string, page?: string): Promise<SignedIn> {
  const { came } = await signIn(person, page);
  expect(came).toHaveProperty("session");
  return came as SignedIn;
}
const clientOf = ({ member, key, session }: SignedIn): Promise<Client> =>
  connect({ hub: world.hub.url, member, key, session });
const question = {
  purposeId: PURPOSE.id,
  members: [OTHER],
  dataset: "aiuti",
  period: "2025",
  measures: [{ count: "any" }],
  by: ["sex"],
};

describe("a person of the city signs in at the hub's page", () => {
  test("asks, gets an answer of another city's node, and the verdict names the key that vouches for her", async () => {
    const session = await signedIn("anna.bianchi");
    const { statement, report, figures } = await (await clientOf(session)).ask(question);
    expect(statement.outcomes).toMatchObject([{ member: OTHER, outcome: "answered" }]);
    expect(figures.length).toBeGreaterThan(0);
    expect(report.checks.some((check) => check.includes("in a browser, under a session"))).toBe(
      true,
    );
    expect(report.thumbprints).toContainEqual({
      member: CITY,
      use: "session",
      kid: expect.any(String),
    });
    // and the command line says so too, offline
    const file = join(world.state(CITY), "answer.jws");
    await writeFile(file, (await (await clientOf(session)).ask(question)).jws);
    const { out, code } = await world.attempt(CITY, "verify", file);
    expect([code, out]).toEqual([0, expect.stringContaining("under a session")]);
  });

  test("takes a whole release from another city's node, and her link back", async () => {
    const client = await clientOf(await signedIn("anna.bianchi"));
    const { bytes } = await client.download(`${OTHER}/aiuti/2025/1`, { purposeId: PURPOSE.id });
    expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe("PAR1");
    const { link } = await client.ask(question, { keep: true });
    await client.unlink(link!);
  });

  test("one without the role comes back with the reason, and no session", async () => {
    expect((await signIn("nino.gallo")).came).toEqual({ refused: "role-missing" });
  });

  test("the way back opens once, in the browser that set out", async () => {
    const { browser, way, back } = await signIn("anna.bianchi");
    const callback = browser.steps.find((url) => url.startsWith(`${node.url}/desk/callback`))!;
    for (const again of [browser, browserOf()])
      expect((await again.load(callback)).status).toBe(400);
    // another browser that is sent to the page with it (login CSRF) takes nothing
    const { way: other } = await setOut(CITY, `${node.url}/desk`, back);
    for (const one of [undefined, other, { ...other, state: way.state }] satisfies (
      | Way
      | undefined
    )[])
      expect(await comeBack(new URL(back).hash, one)).toEqual({ refused: "signin-invalid" });
  });

  test("a session does not ask with another key, and gives no token for the hub beyond what it is for", async () => {
    const [anna, olga] = [await signedIn("anna.bianchi"), await signedIn("olga.neri")];
    await expect((await clientOf({ ...anna, key: olga.key })).ask(question)).rejects.toMatchObject({
      reason: "assertion-invalid",
    });
    const owner = await signedIn("olga.neri", `${ownerUrl()}/`);
    await expect((await clientOf(owner)).ask(question)).rejects.toMatchObject({
      reason: "session-invalid",
    });
  });
});

describe("the owner signs in at her own page", () => {
  const overview = async ({ member, key, session }: SignedIn) =>
    ownNode({ member, signer: await signerOf(key), session, node: ownerUrl(), clock: machine }).get(
      "/v1/own/overview",
      OwnOverview,
    );

  test("and sees her own", async () => {
    expect(await overview(await signedIn("olga.neri", `${ownerUrl()}/`))).toMatchObject({
      member: CITY,
    });
  });

  test("whoever may only ask does not, nor does a session of the hub's page, whoever's it is", async () => {
    expect((await signIn("anna.bianchi", `${ownerUrl()}/`)).came).toEqual({
      refused: "role-missing",
    });
    await expect(overview(await signedIn("olga.neri"))).rejects.toMatchObject({
      reason: "session-invalid",
    });
  });
});

test("the desk of a node whose owner named no provider is not there", async () => {
  const other = (await (await connect({ hub: world.hub.url })).members()).find(
    ({ id }) => id === OTHER,
  )!;
  expect(deskOf(other, machine())).toBeUndefined();
  for (const path of ["/desk", "/desk/callback", "/desk/jwks.json"]) {
    const reply = await fetch(`${other.url}${path}`);
    expect([reply.status, (await reply.json()).type]).toEqual([
      404,
      "urn:tavolo:refusal:not-found",
    ]);
  }
});

test("nothing of a person is anywhere: not in the stores, the logs, the addresses, nor what the programs print", async () => {
  const everything = [said.map(decodeURIComponent).join("\n"), node.said(), world.hub.said()];
  for (const id of [CITY, OTHER, "hub"]) {
    const at = paths(world.state(id));
    const stores = await openStores(at);
    const store = await stores.store(id === "hub" ? "tavolo-hub" : id);
    for (const pk of [
      "desk#signin",
      "desk#log#inbox",
      "keep#log#inbox",
      "keep#log#entry",
      "log#entry",
      "log#inbox",
      "own#log#inbox",
    ])
      for await (const item of store.query(pk)) everything.push(JSON.stringify(item));
    await stores.close();
    for (const file of await readdir(at.root, { recursive: true, withFileTypes: true }))
      if (file.isFile() && /\.jws$|\.json$/.test(file.name))
        everything.push(await readFile(join(file.parentPath, file.name), "utf8"));
  }
  const text = everything.join("\n");
  expect(provider.given.length).toBeGreaterThan(0);
  expect(/kind\\*":\\*"signin/.test(text)).toBe(true);
  // the provider's own addresses have its own cookies, and nothing of hers
  for (const secret of [
    ...Object.keys(PEOPLE),
    "comune.example.it",
    CLIENT_SECRET,
    ...provider.given,
  ])
    expect(text.includes(secret), secret.slice(0, 12)).toBe(false);
});

test("whoever ends the session key ends every session at once; the next one signs in anew", async () => {
  const before = await signedIn("anna.bianchi");
  const client = await clientOf(before);
  const asked = await client.ask(question);
  await world.run(CITY, "member", "rotate", "--use", "session", "--now");
  const ended = await until(() => client.ask(question));
  expect(ended).toBe("session-invalid");
  // a node that is asked by a hub which does not care finds out by itself: see functions/access/session.test.ts
  await expect((await clientOf(before)).ask(question)).rejects.toMatchObject({
    reason: "session-invalid",
  });
  // what was asked while it held stands
  await expect(client.verify(asked.jws)).resolves.toMatchObject({ report: { ok: true } });
  const after = await untilSigned();
  await expect((await clientOf(after)).ask(question)).resolves.toMatchObject({
    report: { ok: true },
  });
});

/** A key that ends now is good to the end of this second. */
async function until(call: () => Promise<unknown>): Promise<string> {
  for (;;) {
    const reason = await call().then(
      () => undefined,
      (error) => error.reason as string,
    );
    if (reason !== undefined) return reason;
    await new Promise((done) => setTimeout(done, 200));
  }
}
/** The desk looks at its key's file twice a second. */
async function untilSigned(): Promise<SignedIn> {
  for (;;) {
    const session = await signedIn("anna.bianchi");
    const works = await (await clientOf(session)).ask(question).then(
      () => true,
      () => false,
    );
    if (works) return session;
    await new Promise((done) => setTimeout(done, 300));
  }
}
