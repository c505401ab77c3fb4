/** Sessions that do not hold, over real HTTP: at the token endpoint, at the hub, at a node that the hub would have answer, and at a download. */
import { afterAll, beforeAll, describe } from "vitest";
import { toBase64url } from "#bytes";
import { keyOf } from "../../adapters/local/members.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { freshId, signCompact, type Typ } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import { SESSION_LIFE } from "../../schemas/session.ts";
import { memorySigner } from "../world/federation.ts";
import { ADA, CLEO, makeStage, type Row, rows, type Stage } from "../world/honest.ts";
import { HUB } from "../world/machine.ts";

const browser = memorySigner();
const thief = memorySigner();
let stage: Stage;
const desk = {} as Record<"ada" | "cleo", Signer>;
beforeAll(async () => {
  stage = await makeStage();
  for (const [name, id] of [
    ["ada", ADA],
    ["cleo", CLEO],
  ] as const)
    desk[name] = await keyOf(stage.world.at, id, "session");
});
afterAll(() => stage.world.close());

const payload = (change: object = {}) => ({
  ...{
    v: 1,
    iss: ADA,
    aud: HUB,
    ...stage.lasting(SESSION_LIFE),
    jti: freshId(),
    roles: ["asker"],
  },
  ...{ cnf: { jwk: browser.jwk }, ...change },
});
const session = (change: object = {}, signer = desk.ada, typ: Typ = "tavolo-session+jws") =>
  signCompact(signer, typ, payload(change));
const text = (value: object) => toBase64url(JSON.stringify(value));

interface Lie {
  readonly session: () => Promise<string> | string;
  /** The key that signs what the session goes with. */
  readonly signer?: Signer;
}
/** What does not hold, and what each place says of it. */
const lies: readonly [string, Lie, string][] = [
  ["of another member", { session: () => session({ iss: CLEO }, desk.cleo) }, "session-invalid"],
  ["in another member's name", { session: () => session({ iss: CLEO }) }, "session-invalid"],
  ["of another member's desk", { session: () => session({}, desk.cleo) }, "session-invalid"],
  ["of a stranger's making", { session: () => session({}, thief) }, "session-invalid"],
  ["by the member's own key", { session: () => session({}, stage.ada.signer) }, "session-invalid"],
  ["by the hub's key", { session: () => session({}, stage.hubKey) }, "session-invalid"],
  [
    "under alg none",
    { session: () => `${text({ alg: "none", typ: "tavolo-session+jws" })}.${text(payload())}.AA` },
    "session-invalid",
  ],
  [
    "of another kind",
    { session: () => session({}, desk.ada, "tavolo-partial+jws") },
    "session-invalid",
  ],
  ["for another key", { session: () => session({ cnf: { jwk: thief.jwk } }) }, "signature-invalid"],
  ["with a thief's key", { session: () => session(), signer: thief }, "signature-invalid"],
  [
    "beside the member's own key",
    {
      session: () => session(),
      get signer() {
        return stage.ada.signer;
      },
    },
    "signature-invalid",
  ],
  ["for a node's own page", { session: () => session({ aud: ADA }) }, "session-invalid"],
  ["for another hub", { session: () => session({ aud: "other-hub" }) }, "session-invalid"],
  [
    "that has ended",
    { session: () => session({ iat: stage.now() - 900, exp: stage.now() - 300 }) },
    "session-invalid",
  ],
  ["of later", { session: () => session({ iat: stage.now() + 90 }) }, "session-invalid"],
  [
    "that lasts too long",
    { session: () => session({ exp: stage.now() + SESSION_LIFE + 30 }) },
    "session-invalid",
  ],
  [
    "with something of a person in it",
    { session: () => session({ email: "a@example.it" }) },
    "session-invalid",
  ],
];
const withoutRole: [string, Lie, string] = [
  "without the role",
  { session: () => session({ roles: ["owner"] }) },
  "role-missing",
];

/** Each lie at one place, beside what is honest there. */
const at = (
  call: (session: string, signer: Signer) => Promise<Response>,
  table = lies,
  reasonHere: Readonly<Record<string, string>> = {},
) =>
  rows(
    table.map(
      ([name, lie, reason]): Row => [
        name,
        async (lying) =>
          lying ? call(await lie.session(), lie.signer ?? browser) : call(await session(), browser),
        (reasonHere[reason] ?? reason) as Row[2],
      ],
    ),
  );
const bound = (under: string, signer: Signer) => ({ session: under, cnf: { jkt: signer.kid } });

describe("a session, where a token is asked for", () => {
  at(
    async (under, signer) =>
      stage.requestToken(
        await stage.signedAssertion({ session: under }, signer),
        await proofFor({ method: "POST", url: stage.tokenUrl }, signer, stage.now()),
      ),
    lies,
    { "signature-invalid": "assertion-invalid" },
  );
});

describe("a session, where a question is asked with a token that was given for it", () => {
  at(
    async (under, signer) =>
      stage.ask(
        await stage.signedQuestion({ session: under }, signer),
        await stage.token(bound(under, signer)),
      ),
    [...lies, withoutRole],
  );
});

describe("a session, at a node that the hub would have answer", () => {
  at(
    async (under, signer) =>
      stage.answer(await stage.forwarded(await stage.signedQuestion({ session: under }, signer))),
    [...lies, withoutRole],
  );
});

describe("a session, where a release is taken", () => {
  at(
    async (under, signer) => {
      const token = await stage.nodeToken(bound(under, signer));
      return stage.take(
        token,
        await proofFor({ method: "GET", url: stage.takeUrl, token }, signer, stage.now()),
      );
    },
    [...lies, withoutRole],
    { "signature-invalid": "token-key-mismatch" },
  );
});

describe("question and token", () => {
  rows([
    [
      "of two sessions of one browser",
      async (lie) => {
        const [one, other] = [await session(), await session()];
        return stage.ask(
          await stage.signedQuestion({ session: lie ? other : one }, browser),
          await stage.token(bound(one, browser)),
        );
      },
      "token-key-mismatch",
    ],
    [
      "the question under none",
      async (lie) => {
        const under = await session();
        return stage.ask(
          await stage.signedQuestion(lie ? {} : { session: under }, browser),
          await stage.token(bound(under, browser)),
        );
      },
      "token-key-mismatch",
    ],
    [
      "the token under none",
      async (lie) =>
        stage.ask(
          await stage.signedQuestion(lie ? { session: await session() } : {}),
          await stage.token(),
        ),
      "token-key-mismatch",
    ],
  ]);
});
