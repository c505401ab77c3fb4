import { beforeEach, describe, expect, test } from "vitest";
import type { DirectoryEntry } from "../../schemas/member.ts";
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
import { signCompact } from "../signing/jws.ts";
import { directory, register } from "./directory.ts";
import { edge } from "./handler.ts";
import { INVITATION_LIFE, invite, redeem } from "./invitation.ts";
import { registerMember } from "./members.ts";

const ID = "IT-020030";
let store: ReturnType<typeof memoryStore>;
let now: number;
let mantova: Member;
let deps: Parameters<typeof registerMember>[0];

beforeEach(async () => {
  store = memoryStore();
  now = NOW;
  mantova = await makeMember(ID);
  mantova = await without(mantova, "hub");
  deps = { hub: HUB, store, clock: () => now, log: storeLog(store, HUB), local: false };
  await register(store, (await makeMember(HUB, { roles: ["operator"] })).jws);
});

/** A city has no key of a hub. */
async function without(member: Member, use: string): Promise<Member> {
  const entry = { ...member.entry, keys: member.entry.keys.filter((key) => key.use !== use) };
  return {
    ...member,
    entry,
    jws: await signCompact(member.keys.member, "tavolo-member+jws", entry),
  };
}
const again = (change: Partial<DirectoryEntry>, { keys, entry } = mantova, signer = keys.member) =>
  signCompact(signer, "tavolo-member+jws", { ...entry, ...change });
const post = (jws: string, invitation?: string) =>
  registerMember(deps, { v: 1, entries: [jws], ...(invitation ? { invitation } : {}) });
const isIn = async () => (await directory(store).get(ID)) !== undefined;

test("a newcomer is in with its invitation, and the same call again changes nothing", async () => {
  const code = await invite(store, ID, now);
  expect(code).toMatch(/^[A-Za-z0-9_-]{22}$/);
  await expect(post(mantova.jws, code)).resolves.toMatchObject({ id: ID });
  await expect(post(mantova.jws, code)).resolves.toMatchObject({ id: ID });
  expect(await isIn()).toBe(true);
});

test("a code is nowhere in the store", async () => {
  const code = await invite(store, ID, now);
  expect(JSON.stringify([...store.items])).not.toContain(code);
});

describe("an invitation is refused", () => {
  test.each<[string, () => Promise<string | undefined>]>([
    ["where there is none", async () => undefined],
    ["that nobody made", async () => "A".repeat(22)],
    ["of another length", async () => "A".repeat(43)],
    ["for another member", () => invite(store, "IT-028060", now)],
    [
      "that is older than it may be",
      async () => {
        const code = await invite(store, ID, now);
        now += INVITATION_LIFE;
        return code;
      },
    ],
    [
      "that somebody used",
      async () => {
        const code = await invite(store, ID, now);
        await post((await without(await makeMember(ID), "hub")).jws, code);
        for (const name of store.items.keys()) if (name.includes(ID)) store.items.delete(name);
        return code;
      },
    ],
  ])("%s", async (_, code) => {
    await expect(post(mantova.jws, await code())).rejects.toMatchObject({
      reason: "invitation-invalid",
    });
    expect(await isIn()).toBe(false);
  });
});

test("of a hundred who come at once with one invitation, one is in", async () => {
  const code = await invite(store, ID, now);
  const crowd = await Promise.all(
    Array.from({ length: 100 }, async () => (await without(await makeMember(ID), "hub")).jws),
  );
  const outcomes = await Promise.allSettled(crowd.map((jws) => post(jws, code)));
  const won = outcomes.flatMap(({ status }, at) => (status === "fulfilled" ? [crowd[at]!] : []));
  expect(won).toHaveLength(1);
  expect(await directory(store).signed()).toContain(won[0]);
});

test("an invitation alone lets one entry of a hundred pass, whatever the directory would say", async () => {
  const code = await invite(store, ID, now);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, at) => redeem(store, code, ID, `entry ${at}`, now)),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

describe("an entry is refused", () => {
  test.each<[string, () => Promise<string>, string]>([
    ["by somebody who would be an operator", () => again({ roles: ["operator"] }), "body-invalid"],
    ["with a key that signs as a hub", async () => (await makeMember(ID)).jws, "body-invalid"],
    ["of the future", () => again({ iat: NOW + 3600 }), "expired"],
    ["whose node is inside", () => again({ url: "https://10.0.0.1" }), "body-invalid"],
    ["whose node has no TLS", () => again({ url: "http://tavolo.example.org" }), "body-invalid"],
    ["signed by a stranger", () => again({}, mantova, memorySigner()), "signature-invalid"],
  ])("%s", async (_, jws, reason) => {
    await expect(post(await jws(), await invite(store, ID, now))).rejects.toMatchObject({ reason });
    expect(await isIn()).toBe(false);
  });
});

test("a member that is in changes its keys by itself; a stranger with an invitation does not take its place", async () => {
  await post(mantova.jws, await invite(store, ID, now));
  const fresh = memorySigner();
  const keys = [
    ...mantova.entry.keys,
    { kid: fresh.kid, use: "member" as const, jwk: fresh.jwk, from: NOW },
  ];
  await post(await again({ iat: NOW, keys }));
  expect((await directory(store).get(ID))?.keys).toHaveLength(5);
  const impostor = await without(await makeMember(ID), "hub");
  const claim = await again({ iat: NOW + 1 }, impostor);
  await expect(post(claim, await invite(store, ID, now))).rejects.toMatchObject({
    reason: "signature-invalid",
  });
});

test("who left is out at once, and comes back with an invitation only, under its own keys", async () => {
  await post(mantova.jws, await invite(store, ID, now));
  await post(await again({ iat: NOW, left: NOW }));
  expect(await isIn()).toBe(false);
  const back = await again({ iat: NOW + 1 });
  now += 10;
  await expect(post(back)).rejects.toMatchObject({ reason: "invitation-invalid" });
  await post(back, await invite(store, ID, now));
  expect(await isIn()).toBe(true);
  expect(await directory(store).history(ID)).toHaveLength(3);
});

test("over HTTP: JSON in, problem out, and nothing of the code or the entry in what is logged", async () => {
  const call = async (body: string, type = "application/json") =>
    edge(deps)(eventOf("POST /v1/members", { "content-type": type }, body)) as Promise<{
      statusCode: number;
      body: string;
    }>;
  const code = await invite(store, ID, now);
  expect((await call("{")).statusCode).toBe(400);
  expect((await call(JSON.stringify({ v: 1, entries: [] }))).statusCode).toBe(400);
  expect((await call("{}", "text/plain")).statusCode).toBe(415);
  const done = await call(JSON.stringify({ v: 1, entries: [mantova.jws], invitation: code }));
  expect(done.statusCode).toBe(200);
  const logged = [...store.items].filter(([name]) => name.startsWith("log#"));
  expect(logged.length).toBeGreaterThan(0);
  expect(JSON.stringify(logged)).not.toContain(code);
});
