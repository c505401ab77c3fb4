/** A session at the four places that judge one: the token endpoint, the hub's questions, the node, and whoever verifies offline. */
import { beforeAll, describe, expect, test } from "vitest";
import { signQuestion } from "../../adapters/client/asking.ts";
import { Agreement } from "../../schemas/agreement.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { Statement } from "../../schemas/query.ts";
import { SESSION_LIFE, type Session } from "../../schemas/session.ts";
import { AccessToken } from "../../schemas/token.ts";
import {
  HUB,
  type Member,
  makeMember,
  makeNode,
  makeWorld,
  memorySigner,
  memoryStore,
  NOW,
  PURPOSE,
  type World,
} from "../../tests/world/federation.ts";
import { checkPins, draftAgreement, signAgreement } from "../agreements/agreements.ts";
import { Asked, Envelope } from "../answer/verify.ts";
import { register } from "../members/directory.ts";
import { ask } from "../query/ask.ts";
import { freshId, peek, signCompact, verifyAgreement } from "../signing/jws.ts";
import { verifyStatement } from "../statements/verify.ts";
import { callerOf } from "./access.ts";
import { proofFor } from "./dpop.ts";
import { keysUnder } from "./session.ts";
import { token } from "./token.ts";

const URL_OF_TOKENS = "https://hub.example/token.oauth2";
const MEASURES = [{ count: "any" }];
let world: World;
let ada: Member;
let bea: Member;
let browser: Signer;
let session: string;
beforeAll(async () => {
  ada = await makeMember("IT-000001", { url: "https://a.example.org" });
  bea = await makeMember("IT-000002", { url: "https://b.example.org" });
  world = await makeWorld([ada, bea].map((member) => makeNode(member)));
  browser = memorySigner();
  session = await sessionOf();
});

function sessionOf(
  change: Partial<Session> = {},
  signer = ada.keys.session,
  typ = "tavolo-session+jws",
): Promise<string> {
  const { id } = ada.entry;
  const made: Session = {
    ...{
      v: 1,
      iss: id,
      aud: HUB,
      iat: NOW,
      exp: NOW + SESSION_LIFE,
      jti: freshId(),
      roles: ["asker"],
      cnf: { jwk: browser.jwk },
    },
    ...change,
  };
  return signCompact(signer, typ as "tavolo-session+jws", made);
}

interface Tried {
  readonly session: string;
  readonly signer?: Signer;
  /** What the question or the assertion says besides. */
  readonly change?: object;
  readonly now?: number;
  /** The keys of the member as they are then. */
  readonly keys?: DirectoryEntry["keys"];
}

const question = ({
  session: under,
  signer = browser,
  change = {},
  now = NOW,
}: Tried): Promise<string> =>
  world.sign(world.query({ iat: now, exp: now + 300, session: under, ...change }), signer);
const adaWith = (keys?: DirectoryEntry["keys"]): DirectoryEntry => ({
  ...ada.entry,
  keys: keys ?? ada.entry.keys,
});
/** The hub's books, where Ada's keys may be others than she has signed: how they get there is the directory's to test. */
function booksWith({ keys, now = NOW }: Tried) {
  const { directory } = world.deps;
  const some = async (ids: readonly string[]) =>
    new Map([...(await directory.some(ids)), [ada.entry.id, adaWith(keys)]]);
  const get = async (id: string) => (await some([id])).get(id);
  return { ...world.deps, clock: () => now, directory: { ...directory, some, get } };
}

/** Resolves where a session is taken; rejects with the reason where it is not. */
const places: Readonly<Record<string, (tried: Tried) => Promise<unknown>>> = {
  "the token endpoint": async (tried) => {
    const { session: under, signer = browser, change = {}, now = NOW } = tried;
    const { id } = ada.entry;
    const claims = {
      iss: id,
      sub: id,
      aud: HUB,
      iat: now,
      exp: now + 60,
      jti: freshId(),
      session: under,
      ...change,
    };
    const client_assertion = await signCompact(signer, "client-assertion+jwt", claims);
    const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const form = `${new URLSearchParams({ grant_type: "client_credentials", client_assertion_type, client_assertion })}`;
    const dpop = await proofFor({ method: "POST", url: URL_OF_TOKENS }, signer, now);
    return token(booksWith(tried), { form, dpop, url: URL_OF_TOKENS });
  },
  "the hub, with a token that was given before": async (tried) => {
    const { session: under, signer = browser, now = NOW } = tried;
    const given = await world.token({
      iat: now,
      exp: now + 600,
      cnf: { jkt: signer.kid },
      session: under,
    });
    return ask(booksWith(tried), { authorization: `DPoP ${given}`, jws: await question(tried) });
  },
  "a node": async (tried) => {
    const jws = await question(tried);
    const trust = { self: bea.entry, hub: world.hub.entry };
    const now = tried.now ?? NOW;
    const sent = {
      v: 1,
      iss: HUB,
      iat: now,
      aud: bea.entry.id,
      exp: now + 30,
      jti: freshId(),
      query: jws,
    };
    const envelope = await Envelope.verify(
      await signCompact(world.hub.keys.hub, "tavolo-ask+jws", sent),
      trust,
      memoryStore(),
      now,
    );
    return Asked.verifyQuery(envelope, adaWith(tried.keys).keys, trust, now);
  },
  "whoever verifies": async (tried) => {
    const jws = await question(tried);
    const honest = await asked();
    const statement = { ...peek(honest, Statement), query: jws, iat: tried.now ?? NOW };
    const made = await signCompact(world.hub.keys.hub, "tavolo-statement+jws", statement);
    const directory = [world.hub.entry, adaWith(tried.keys), bea.entry];
    // the answers of the honest statement are to another question: what comes before that is what is tried
    return verifyStatement(made, { directory, hub: HUB, now: (tried.now ?? NOW) + 86_400 }).catch(
      (error) => {
        if (!/signed its answer to this question/.test(error.hint.detail)) throw error;
      },
    );
  },
};
const asked = async (): Promise<string> =>
  ask(world.deps, {
    authorization: `DPoP ${await tokenUnder()}`,
    jws: await question({ session }),
  });
const tokenUnder = (change: object = {}) =>
  world.token({ cnf: { jkt: browser.kid }, session, ...change });
const ended = (use: string, until: number) =>
  ada.entry.keys.map((key) => (key.use === use ? { ...key, until } : key));

/** Each with the reason at a door; whoever verifies says of all that the question is not signed by who it says. */
const attacks: readonly [string, () => Promise<Tried>, string][] = [
  [
    "a session of another member",
    async () => ({ session: await sessionOf({ iss: "IT-000002" }, bea.keys.session) }),
    "session-invalid",
  ],
  [
    "one that says so, by the member's own key",
    async () => ({ session: await sessionOf({ iss: "IT-000002" }) }),
    "session-invalid",
  ],
  [
    "a session that another member's desk signed",
    async () => ({ session: await sessionOf({}, bea.keys.session) }),
    "session-invalid",
  ],
  [
    "a session that is forged",
    async () => ({ session: await sessionOf({}, memorySigner()) }),
    "session-invalid",
  ],
  [
    "a session signed with the member's own key",
    async () => ({ session: await sessionOf({}, ada.keys.member) }),
    "session-invalid",
  ],
  [
    "a session signed with the answering key",
    async () => ({ session: await sessionOf({}, ada.keys.answer) }),
    "session-invalid",
  ],
  [
    "another typ",
    async () => ({ session: await sessionOf({}, ada.keys.session, "tavolo-query+jws") }),
    "session-invalid",
  ],
  [
    "alg none",
    async () => ({
      session: `${btoa('{"alg":"none"}')}.${session.split(".")[1]}.AA`.replaceAll("=", ""),
    }),
    "session-invalid",
  ],
  [
    "a session for another key",
    async () => ({ session, signer: memorySigner() }),
    "signature-invalid",
  ],
  [
    "a session beside the member's own key",
    async () => ({ session, signer: ada.keys.member }),
    "signature-invalid",
  ],
  [
    "a session for another place",
    async () => ({ session: await sessionOf({ aud: "IT-000001" }) }),
    "session-invalid",
  ],
  [
    "a session of another hub",
    async () => ({ session: await sessionOf({ aud: "other-hub" }) }),
    "session-invalid",
  ],
  [
    "one that has expired",
    async () => ({ session, now: NOW + SESSION_LIFE + 1 }),
    "signature-invalid",
  ],
  [
    "one that expired an hour ago",
    async () => ({ session, now: NOW + SESSION_LIFE + 3600 }),
    "session-invalid",
  ],
  [
    "one of the future",
    async () => ({ session: await sessionOf({ iat: NOW + 120, exp: NOW + 600 }) }),
    "session-invalid",
  ],
  [
    "one that lasts too long",
    async () => ({ session: await sessionOf({ exp: NOW + SESSION_LIFE + 1 }) }),
    "session-invalid",
  ],
  [
    "one that ends before it begins",
    async () => ({ session: await sessionOf({ exp: NOW - 1 }) }),
    "session-invalid",
  ],
  [
    "a role that is not in the table",
    async () => ({ session: await sessionOf({ roles: ["operator" as "asker"] }) }),
    "session-invalid",
  ],
  [
    "one more field",
    async () => ({ session: await sessionOf({ name: "Ada" } as object) }),
    "session-invalid",
  ],
  [
    "the session key was ended",
    async () => ({ session, keys: ended("session", NOW + 100), now: NOW + 200 }),
    "session-invalid",
  ],
];

describe.each(Object.entries(places))("%s", (place, tryOn) => {
  test("takes a session that holds", async () => {
    await tryOn({ session });
    await tryOn({ session, now: NOW + SESSION_LIFE - 5 });
  });

  const offline = place === "whoever verifies";
  test.each(attacks)("refuses %s", async (_, make, reason) => {
    const refused = await tryOn(await make()).then(
      () => undefined,
      (error) => error,
    );
    const atTokens =
      place === "the token endpoint" && reason === "signature-invalid"
        ? "assertion-invalid"
        : reason;
    expect(refused?.reason).toBe(offline ? "statement-invalid" : atTokens);
    if (offline) expect(refused.hint.detail).toContain("signed by the member who asked");
  });

  // a token alone opens nothing: what it is for is asked where it is used
  test.skipIf(place === "the token endpoint")("refuses a session without the role", async () => {
    const owner = await sessionOf({ roles: ["owner"] });
    await expect(tryOn({ session: owner })).rejects.toMatchObject({
      reason: offline ? "statement-invalid" : "role-missing",
    });
  });
});

test("a session that ended stands for what was asked while it held", async () => {
  const keys = ended("session", NOW + 100);
  await places["whoever verifies"]!({ session, keys, now: NOW + 50 });
});

test("a voucher of another issuer knows no sessions", async () => {
  const vouchers = async () => ({ member: "IT-000001", purposeId: PURPOSE });
  const authorization = `Bearer ${await world.token({ iss: "pdnd-example" })}`;
  const put = async (jws: string) => {
    const call = {
      method: "POST",
      url: "https://hub.example/v1/query",
      headers: { authorization },
      body: jws,
    };
    return ask({ ...world.deps, vouchers }, { authorization, jws, call });
  };
  await expect(put(await world.sign(world.query()))).resolves.toBeTypeOf("string");
  await expect(put(await world.sign(world.query({ session })))).rejects.toMatchObject({
    reason: "token-key-mismatch",
  });
  await expect(put(await question({ session }))).rejects.toMatchObject({
    reason: "signature-invalid",
  });
});

test("question and token are of one session, or of none", async () => {
  const other = await sessionOf();
  const put = async (given: Promise<string>, jws: Promise<string>) =>
    ask(world.deps, { authorization: `DPoP ${await given}`, jws: await jws });
  const mismatch = { reason: "token-key-mismatch" };
  await expect(put(tokenUnder({ session: other }), question({ session }))).rejects.toMatchObject(
    mismatch,
  );
  await expect(
    put(tokenUnder(), question({ session, change: { session: undefined } })),
  ).rejects.toMatchObject(mismatch);
  const own = world.sign(world.query({ session }));
  await expect(put(world.token(), own)).rejects.toMatchObject(mismatch);
  await expect(put(world.token({ session }), world.sign(world.query()))).rejects.toMatchObject({
    reason: "signature-invalid",
  });
});

test("a call that is no question: by the browser's key, while the session holds", async () => {
  const url = "https://hub.example/v1/statements/x";
  const call = async (tried: Tried) => {
    const given = await tokenUnder({ session: tried.session });
    const dpop = await proofFor({ method: "DELETE", url, token: given }, browser, NOW);
    return callerOf(
      booksWith(tried),
      { method: "DELETE", url, headers: { authorization: `DPoP ${given}`, dpop } },
      NOW,
    );
  };
  expect(await call({ session })).toMatchObject({ id: "IT-000001" });
  await expect(call({ session, keys: ended("session", NOW - 1) })).rejects.toMatchObject({
    reason: "session-invalid",
  });
});

test("the whole way: token, question, statement; and the verdict says that a browser signed", async () => {
  const { access_token } = (await places["the token endpoint"]!({
    session,
    change: { purposeId: PURPOSE },
  })) as { access_token: string };
  expect(peek(access_token, AccessToken)).toMatchObject({
    sub: "IT-000001",
    cnf: { jkt: browser.kid },
    session,
  });
  const asker = {
    hub: { id: HUB, url: "" },
    member: "IT-000001",
    signer: browser,
    session,
    clock: () => NOW,
  };
  const about = {
    members: ["IT-000001", "IT-000002"],
    dataset: "prestazioni",
    period: "2022",
    by: [],
    where: {},
  };
  const jws = await signQuestion(asker, { ...about, measures: MEASURES, purposeId: PURPOSE });
  const statement = await ask(world.deps, { authorization: `DPoP ${access_token}`, jws });
  const directory = [world.hub.entry, ada.entry, bea.entry];
  const { checks, thumbprints } = await verifyStatement(statement, {
    directory,
    hub: HUB,
    now: NOW,
  });
  expect(checks.filter((check) => /in a browser, under a session/.test(check))).toHaveLength(1);
  expect(thumbprints).toContainEqual({
    member: "IT-000001",
    use: "session",
    kid: ada.keys.session.kid,
  });
  expect(JSON.stringify(thumbprints)).not.toContain(browser.kid);
});

test("a session key is no member's key, even where the other party calls it one", async () => {
  const terms = { consumer: ada.entry, provider: bea.entry, dataset: "prestazioni", number: 1 };
  const honest = draftAgreement(terms, ada.entry.id, NOW);
  expect(honest.consumer.keys.map(({ use }) => use).sort()).toEqual(["member", "session"]);
  const called = honest.consumer.keys.map((key) => ({ ...key, use: "member" as const }));
  const forged = { ...honest, consumer: { ...honest.consumer, keys: called } };
  expect(() => checkPins(forged, ada.entry, NOW)).toThrow(
    expect.objectContaining({ reason: "signature-invalid" }),
  );
  const verified = async (draft: Agreement, signer: Signer) => {
    const both = await signAgreement(bea.keys.member, await signAgreement(signer, draft));
    return verifyAgreement(
      both,
      Agreement,
      (id, claimed) => (id === ada.entry.id ? ada.entry.keys : claimed),
      NOW,
    );
  };
  await expect(verified(honest, ada.keys.member)).resolves.toMatchObject({ id: honest.id });
  for (const draft of [honest, forged])
    await expect(verified(draft, ada.keys.session)).rejects.toMatchObject({
      reason: "signature-invalid",
    });
});

test("a session signs nothing of what binds a member", async () => {
  const keys = await keysUnder(session, ada.entry, { audience: HUB, now: NOW });
  expect(keys).toEqual([
    { kid: browser.kid, use: "member", jwk: browser.jwk, from: NOW, until: NOW + SESSION_LIFE },
  ]);
  // an entry of the directory: neither by the browser's key, nor by the desk's
  for (const signer of [browser, ada.keys.session]) {
    const entry = await signCompact(signer, "tavolo-member+jws", { ...ada.entry, iat: NOW });
    await expect(register(world.store, entry)).rejects.toMatchObject({
      reason: "signature-invalid",
    });
  }
});
