import { beforeAll, describe, expect, test } from "vitest";
import type { DirectoryEntry } from "../../schemas/member.ts";
import {
  type Member,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
} from "../../tests/world/federation.ts";
import { signCompact } from "../signing/jws.ts";
import { directory, register } from "./directory.ts";
import { readDirectory } from "./directory-file.ts";

let bologna: Member;
beforeAll(async () => {
  bologna = await makeMember("IT-037006", { url: "https://tavolo.example.org" });
});
const resign = (member: Member, change: Partial<DirectoryEntry>, signer = member.keys.member) =>
  signCompact(signer, "tavolo-member+jws", { ...member.entry, ...change });

test("a registered entry is read back, and listed as it was signed", async () => {
  const store = memoryStore();
  await register(store, bologna.jws);
  const members = directory(store);
  expect(await members.get("IT-037006")).toEqual(bologna.entry);
  expect(await members.all()).toEqual([bologna.entry]);
  expect(await members.signed()).toEqual([bologna.jws]);
  expect(await members.get("IT-000000")).toBeUndefined();
});

describe("refuses", () => {
  const stranger = memorySigner();
  const listedKey = (kid: string) => ({ kid, use: "member" as const, jwk: stranger.jwk, from: 0 });
  test.each<[string, () => Promise<string>, string]>([
    ["an entry signed by a stranger", () => resign(bologna, {}, stranger), "signature-invalid"],
    [
      "an entry signed by a key that is for something else",
      () => resign(bologna, {}, bologna.keys.answer),
      "signature-invalid",
    ],
    [
      "an entry about another member",
      () => resign(bologna, { iss: "IT-028060" }),
      "signature-invalid",
    ],
    [
      "a key under the id of another key",
      () => resign(bologna, { keys: [...bologna.entry.keys, listedKey(bologna.keys.hub.kid)] }),
      "signature-invalid",
    ],
    [
      "a node without TLS",
      () => resign(bologna, { url: "http://tavolo.example.org" }),
      "body-invalid",
    ],
    [
      "a node at the metadata service of a cloud",
      () => resign(bologna, { url: "https://169.254.169.254" }),
      "body-invalid",
    ],
    [
      "an address written as one number",
      () => resign(bologna, { url: "https://2130706433/" }),
      "body-invalid",
    ],
    ["a node at home", () => resign(bologna, { url: "https://localhost:8443" }), "body-invalid"],
    ["a node at an IPv6 address", () => resign(bologna, { url: "https://[::1]/" }), "body-invalid"],
  ])("%s", async (_, jws, reason) => {
    await expect(register(memoryStore(), await jws())).rejects.toMatchObject({ reason });
  });

  test("a second entry by whoever has another key", async () => {
    const store = memoryStore();
    await register(store, bologna.jws);
    const impostor = await makeMember("IT-037006");
    const jws = await resign(impostor, { iat: NOW });
    await expect(register(store, jws)).rejects.toMatchObject({ reason: "signature-invalid" });
  });

  test("an old entry put back over a newer one", async () => {
    const store = memoryStore();
    await register(store, await resign(bologna, { iat: NOW }));
    await expect(register(store, bologna.jws)).rejects.toMatchObject({ reason: "conflict" });
  });

  test("a stored entry that was put under another member's id", async () => {
    const store = memoryStore();
    await store.put({
      pk: "hub#member",
      sk: "IT-028060",
      body: { entry: bologna.jws },
      revision: 1,
    });
    await expect(directory(store).get("IT-028060")).rejects.toMatchObject({
      reason: "signature-invalid",
    });
  });

  test("a directory file with a member twice", async () => {
    await expect(
      readDirectory({ v: 1, entries: [bologna.jws, await resign(bologna, { iat: NOW })] }),
    ).rejects.toMatchObject({
      reason: "signature-invalid",
    });
  });
});

test("a rotation is signed by the old key, and then the new one signs", async () => {
  const store = memoryStore();
  await register(store, bologna.jws);
  const fresh = memorySigner();
  const [old] = bologna.entry.keys.filter(({ use }) => use === "member");
  const others = bologna.entry.keys.filter((key) => key !== old);
  const keys = [{ kid: fresh.kid, use: "member" as const, jwk: fresh.jwk, from: NOW }, ...others];
  await register(
    store,
    await resign(bologna, { iat: NOW, keys: [{ ...old!, until: NOW + 5 }, ...keys] }),
  );
  await register(store, await resign(bologna, { iat: NOW + 10, keys }, fresh));
  expect((await directory(store).get("IT-037006"))?.keys).toHaveLength(5);
});

test("in local mode a node may be at home, without TLS", async () => {
  const jws = await resign(bologna, { url: "http://127.0.0.1:9000" });
  await expect(register(memoryStore(), jws, { local: true })).resolves.toMatchObject({
    url: "http://127.0.0.1:9000",
  });
});
