/** A small federation, and one honest call of every kind: an attack alters one thing of one of them. */
import { expect, test } from "vitest";
import { type Asker, tokenFor } from "../../adapters/client/asking.ts";
import type { Federation } from "../../adapters/demo/federation.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { freshId, signCompact } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import type { Reason } from "../../schemas/refusal.ts";
import { expectProblem, post } from "./http.ts";
import { HUB, makeWorld, member, purposeId, type World } from "./machine.ts";
import { aiuti, bytes, csv } from "./small.ts";

/** Ada asks, and has an agreement with Bea; Cleo has none with anybody; whoever steals something is Cleo. */
export const [ADA, BEA, CLEO] = ["IT-000001", "IT-000002", "IT-000003"] as const;
export const OTHER_PURPOSE = "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0999";
export const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface Stage {
  readonly world: World;
  readonly federation: Federation;
  readonly ada: Asker;
  readonly cleo: Signer;
  readonly hubKey: Signer;
  readonly beaUrl: string;
  readonly tokenUrl: string;
  /** Payloads as honest ones have them now. */
  question(change?: object): object;
  access(change?: object): object;
  assertion(change?: object): object;
  envelope(question: string, change?: object): object;
  /** Calls. */
  ask(question: string, token: string, scheme?: string): Promise<Response>;
  requestToken(assertion: string, dpop?: string): Promise<Response>;
  answer(envelope: string): Promise<Response>;
  /** A call of the hub, or of Bea's node, that takes a DPoP proof; what it would do is of no account. */
  unlink(token: string, dpop?: string): Promise<Response>;
  take(token: string, dpop?: string): Promise<Response>;
  /** For those two calls. */
  readonly unlinkUrl: string;
  readonly takeUrl: string;
  /** Honest ones, signed. */
  signedQuestion(change?: object, signer?: Signer): Promise<string>;
  token(change?: object, signer?: Signer): Promise<string>;
  nodeToken(change?: object): Promise<string>;
  signedAssertion(change?: object, signer?: Signer): Promise<string>;
  /** A question on its way from the hub to Bea's node. */
  forwarded(question: string, change?: object, signer?: Signer): Promise<string>;
  now(): number;
  /** From now on, for so many seconds. */
  lasting(seconds: number): { readonly iat: number; readonly exp: number };
}

export async function makeStage(): Promise<Stage> {
  const world = await makeWorld(
    [{ ...member(ADA), desk: true }, member(BEA), { ...member(CLEO), desk: true }],
    "2026-07-15",
  );
  for (const id of [BEA, CLEO]) await world.publish(id, aiuti(), bytes(csv()));
  const federation = await world.start([{ consumer: ADA, provider: BEA, dataset: "aiuti" }]);
  const ada = await world.asker(ADA);
  const hubKey = await keyOf(world.at, HUB, "hub");
  const now = world.clock;
  // the clock is read once: between two readings a second may begin, and what lasts a second too long is refused
  const lasting = (seconds: number) => {
    const iat = now();
    return { iat, exp: iat + seconds };
  };
  const beaUrl = federation.nodes.find((node) => node.member === BEA)!.url;
  const tokenUrl = `${federation.hub}/token.oauth2`;
  const unlinkUrl = `${federation.hub}/v1/statements/${"A".repeat(22)}`;
  const takeUrl = `${beaUrl}/v1/releases/aiuti/2025/1/cube`;
  const proved = async (method: string, url: string, token: string, dpop?: string) =>
    fetch(url, {
      method,
      headers: {
        authorization: `DPoP ${token}`,
        dpop: dpop ?? (await proofFor({ method, url, token }, ada.signer, now())),
      },
    });
  const stage: Stage = {
    ...{ world, federation, ada, hubKey, beaUrl, tokenUrl, unlinkUrl, takeUrl, now, lasting },
    cleo: await keyOf(world.at, CLEO, "member"),
    question: (change = {}) => ({
      ...{ v: 1, iss: ADA, aud: HUB, ...lasting(300), jti: freshId() },
      ...{
        purposeId,
        members: [BEA],
        dataset: "aiuti",
        period: "2025",
        measures: [{ count: "any" }],
        by: [],
        where: {},
      },
      ...change,
    }),
    access: (change = {}) => ({
      ...{
        iss: HUB,
        sub: ADA,
        client_id: ADA,
        aud: HUB,
        ...lasting(600),
        jti: freshId(),
        purposeId,
      },
      ...{ cnf: { jkt: ada.signer.kid }, ...change },
    }),
    assertion: (change = {}) => ({
      iss: ADA,
      sub: ADA,
      aud: HUB,
      ...lasting(60),
      jti: freshId(),
      purposeId,
      ...change,
    }),
    envelope: (query, change = {}) => ({
      v: 1,
      iss: HUB,
      ...lasting(30),
      aud: BEA,
      jti: freshId(),
      query,
      ...change,
    }),
    ask: (question, token, scheme = "DPoP") =>
      post(`${federation.hub}/v1/query`, question, "application/jose", {
        authorization: `${scheme} ${token}`,
      }),
    async requestToken(assertion, dpop) {
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: JWT_BEARER,
        client_assertion: assertion,
      });
      const proof = dpop ?? (await proofFor({ method: "POST", url: tokenUrl }, ada.signer, now()));
      return post(tokenUrl, `${form}`, "application/x-www-form-urlencoded", { dpop: proof });
    },
    answer: (envelope) => post(`${beaUrl}/v1/answer`, envelope),
    unlink: (token, dpop) => proved("DELETE", unlinkUrl, token, dpop),
    take: (token, dpop) => proved("GET", takeUrl, token, dpop),
    signedQuestion: (change, signer = ada.signer) =>
      signCompact(signer, "tavolo-query+jws", stage.question(change)),
    token: (change, signer = hubKey) => signCompact(signer, "at+jwt", stage.access(change)),
    nodeToken: (change = {}) => stage.token({ aud: BEA, ...change }),
    signedAssertion: (change, signer = ada.signer) =>
      signCompact(signer, "client-assertion+jwt", stage.assertion(change)),
    forwarded: (question, change, signer = hubKey) =>
      signCompact(signer, "tavolo-ask+jws", stage.envelope(question, change)),
  };
  // a token of the hub's own making is as good as those that are forged from its key here
  await tokenFor(ada, purposeId);
  return stage;
}

/** Whether a call went past every check of who calls: what it asked for may not be there. */
export const wasTaken = (response: Response): boolean => response.ok || response.status === 404;

/** A call that is made twice: with one thing that is not so, and without it. */
export type Row = readonly [string, (lie: boolean) => Promise<Response>, Reason];

/** Every row is refused with its own problem, and its twin, honest in that one thing too, is taken: so each can fail. */
export const rows = (table: readonly Row[]): void =>
  test.each(table)("%s", async (_, call, reason) => {
    await expectProblem(await call(true), reason);
    const twin = await call(false);
    expect(wasTaken(twin), await twin.text()).toBe(true);
  });
