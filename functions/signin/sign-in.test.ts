/** The desk, with a provider that says what a test tells it to; what a real one says is verified in adapters/oidc and tests/e2e. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { IdentityProvider, SigninSecrets } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { SESSION_LIFE, Session } from "../../schemas/session.ts";
import {
  eventOf,
  HUB,
  type Member,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
} from "../../tests/world/federation.ts";
import { storeLog } from "../log/append.ts";
import { sha256, verifyCompact } from "../signing/jws.ts";
import { type DeskEdgeDeps, edge } from "./handler.ts";
import { hasRole } from "./roles.ts";
import { SIGNIN_LIFE } from "./sign-in.ts";

const ORIGIN = "https://node.example.it";
const PAGES = { hub: "https://hub.example.it/", own: `${ORIGIN}/` };
const SECRETS_OF_PERSON = ["Rossi", "maria.rossi@comune.example.it", "248289761001"];
const PERSON = {
  iss: "https://id.example.it",
  sub: SECRETS_OF_PERSON[2],
  name: SECRETS_OF_PERSON[0],
  email: SECRETS_OF_PERSON[1],
};
const STATE = "s".repeat(43);
const browser = memorySigner();
const key = `${browser.jwk.x}.${browser.jwk.y}`;

let city: Member;
let store: ReturnType<typeof memoryStore>;
let deps: DeskEdgeDeps;
let now: number;
let groups: unknown;
let sent: SigninSecrets[];
beforeEach(async () => {
  city = await makeMember("IT-028060");
  store = memoryStore();
  now = NOW;
  groups = ["tavolo-asks", "tavolo-owns"];
  sent = [];
  const provider: IdentityProvider = {
    async address(secrets) {
      sent.push(secrets);
      return `https://id.example.it/authorize?${new URLSearchParams({ state: secrets.state })}`;
    },
    async claims(search, { nonce }) {
      const code = new URLSearchParams(search).get("code");
      if (code !== `code-of-${nonce}`) throw new Refused("signin-invalid");
      return { ...PERSON, groups };
    },
  };
  deps = {
    ...{
      member: city.entry.id,
      hub: HUB,
      pages: PAGES,
      provider,
      store,
      signer: city.keys.session,
      clock: () => now,
      origin: ORIGIN,
    },
    roles: {
      asker: { claim: "groups", value: "tavolo-asks" },
      owner: { claim: "groups", value: "tavolo-owns" },
    },
    log: storeLog(store, city.entry.id, "desk#log"),
  };
});

const call = (path: string, query: Record<string, string> | string, cookies?: readonly string[]) =>
  edge(deps)({
    ...eventOf(`GET ${path}`),
    ...(typeof query === "string" ? { rawQueryString: query } : { queryStringParameters: query }),
    ...(cookies === undefined ? {} : { cookies: [...cookies] }),
    headers: {},
  });
const request = (change: Record<string, string> = {}) => ({
  key,
  return: PAGES.hub,
  state: STATE,
  ...change,
});

/** One person on their way: what the browser holds, and what the provider sends it back with. */
async function onTheWay(change: Record<string, string> = {}) {
  const reply = await call("/desk", request(change));
  expect(reply.statusCode).toBe(303);
  const [cookie] = reply.cookies![0]!.split(";");
  const { state, nonce } = sent.at(-1)!;
  return {
    reply,
    cookie: cookie!,
    search: `${new URLSearchParams({ code: `code-of-${nonce}`, state })}`,
  };
}
/** What is behind the `#` of where a reply leads. */
const fragmentOf = (location: unknown) =>
  Object.fromEntries(new URLSearchParams(new URL(String(location)).hash.slice(1)));
const reasonOf = (reply: { readonly body?: string | undefined }) =>
  JSON.parse(reply.body!).type.split(":").at(-1);
const logged = () =>
  [...store.items.values()].flatMap(({ pk, body }) =>
    pk === "desk#log#inbox" ? [JSON.parse((body as { entry: string }).entry)] : [],
  );

describe("a person comes back with a session", () => {
  test.each([
    ["the hub's page", PAGES.hub, HUB, "asker"],
    [
      "the hub's page, at the picture that they left",
      `${PAGES.hub}?indicator=sad&lang=it`,
      HUB,
      "asker",
    ],
    ["the node's own page", PAGES.own, "IT-028060", "owner"],
  ])("to %s", async (_, page, aud, role) => {
    const { cookie, search } = await onTheWay({ return: page });
    const reply = await call("/desk/callback", search, ["other=1", cookie]);
    expect(reply.statusCode).toBe(303);
    const location = String(reply.headers!.location);
    expect(location.split("#")[0]).toBe(page);
    const { session, state } = fragmentOf(location);
    expect(state).toBe(STATE);
    const trust = { keys: city.entry.keys, use: "session", now: NOW } as const;
    const { kid, ...said } = await verifyCompact(session!, "tavolo-session+jws", Session, trust);
    expect(kid).toBe(city.keys.session.kid);
    const cnf = { jwk: browser.jwk };
    expect(said).toEqual({
      v: 1,
      iss: "IT-028060",
      aud,
      iat: NOW,
      exp: NOW + SESSION_LIFE,
      jti: expect.any(String),
      roles: [role],
      cnf,
    });
    expect(reply.cookies).toEqual([
      expect.stringMatching(/^__Host-tavolo-desk=; Max-Age=0; .*Secure$/),
    ]);
  });

  test("the cookie is for this host alone, for TLS, for no script, and not for what other pages embed", async () => {
    const { reply } = await onTheWay();
    expect(reply.cookies).toEqual([
      expect.stringMatching(
        /^__Host-tavolo-desk=[\w-]{44}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
    expect(reply.headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
  });

  test("the private log keeps a salted digest of who it was; a session, a log and a store hold nothing else of them", async () => {
    for (const _ of [1, 2]) {
      const { cookie, search } = await onTheWay();
      const { session } = fragmentOf(
        (await call("/desk/callback", search, [cookie])).headers!.location,
      );
      for (const secret of SECRETS_OF_PERSON)
        expect(Buffer.from(session!, "base64url").toString()).not.toContain(secret);
    }
    const everything = JSON.stringify([...store.items.values()]);
    for (const secret of SECRETS_OF_PERSON) expect(everything).not.toContain(secret);
    const [first, second] = logged();
    expect(first).toMatchObject({ kind: "signin", role: "asker", session: expect.any(String) });
    const [salt, hash] = first.person.split(".");
    // the member can look for one whom its provider names; two entries of one person cannot be told to be so
    expect(hash).toBe(sha256(JSON.stringify([salt, PERSON.iss, PERSON.sub])));
    expect(second.person.split(".")[1]).not.toBe(hash);
  });
});

describe("a person without the role comes back without a session", () => {
  test.each<[string, string, unknown]>([
    ["an asker at the owner's page", PAGES.own, ["tavolo-asks"]],
    ["an owner at the hub's page", PAGES.hub, ["tavolo-owns"]],
    ["anybody else", PAGES.hub, ["all"]],
    ["one of whom nothing is said", PAGES.hub, undefined],
  ])("%s", async (_, page, given) => {
    groups = given;
    const { cookie, search } = await onTheWay({ return: page });
    const reply = await call("/desk/callback", search, [cookie]);
    expect(fragmentOf(reply.headers!.location)).toEqual({ refused: "role-missing", state: STATE });
    expect(logged()).toEqual([
      expect.objectContaining({ kind: "signin-refused", reason: "role-missing" }),
    ]);
  });

  test("one whom the provider turns away goes back with the reason", async () => {
    const { cookie } = await onTheWay();
    const reply = await call("/desk/callback", `error=access_denied&state=${sent[0]!.state}`, [
      cookie,
    ]);
    expect(reply.headers!.location).toBe(`${PAGES.hub}#refused=signin-invalid&state=${STATE}`);
  });
});

describe("the desk sends nobody anywhere else", () => {
  test.each([
    "https://evil.example/",
    "https://hub.example.it.evil.example/",
    "https://hub.example.it@evil.example/",
    "https://evil.example/?https://hub.example.it/",
    "https://evil.example\\@hub.example.it/",
    "//evil.example/",
    "/",
    "",
    "javascript:alert(1)//https://hub.example.it/",
    "data:text/html,x",
    "http://hub.example.it/",
    "https://hub.example.it:8443/",
    "https://user:secret@hub.example.it/",
    // a page that redirects would take the session along behind its #
    "https://hub.example.it/docs/api",
    "https://hub.example.it/redirect?to=https://evil.example/",
    "https://hub.example.it/#session=x",
    "https://hub.example.it/,https://evil.example/",
    `${ORIGIN}/desk?return=x`,
    "https://hub.example.it/\r\nset-cookie: a=b",
  ])("return=%j", async (page) => {
    const reply = await call("/desk", request({ return: page }));
    expect([reply.statusCode, reasonOf(reply)]).toEqual([400, "signin-invalid"]);
    expect(reply.cookies ?? []).toEqual([]);
    expect(store.items.size).toBe(0);
  });

  test("whatever stands there: where it leads, if it leads anywhere, is one of two pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string()),
        async (text) => {
          for (const page of [text, `${PAGES.hub}${text}`, `${PAGES.hub.slice(0, -1)}${text}`]) {
            const reply = await call("/desk", request({ return: page }));
            if (reply.statusCode !== 303) continue;
            const { request: kept } = [...store.items.values()].at(-1)!.body as {
              request: { return: string };
            };
            const { origin, pathname } = new URL(kept.return);
            expect([PAGES.hub, PAGES.own]).toContain(`${origin}${pathname}`);
          }
        },
      ),
    );
  });
});

test.each<[string, Record<string, string>]>([
  ["no key", { key: "" }],
  ["a key that is no point of the curve", { key: `${"A".repeat(43)}.${"B".repeat(43)}` }],
  ["two keys", { key: `${key},${key}` }],
  ["a state that can be guessed", { state: "1" }],
  ["two states", { state: `${STATE},${STATE}` }],
  ["one thing more", { role: "owner" }],
])("what a page asks for is refused: %s", async (_, change) => {
  const reply = await call("/desk", request(change));
  expect([reply.statusCode, reasonOf(reply)]).toEqual([400, "signin-invalid"]);
});

describe("a way back that nobody set out on", () => {
  const refusedBack = async (search: string, cookies?: readonly string[]) => {
    const reply = await call("/desk/callback", search, cookies);
    expect([reply.statusCode, reasonOf(reply)]).toEqual([400, "signin-invalid"]);
  };

  test("a return that is played again", async () => {
    const { cookie, search } = await onTheWay();
    const first = await call("/desk/callback", search, [cookie]);
    expect(fragmentOf(first.headers!.location)).toHaveProperty("session");
    await refusedBack(search, [cookie]);
  });

  test("a hundred times at once: one session", async () => {
    const { cookie, search } = await onTheWay();
    const replies = await Promise.all(
      Array.from({ length: 100 }, () => call("/desk/callback", search, [cookie])),
    );
    expect(replies.filter(({ statusCode }) => statusCode === 303)).toHaveLength(1);
  });

  test("another browser's return (login CSRF): the victim is not signed in as the attacker, and its own way goes on", async () => {
    const attacker = await onTheWay();
    await refusedBack(attacker.search);
    const victim = await onTheWay();
    await refusedBack(attacker.search, [victim.cookie]);
    expect(
      fragmentOf((await call("/desk/callback", victim.search, [victim.cookie])).headers!.location),
    ).toHaveProperty("session");
  });

  test("a return with no state, with two, or with another", async () => {
    const { cookie, search } = await onTheWay();
    const code = search.split("&")[0]!;
    for (const bad of [
      "",
      code,
      `${code}&state=`,
      `${code}&state=x`,
      `${search}&state=x`,
      search.replace("state", "State"),
    ])
      await refusedBack(bad, [cookie]);
  });

  test("a cookie that is none, that stands twice, or that was made up", async () => {
    const { cookie, search } = await onTheWay();
    const name = "__Host-tavolo-desk";
    for (const cookies of [
      [],
      [`${name}=`],
      [`${name}=${"x".repeat(44)}`],
      [cookie, cookie],
      [cookie.replace("__Host-", "")],
    ])
      await refusedBack(search, cookies);
  });

  test("a code of another sign-in", async () => {
    const [one, other] = [await onTheWay(), await onTheWay()];
    const mixed = `${other.search.split("&")[0]}&${one.search.split("&")[1]}`;
    expect(
      fragmentOf((await call("/desk/callback", mixed, [one.cookie])).headers!.location),
    ).toMatchObject({ refused: "signin-invalid" });
  });

  test("too late", async () => {
    const { cookie, search } = await onTheWay();
    now = NOW + SIGNIN_LIFE + 1;
    await refusedBack(search, [cookie]);
  });
});

test("what cannot be recorded gives no session", async () => {
  const { cookie, search } = await onTheWay();
  deps = {
    ...deps,
    log: { ...deps.log, append: () => Promise.reject(new Refused("log-unwritten")) },
  };
  const reply = await call("/desk/callback", search, [cookie]);
  expect([reply.statusCode, reasonOf(reply)]).toEqual([503, "log-unwritten"]);
  expect(reply.headers).not.toHaveProperty("location");
});

test("on this machine, without TLS, the cookie can be kept all the same", async () => {
  deps = { ...deps, origin: "http://127.0.0.1:8081" };
  const { reply } = await onTheWay();
  expect(reply.cookies).toEqual([
    expect.stringMatching(/^tavolo-desk=[\w-]{44}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
});

test("the desk's own key as a client is there where it has one", async () => {
  expect((await call("/desk/jwks.json", {})).statusCode).toBe(404);
  deps = { ...deps, clientKey: browser.jwk };
  const { keys } = JSON.parse((await call("/desk/jwks.json", {})).body!);
  expect(keys).toEqual([{ ...browser.jwk, kid: browser.kid, use: "sig", alg: "ES256" }]);
});

describe("roles", () => {
  const owner = (claim: string | string[]) => ({ owner: { claim, value: "yes" } });
  test.each<[string, object, string | string[], boolean]>([
    ["a text", { a: "yes" }, "a", true],
    ["a list", { a: ["no", "yes"] }, "a", true],
    ["a path", { realm: { roles: ["yes"] } }, ["realm", "roles"], true],
    [
      "a name with dots and slashes",
      { "https://x.example/r.s": "yes" },
      "https://x.example/r.s",
      true,
    ],
    ["part of a text", { a: "yes, no" }, "a", false],
    ["another case", { a: "Yes" }, "a", false],
    ["a list in a list", { a: [["yes"]] }, "a", false],
    ["a boolean", { a: true }, "a", false],
    ["nothing", {}, "a", false],
    ["null on the way", { realm: null }, ["realm", "roles"], false],
    ["a text on the way", { realm: "yes" }, ["realm", "0"], false],
    ["what every object has", {}, ["constructor", "name"], false],
  ])("%s", (_, claims, claim, is) => {
    expect(hasRole(claims as Record<string, unknown>, owner(claim), "owner")).toBe(is);
  });
  test("a role that the configuration does not name is nobody's", () => {
    expect(hasRole({ a: "yes" }, owner("a"), "asker")).toBe(false);
  });
});
