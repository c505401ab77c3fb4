/**
 * Every forgery of tests/world/forge.ts, at every address that takes a signed message, over real HTTP: a message is forged, is refused
 * with a problem of its place, and then its honest twin, of the very same payload, is taken there. So a forgery opens nothing, and
 * uses nothing up either.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { proofFor } from "../../functions/access/dpop.ts";
import { register } from "../../functions/members/directory.ts";
import { freshId, peek, sha256, signCompact } from "../../functions/signing/jws.ts";
import type { Reason } from "../../schemas/refusal.ts";
import { DpopProof } from "../../schemas/token.ts";
import { entryOf } from "../world/agreeing.ts";
import { makeMember, memorySigner } from "../world/federation.ts";
import { expectNoneTaken, type Place } from "../world/forging.ts";
import { ADA, BEA, makeStage, type Stage } from "../world/honest.ts";
import { post } from "../world/http.ts";
import { HUB } from "../world/machine.ts";

let stage: Stage;
/** A member of the hub alone, whose entry in force is a day old, so that many newer ones fit in between. */
const DIA = "IT-000009";
let dia: Awaited<ReturnType<typeof makeMember>>;
let diaEntry: object;
/** The key of a person's browser. */
const browser = memorySigner();
let definition: object;
let adaEntry: object;
const yesterday = () => stage.now() - 86_400;
let later = 0;

beforeAll(async () => {
  stage = await makeStage();
  dia = await makeMember(DIA);
  const keys = dia.entry.keys
    .filter(({ use }) => use !== "hub")
    .map(({ kid, use, jwk }) => ({ kid, use, jwk, from: 0 }));
  diaEntry = { ...dia.entry, url: undefined, keys };
  const entry = { ...diaEntry, iat: yesterday() };
  const store = await stage.world.store(HUB);
  await register(store, await signCompact(dia.keys.member, "tavolo-member+jws", entry), {
    local: true,
  });
  adaEntry = await entryOf({ state: stage.world.at.root, id: ADA });
  definition = JSON.parse(
    await readFile(
      join(import.meta.dirname, "../../docs/demo/indicators/home-care-coverage.json"),
      "utf8",
    ),
  );
});
afterAll(() => stage.world.close());

const hub = (path: string, body: object) =>
  post(`${stage.federation.hub}${path}`, JSON.stringify(body), "application/json");
const proofOf = async (method: string, url: string, token?: string): Promise<DpopProof> =>
  peek(
    await proofFor(
      { method, url, ...(token === undefined ? {} : { token }) },
      stage.ada.signer,
      stage.now(),
    ),
    DpopProof,
  );
const [ada, hubKey] = [() => stage.ada.signer, () => stage.hubKey];
const signed: readonly Reason[] = ["signature-invalid", "body-invalid"];
const proof = { typ: "dpop+jwt", signer: ada, reasons: ["proof-invalid"], inHeader: true } as const;
const token = {
  typ: "at+jwt",
  signer: hubKey,
  reasons: ["token-invalid", "token-missing"],
  inHeader: true,
} as const;
/** The token that goes with a proof: the proof names it by its digest. */
const withToken = new Map<object, string>();
async function proofWithToken(method: string, url: string, made: Promise<string>): Promise<object> {
  const bound = await made;
  const payload = await proofOf(method, url, bound);
  withToken.set(payload, bound);
  return payload;
}

const places: Readonly<Record<string, Place>> = {
  "a client assertion at the hub": {
    typ: "client-assertion+jwt",
    signer: ada,
    payload: () => stage.assertion(),
    send: (jws) => stage.requestToken(jws),
    reasons: ["assertion-invalid"],
  },
  "a session with an assertion": {
    typ: "tavolo-session+jws",
    signer: () => dia.keys.session,
    payload: () => {
      const [iat, jti] = [stage.now(), freshId()];
      return {
        v: 1,
        iss: DIA,
        aud: HUB,
        iat,
        exp: iat + 3600,
        jti,
        roles: ["asker"],
        cnf: { jwk: browser.jwk },
      };
    },
    async send(session) {
      const claims = stage.assertion({ iss: DIA, sub: DIA, session });
      const dpop = await proofFor({ method: "POST", url: stage.tokenUrl }, browser, stage.now());
      return stage.requestToken(await signCompact(browser, "client-assertion+jwt", claims), dpop);
    },
    reasons: ["session-invalid", "assertion-invalid"],
  },
  "a proof with an assertion": {
    ...proof,
    payload: () => proofOf("POST", stage.tokenUrl),
    send: async (jws) => stage.requestToken(await stage.signedAssertion(), jws),
  },
  "a token with a question": {
    ...token,
    payload: () => stage.access(),
    send: async (jws) => stage.ask(await stage.signedQuestion(), jws),
  },
  "a question at the hub": {
    typ: "tavolo-query+jws",
    signer: ada,
    payload: () => stage.question(),
    send: async (jws) => stage.ask(jws, await stage.token()),
    reasons: ["signature-invalid", "query-invalid"],
  },
  "a token with another call": {
    ...token,
    payload: () => stage.access(),
    send: (jws) => stage.unlink(jws),
  },
  "a proof with another call": {
    ...proof,
    payload: () => proofWithToken("DELETE", stage.unlinkUrl, stage.token()),
    send: (jws, payload) => stage.unlink(withToken.get(payload)!, jws),
  },
  "a member's entry at the hub": {
    typ: "tavolo-member+jws",
    signer: () => dia.keys.member,
    payload: () => ({ ...diaEntry, iat: yesterday() + ++later }),
    send: (jws) => hub("/v1/members", { v: 1, entries: [jws] }),
    reasons: signed,
  },
  "a proposed definition": {
    typ: "tavolo-indicator+jws",
    signer: ada,
    payload: () => ({ v: 1, iss: ADA, iat: stage.now(), definition }),
    send: (jws) => hub("/v1/indicators", { proposal: jws }),
    reasons: signed,
  },
  "an acceptance": {
    typ: "tavolo-acceptance+jws",
    signer: ada,
    payload: () => ({
      v: 1,
      iss: ADA,
      iat: yesterday() + ++later,
      accepted: [{ id: "x", version: 1, digest: sha256("x") }],
    }),
    send: (jws) => hub("/v1/indicators", { acceptance: jws }),
    reasons: signed,
  },
  "a practice card": {
    typ: "tavolo-practice+jws",
    signer: ada,
    payload: () => {
      const said = Object.fromEntries(
        ["title", "done", "regulation", "cost", "context", "role"].map((name) => [
          name,
          { it: "x", en: "x" },
        ]),
      );
      const card = {
        id: `card-${++later}`,
        version: 1,
        indicator: "x",
        address: "ufficio@example.org",
        origin: "made",
      };
      return { v: 1, iss: ADA, iat: stage.now(), ...card, ...said };
    },
    send: (jws) => hub("/v1/practices", { practice: jws }),
    reasons: signed,
  },
  "an envelope at a node": {
    typ: "tavolo-ask+jws",
    signer: hubKey,
    payload: async () => stage.envelope(await stage.signedQuestion()),
    send: (jws) => stage.answer(jws),
    reasons: ["envelope-invalid"],
  },
  "a question in a good envelope": {
    typ: "tavolo-query+jws",
    signer: ada,
    payload: () => stage.question(),
    send: async (jws) => stage.answer(await stage.forwarded(jws)),
    // whose signature counts depends on what is asked, so that is looked at first: what is there is public
    reasons: ["signature-invalid", "query-invalid", "envelope-invalid", "unknown-period"],
  },
  "a token at a node": {
    ...token,
    payload: () => stage.access({ aud: BEA }),
    send: (jws) => stage.take(jws),
  },
  "a proof at a node": {
    ...proof,
    payload: () => proofWithToken("GET", stage.takeUrl, stage.nodeToken()),
    send: (jws, payload) => stage.take(withToken.get(payload)!, jws),
  },
  "a member's entry at a node": {
    typ: "tavolo-member+jws",
    signer: ada,
    payload: () => ({ ...adaEntry, iat: yesterday() + ++later }),
    send: (jws) =>
      post(
        `${stage.beaUrl}/v1/members`,
        JSON.stringify({ v: 1, entries: [jws] }),
        "application/json",
      ),
    reasons: signed,
  },
  "a suspension at a node": {
    typ: "tavolo-suspension+jws",
    signer: hubKey,
    payload: () => ({ v: 1, iss: HUB, iat: stage.now(), member: DIA, suspended: false }),
    send: (jws) => post(`${stage.beaUrl}/v1/suspensions`, jws),
    reasons: ["signature-invalid"],
  },
};

describe.each(Object.entries(places))("%s", (_, place) => {
  test("no forgery is taken, and every honest twin is", () => expectNoneTaken(place, stage.cleo));
});
