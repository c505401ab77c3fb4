import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { DirectoryEntry, KeyUse, MemberKey } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import {
  type Member,
  makeMember,
  memorySigner,
  memoryStore,
  NOW,
} from "../../tests/world/federation.ts";
import { signCompact, verifyCompact } from "../signing/jws.ts";
import { verifyChain } from "./chain.ts";
import { directory, readmit, register, suspend } from "./directory.ts";
import { readDirectory } from "./directory-file.ts";

let city: Member;
let member: MemberKey;
let others: readonly MemberKey[];
beforeAll(async () => {
  city = await makeMember("IT-037006", { url: "https://tavolo.example.org" });
  member = city.entry.keys.find(({ use }) => use === "member")!;
  others = city.entry.keys.filter((key) => key !== member);
});

const listed = ({ kid, jwk }: Signer, from: number, use: KeyUse = "member"): MemberKey => ({
  kid,
  use,
  jwk,
  from,
});
const entryOf = (change: Partial<DirectoryEntry>, signer = city.keys.member) =>
  signCompact(signer, "tavolo-member+jws", { ...city.entry, ...change });

/** Three entries: as it began, a second member key with an overlap, and the first one left out once it had ended. */
async function rotated() {
  const fresh = memorySigner();
  const overlap = { ...member, until: NOW + 100 };
  const second = await entryOf({ iat: NOW, keys: [...others, overlap, listed(fresh, NOW)] });
  const third = await entryOf({ iat: NOW + 200, keys: [...others, listed(fresh, NOW)] }, fresh);
  return { fresh, chain: [city.jws, second, third] };
}

test("a rotation with overlap: the old key is good until its end, the new one from its beginning, and both for what they signed", async () => {
  const { fresh, chain } = await rotated();
  const entry = await verifyChain(chain);
  const signedAt = async (signer: Signer, iat: number, now: number, lasting: boolean) => {
    const jws = await signCompact(signer, "tavolo-query+jws", { iat });
    const trust = { keys: entry.keys, use: "member", now, lasting } as const;
    return verifyCompact(jws, "tavolo-query+jws", z.looseObject({}), trust).then(
      () => "good",
      ({ reason }) => reason,
    );
  };
  expect(entry.keys).toHaveLength(6);
  expect(await signedAt(city.keys.member, NOW + 50, NOW + 50, false)).toBe("good");
  expect(await signedAt(city.keys.member, NOW + 150, NOW + 150, false)).toBe("signature-invalid");
  expect(await signedAt(city.keys.member, NOW - 1000, NOW + 1_000_000, true)).toBe("good");
  expect(await signedAt(city.keys.member, NOW + 150, NOW + 1_000_000, true)).toBe(
    "signature-invalid",
  );
  expect(await signedAt(fresh, NOW + 150, NOW + 150, false)).toBe("good");
  expect(await signedAt(fresh, NOW - 1000, NOW + 150, true)).toBe("signature-invalid");
});

describe("a next entry is refused", () => {
  const fresh = memorySigner();
  const half = { ...listed(memorySigner(), NOW - 10, "answer"), until: NOW + 100 };
  test.each<[string, () => Partial<DirectoryEntry>, Signer?]>([
    [
      "by a key that it brings itself",
      () => ({ keys: [...city.entry.keys, listed(fresh, NOW)] }),
      fresh,
    ],
    ["that leaves out a key in use", () => ({ keys: others.slice(1).concat(member) })],
    [
      "that ends a key before today, and so disowns what it signed",
      () => ({ keys: [member, { ...others[0]!, until: NOW - 100 }, ...others.slice(1)] }),
    ],
    [
      "that makes a key older than it is",
      () => ({ keys: [member, { ...others[0]!, from: 0 }, ...others.slice(1)] }),
    ],
    [
      "with a new key that is good for the past",
      () => ({ keys: [...city.entry.keys, listed(fresh, NOW - 3600)] }),
    ],
    ["of another member", () => ({ id: "IT-028060", iss: "IT-028060" })],
  ])("%s", async (_, change, signer) => {
    const next = await entryOf({ iat: NOW, ...change() }, signer);
    await expect(verifyChain([city.jws, next])).rejects.toMatchObject({
      reason: "signature-invalid",
    });
    const store = memoryStore();
    await register(store, city.jws);
    if (!_.startsWith("of another"))
      await expect(register(store, next)).rejects.toMatchObject({ reason: "signature-invalid" });
  });

  test("that takes an end back", async () => {
    const first = await entryOf({ iat: NOW, keys: [...city.entry.keys, half] });
    const next = await entryOf({
      iat: NOW + 1,
      keys: [...city.entry.keys, { ...half, until: NOW + 500 }],
    });
    await expect(verifyChain([first, next])).rejects.toMatchObject({ reason: "signature-invalid" });
  });
});

test("the directory keeps every entry, and a file of it holds every key", async () => {
  const store = memoryStore();
  const { chain } = await rotated();
  for (const jws of chain) await register(store, jws);
  const members = directory(store);
  expect(await members.history("IT-037006")).toEqual(chain);
  expect(await members.signed()).toEqual(chain.slice(-1));
  expect(await members.former()).toEqual(chain.slice(0, 2));
  const file = {
    v: 1 as const,
    entries: [...(await members.signed())],
    former: [...(await members.former())],
  };
  const [entry] = await readDirectory(file);
  expect(entry!.keys.map(({ kid }) => kid)).toContain(city.keys.member.kid);
  expect(await members.history("IT-0")).toEqual([]);
});

test("who left, or was suspended, is in no list but the former, at once; who is readmitted is back", async () => {
  const store = memoryStore();
  await register(store, city.jws);
  const members = directory(store);
  await suspend(store, "IT-037006", NOW);
  expect(await members.get("IT-037006")).toBeUndefined();
  expect([
    ...(await members.all()),
    ...(await members.signed()),
    ...(await members.some(["IT-037006"])),
  ]).toEqual([]);
  expect(await members.former()).toEqual([city.jws]);
  expect(await readmit(store, "IT-037006", NOW)).toBe(NOW + 1);
  expect(await members.get("IT-037006")).toEqual(city.entry);
  const gone = await entryOf({ iat: NOW, left: NOW });
  await register(store, gone);
  expect(await members.get("IT-037006")).toBeUndefined();
  expect(await members.former()).toEqual([city.jws, gone]);
});

describe("a directory that was trusted before", () => {
  const saved = async () => readDirectory({ v: 1, entries: [city.jws] });
  test("goes on where the chain does", async () => {
    const { chain } = await rotated();
    const file = { v: 1 as const, entries: chain.slice(-1), former: chain.slice(0, 2) };
    await expect(readDirectory(file, await saved())).resolves.toHaveLength(1);
  });
  test("does not take a key that a hub exchanged, nor an entry that follows from nothing, nor one that is older", async () => {
    const impostor = await makeMember("IT-037006");
    const swapped = await signCompact(impostor.keys.member, "tavolo-member+jws", {
      ...impostor.entry,
      iat: NOW,
    });
    const { chain } = await rotated();
    for (const file of [
      { entries: [swapped] },
      { entries: [swapped], former: [city.jws] },
      { entries: [impostor.jws] },
    ])
      await expect(readDirectory({ v: 1, ...file }, await saved())).rejects.toMatchObject({
        reason: "signature-invalid",
      });
    const newer = await readDirectory({
      v: 1,
      entries: chain.slice(-1),
      former: chain.slice(0, 2),
    });
    await expect(readDirectory({ v: 1, entries: [city.jws] }, newer)).rejects.toMatchObject({
      reason: "signature-invalid",
    });
  });
});
