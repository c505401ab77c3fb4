import { beforeEach, describe, expect, test } from "vitest";
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import {
  type Member,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
} from "../../tests/world/federation.ts";
import { signCompact } from "../signing/jws.ts";
import { keyring, storeEntries, storeSuspension } from "./keyring.ts";

let store: ReturnType<typeof memoryStore>;
let padova: Member;
let pinned: { id: string; keys: readonly MemberKey[] };
beforeEach(async () => {
  store = memoryStore();
  padova = await makeMember("IT-028060");
  pinned = { id: "IT-028060", keys: padova.entry.keys.filter(({ use }) => use === "member") };
});

const listed = ({ kid, jwk }: Signer, from: number): MemberKey => ({
  kid,
  use: "member",
  jwk,
  from,
});
const next = (change: Partial<DirectoryEntry>, signer = padova.keys.member) =>
  signCompact(signer, "tavolo-member+jws", { ...padova.entry, ...change });
const keep = (entries: string[], pins = [pinned], now = NOW + 1000) =>
  storeEntries(store, pins, { v: 1, entries }, now);
const kids = async () =>
  (await keyring(store).keysOf(pinned)).map(({ kid, until }) =>
    until === undefined ? kid : `${kid} ${until}`,
  );

test("nothing told: the pinned keys", async () => {
  expect(await keyring(store).keysOf(pinned)).toEqual(pinned.keys);
});

test("a rotation by a pinned key adds the new one and ends the old one; the one after that is signed by the new one", async () => {
  const [second, third] = [memorySigner(), memorySigner()];
  const old = { ...pinned.keys[0]!, until: NOW + 100 };
  const first = await next({ iat: NOW, keys: [old, listed(second, NOW)] });
  await keep([first]);
  expect(await kids()).toEqual(expect.arrayContaining([`${old.kid} ${NOW + 100}`, second.kid]));
  const keys = [{ ...listed(second, NOW), until: NOW + 300 }, listed(third, NOW + 200)];
  await keep([first, await next({ iat: NOW + 200, keys }, second)]);
  expect(await kids()).toEqual(
    expect.arrayContaining([`${old.kid} ${NOW + 100}`, `${second.kid} ${NOW + 300}`, third.kid]),
  );
});

test("the same entries again change nothing", async () => {
  const jws = await next({ iat: NOW, keys: [...padova.entry.keys, listed(memorySigner(), NOW)] });
  await keep([jws]);
  const before = JSON.stringify([...store.items]);
  await keep([jws]);
  expect(JSON.stringify([...store.items])).toBe(before);
});

test("who left has no keys here", async () => {
  await keep([await next({ iat: NOW, left: NOW })]);
  expect(await kids()).toEqual([]);
});

describe("refused", () => {
  const stranger = memorySigner();
  test.each<[string, () => Promise<string>, string]>([
    [
      "an entry that a hub made up",
      async () => (await makeMember("IT-028060")).jws,
      "signature-invalid",
    ],
    [
      "a key exchanged, signed by the new key",
      () => next({ iat: NOW, keys: [listed(stranger, NOW)] }, stranger),
      "signature-invalid",
    ],
    [
      "an entry signed by a key that is for something else",
      () => next({ iat: NOW }, padova.keys.answer),
      "signature-invalid",
    ],
    ["an entry of the future", () => next({ iat: NOW + 5000 }), "expired"],
    [
      "a member with which there is no agreement",
      async () => (await makeMember("IT-000001")).jws,
      "unknown-member",
    ],
  ])("%s", async (_, jws, reason) => {
    await expect(keep([await jws()])).rejects.toMatchObject({ reason });
    expect(await keyring(store).keysOf(pinned)).toEqual(pinned.keys);
  });

  test("a key that was ended, however it is put back", async () => {
    const fresh = memorySigner();
    const old = { ...pinned.keys[0]!, until: NOW };
    await keep([await next({ iat: NOW, keys: [old, listed(fresh, NOW)] })]);
    const back = await next({ iat: NOW + 10, keys: [pinned.keys[0]!] });
    await expect(keep([back])).rejects.toMatchObject({ reason: "signature-invalid" });
    await keep([
      await next({ iat: NOW + 10, keys: [pinned.keys[0]!, listed(fresh, NOW)] }, fresh),
    ]).catch(() => {});
    expect(await kids()).toContain(`${old.kid} ${NOW}`);
  });
});

test("whoever can write into the store can forge nothing there", async () => {
  const impostor = await makeMember("IT-028060");
  await store.put({
    pk: "answer#member",
    sk: "IT-028060",
    body: { entries: [impostor.jws] },
    revision: 1,
  });
  expect(await keyring(store).keysOf(pinned)).toEqual(pinned.keys);
});

test("the entries that the node was set up with follow too, in one call", async () => {
  const hub = await makeMember("tavolo-hub", { roles: ["operator"] });
  const fresh = memorySigner();
  const keys = [...hub.entry.keys, { ...listed(fresh, NOW), use: "hub" as const }];
  await storeEntries(
    store,
    [hub.entry],
    {
      v: 1,
      entries: [
        await signCompact(hub.keys.member, "tavolo-member+jws", { ...hub.entry, iat: NOW, keys }),
      ],
    },
    NOW,
  );
  const [self, now] = await keyring(store).entriesOf([padova.entry, hub.entry]);
  expect(self).toEqual(padova.entry);
  expect(now!.keys.map(({ kid }) => kid)).toContain(fresh.kid);
});

describe("the hub's word that a member is shut out", () => {
  const word = async (hub: Member, change: object = {}, signer = hub.keys.hub) =>
    signCompact(signer, "tavolo-suspension+jws", {
      v: 1,
      iss: hub.entry.id,
      iat: NOW,
      member: "IT-028060",
      suspended: true,
      ...change,
    });
  let hub: Member;
  beforeEach(async () => {
    hub = await makeMember("tavolo-hub", { roles: ["operator"] });
  });

  test("takes its keys away, and gives them back", async () => {
    await storeSuspension(store, hub.entry, await word(hub), NOW);
    expect(await kids()).toEqual([]);
    await storeSuspension(
      store,
      hub.entry,
      await word(hub, { iat: NOW + 1, suspended: false }),
      NOW + 1,
    );
    expect(await kids()).toEqual([pinned.keys[0]!.kid]);
  });

  test.each<[string, () => Promise<string>, string]>([
    ["by another key of the hub", () => word(hub, {}, hub.keys.member), "signature-invalid"],
    [
      "by a stranger",
      async () => word(await makeMember("tavolo-hub", { roles: ["operator"] })),
      "signature-invalid",
    ],
    ["of another hub", () => word(hub, { iss: "another" }), "signature-invalid"],
    ["of long ago, sent again", () => word(hub, { iat: NOW - 3600 }), "expired"],
  ])("is refused %s", async (_, jws, reason) => {
    await expect(storeSuspension(store, hub.entry, await jws(), NOW)).rejects.toMatchObject({
      reason,
    });
    expect(await kids()).toEqual([pinned.keys[0]!.kid]);
  });

  test("an older word does not undo a newer one", async () => {
    await storeSuspension(store, hub.entry, await word(hub), NOW);
    const older = await word(hub, { iat: NOW - 10, suspended: false });
    await expect(storeSuspension(store, hub.entry, older, NOW)).rejects.toMatchObject({
      reason: "conflict",
    });
    expect(await kids()).toEqual([]);
  });
});
