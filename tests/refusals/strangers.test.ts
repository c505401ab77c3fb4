/**
 * Who may call is declared, and looked at: every endpoint that is not for anybody is called by a stranger, whose message is in order but
 * for its signature, and says that it does not know them. An endpoint without its stranger here does not compile. What else may be
 * wrong with a signature is in forgeries.test.ts and forged-agreements.test.ts.
 */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { proofFor } from "../../functions/access/dpop.ts";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { freshId, signCompact, type Typ } from "../../functions/signing/jws.ts";
import type { Caller } from "../../schemas/api.ts";
import type { Reason } from "../../schemas/refusal.ts";
import { type endpoints, routes } from "../../schemas/routes.ts";
import { entryOf } from "../world/agreeing.ts";
import { memorySigner } from "../world/federation.ts";
import { ADA, BEA, makeStage, type Stage } from "../world/honest.ts";
import { expectProblem, post } from "../world/http.ts";
import { HUB } from "../world/machine.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.world.close());

const stranger = memorySigner();
const said = (typ: Typ, claims: object) =>
  signCompact(stranger, typ, { v: 1, iss: ADA, iat: stage.now(), ...claims });
const send = (url: string, body: object) => post(url, JSON.stringify(body), "application/json");
const entry = async (url: string) => {
  const known = await entryOf({ state: stage.world.at.root, id: ADA });
  const entries = [await said("tavolo-member+jws", { ...known, iat: known.iat + 1 })];
  return send(`${url}/v1/members`, { v: 1, entries });
};
const agreement = async (url: string) => {
  const of = (id: string) => entryOf({ state: stage.world.at.root, id });
  const terms = draftAgreement(
    {
      consumer: await of(ADA),
      provider: await of(BEA),
      dataset: "aiuti",
      number: 9,
      from: 0,
      until: stage.now() + 86_400,
    },
    ADA,
    stage.now(),
  );
  const signed = await signAgreement(stranger, terms);
  return send(`${url}/v1/agreements`, { v: 1, agreement: signed, events: [] });
};
const practice = () => {
  const texts = ["title", "done", "regulation", "cost", "context", "role"].map((name) => [
    name,
    { it: "x", en: "x" },
  ]);
  const card = { id: "x", version: 1, indicator: "x", address: "a@example.org", origin: "made" };
  return said("tavolo-practice+jws", { ...card, ...Object.fromEntries(texts) });
};
/** The owner's own, by a token that a stranger signed for itself. */
const own = (id: string) => async () => {
  const { method, path } = routes.find((one) => one.id === id) ?? { method: "GET", path: "" };
  const url = `${stage.federation.nodes.find(({ member }) => member === BEA)?.owner}${path.replace("{dataset}", "aiuti")}`;
  const [iat, cnf] = [stage.now(), { jkt: stranger.kid }];
  const claims = { iss: BEA, sub: BEA, aud: BEA, iat, exp: iat + 60, jti: freshId(), cnf };
  const token = await signCompact(stranger, "own+jwt", claims);
  const dpop = await proofFor({ method, url, token }, stranger, iat);
  return fetch(url, { method, headers: { authorization: `DPoP ${token}`, dpop } });
};

type Declared = (typeof endpoints)[number];
type Guarded = Extract<Declared, { readonly caller: Exclude<Caller, "anybody"> }>["id"];
const strangers: Readonly<Record<Guarded, readonly [() => Promise<Response>, Reason]>> = {
  requestToken: [
    async () => stage.requestToken(await stage.signedAssertion({}, stranger)),
    "assertion-invalid",
  ],
  ask: [
    async () => stage.ask(await stage.signedQuestion(), await stage.token({}, stranger)),
    "token-invalid",
  ],
  dropStatement: [async () => stage.unlink(await stage.token({}, stranger)), "token-invalid"],
  cube: [async () => stage.take(await stage.token({ aud: BEA }, stranger)), "token-invalid"],
  answer: [
    async () => stage.answer(await stage.forwarded(await stage.signedQuestion(), {}, stranger)),
    "envelope-invalid",
  ],
  enterMember: [() => entry(stage.federation.hub), "signature-invalid"],
  hearMember: [() => entry(stage.beaUrl), "signature-invalid"],
  sendAgreement: [() => agreement(stage.federation.hub), "signature-invalid"],
  hearAgreement: [() => agreement(stage.beaUrl), "signature-invalid"],
  hearSuspension: [
    async () =>
      post(
        `${stage.beaUrl}/v1/suspensions`,
        await said("tavolo-suspension+jws", { iss: HUB, member: ADA, suspended: true }),
      ),
    "signature-invalid",
  ],
  proposeIndicator: [
    async () => {
      const file = new URL("../../docs/demo/indicators/home-care-coverage.json", import.meta.url);
      const definition = JSON.parse(await readFile(file, "utf8"));
      const proposal = await said("tavolo-indicator+jws", { definition });
      return send(`${stage.federation.hub}/v1/indicators`, { proposal });
    },
    "signature-invalid",
  ],
  enterPractice: [
    async () => send(`${stage.federation.hub}/v1/practices`, { practice: await practice() }),
    "signature-invalid",
  ],
  ownOverview: [own("ownOverview"), "token-invalid"],
  ownPolicies: [own("ownPolicies"), "token-invalid"],
  ownWithdrawals: [own("ownWithdrawals"), "token-invalid"],
  takeOut: [own("takeOut"), "token-invalid"],
  ownAgreements: [own("ownAgreements"), "token-invalid"],
  handOnAgreement: [own("handOnAgreement"), "token-invalid"],
  ownLog: [own("ownLog"), "token-invalid"],
  ownHealth: [own("ownHealth"), "token-invalid"],
};

test.each(Object.entries(strangers))("%s does not serve a stranger", async (_, [call, reason]) => {
  await expectProblem(await call(), reason);
});
test("whoever sends nothing at all is not the owner", async () => {
  const url = stage.federation.nodes.find(({ member }) => member === BEA)?.owner;
  const paths = routes.filter(({ caller, method }) => caller === "owner" && method === "GET");
  expect(paths.length).toBeGreaterThan(4);
  for (const { path } of paths) await expectProblem(await fetch(`${url}${path}`), "token-missing");
});
