/** Who is shut out, or has ended a key, is refused everywhere from that second on, with the tokens given before. Over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asker } from "../../adapters/client/asking.ts";
import { tokenFor } from "../../adapters/client/asking.ts";
import type { Federation } from "../../adapters/demo/federation.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { directory, readmit, register, suspend } from "../../functions/members/directory.ts";
import { freshId, signCompact } from "../../functions/signing/jws.ts";
import type { Reason } from "../../schemas/refusal.ts";
import { expectProblem, post } from "../world/http.ts";
import { HUB, makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { aiuti, bytes, csv } from "../world/small.ts";

const [ADA, BEA] = ["IT-000001", "IT-000002"] as const;
let world: World;
let federation: Federation;
let ada: Asker;

beforeAll(async () => {
  world = await makeWorld([member(ADA, false), member(BEA)], "2026-07-15");
  await world.publish(BEA, aiuti(), bytes(csv()));
  federation = await world.start([{ consumer: ADA, provider: BEA, dataset: "aiuti" }]);
  ada = await world.asker(ADA);
});
afterAll(() => world.close());

const node = () => federation.nodes.find(({ member: id }) => id === BEA)!.url;
const cube = () => `${node()}/v1/releases/aiuti/2025/1/cube`;

/** One call of each kind, under tokens that were given before. */
interface Tokens {
  readonly hub: string;
  readonly node: string;
}
const tokens = async (): Promise<Tokens> => ({
  hub: await tokenFor(ada, purposeId),
  node: await tokenFor(ada, purposeId, BEA),
});
async function question(token: string): Promise<Response> {
  const now = world.clock();
  const query = {
    purposeId,
    members: [BEA],
    dataset: "aiuti",
    period: "2025",
    measures: [{ count: "any" }],
    by: [],
    where: {},
  };
  const signed = { ...query, v: 1, iss: ADA, aud: HUB, iat: now, exp: now + 300, jti: freshId() };
  const jws = await signCompact(ada.signer, "tavolo-query+jws", signed);
  return post(`${federation.hub}/v1/query`, jws, "application/jose", {
    authorization: `DPoP ${token}`,
  });
}
async function proved(token: string, url: string, method: string): Promise<Response> {
  const dpop = await proofFor({ method, url, token }, ada.signer, world.clock());
  return fetch(url, { method, headers: { authorization: `DPoP ${token}`, dpop } });
}
const statement = () => `${federation.hub}/v1/statements/${"A".repeat(22)}`;
async function assertion(): Promise<Response> {
  const now = world.clock();
  const url = `${federation.hub}/token.oauth2`;
  const claims = { iss: ADA, sub: ADA, aud: HUB, iat: now, exp: now + 60, jti: freshId() };
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await signCompact(ada.signer, "client-assertion+jwt", claims),
  });
  const dpop = await proofFor({ method: "POST", url }, ada.signer, now);
  return post(url, `${body}`, "application/x-www-form-urlencoded", { dpop });
}

async function works(given: Tokens): Promise<void> {
  expect((await question(given.hub)).status).toBe(200);
  expect((await assertion()).status).toBe(200);
  expect((await proved(given.node, cube(), "GET")).status).toBe(200);
  await expectProblem(await proved(given.hub, statement(), "DELETE"), "not-found");
}
async function refused(
  given: Tokens,
  { asked, unlinked, taken }: Readonly<Record<"asked" | "unlinked" | "taken", Reason>>,
): Promise<void> {
  await expectProblem(await question(given.hub), asked);
  await expectProblem(await assertion(), "assertion-invalid");
  await expectProblem(await proved(given.hub, statement(), "DELETE"), unlinked);
  await expectProblem(await proved(given.node, cube(), "GET"), taken);
}

describe("a member", () => {
  test("that is shut out is refused at the hub at once, and at a node as soon as it is told", async () => {
    const given = await tokens();
    await works(given);
    const store = await world.store(HUB);
    await suspend(store, ADA, world.clock());
    const word = { v: 1, iss: HUB, iat: world.clock(), member: ADA, suspended: true };
    const jws = await signCompact(await keyOf(world.at, HUB, "hub"), "tavolo-suspension+jws", word);
    expect((await post(`${node()}/v1/suspensions`, jws)).status).toBe(200);
    await refused(given, {
      asked: "token-invalid",
      unlinked: "token-invalid",
      taken: "token-key-mismatch",
    });
    // and back
    await readmit(store, ADA, world.clock());
    const back = await signCompact(await keyOf(world.at, HUB, "hub"), "tavolo-suspension+jws", {
      ...word,
      iat: word.iat + 2,
      suspended: false,
    });
    expect((await post(`${node()}/v1/suspensions`, back)).status).toBe(200);
    await works(given);
  });

  test("that ends its key has no use of tokens that were bound to it", async () => {
    const given = await tokens();
    await works(given);
    const store = await world.store(HUB);
    const entry = (await directory(store).get(ADA))!;
    const now = world.clock();
    const keys = entry.keys.map((key) => (key.use === "member" ? { ...key, until: now } : key));
    const jws = await signCompact(ada.signer, "tavolo-member+jws", {
      ...entry,
      iat: Math.max(now, entry.iat + 1),
      keys,
    });
    await register(store, jws, { local: true });
    expect(
      (
        await post(
          `${node()}/v1/members`,
          JSON.stringify({ v: 1, entries: [jws] }),
          "application/json",
        )
      ).status,
    ).toBe(200);
    // the key is good to the end of this second
    await new Promise((done) => setTimeout(done, 1000));
    await refused(given, {
      asked: "signature-invalid",
      unlinked: "token-key-mismatch",
      taken: "token-key-mismatch",
    });
  });
});
