import { beforeAll, expect, test } from "vitest";
import type { Agreement } from "../../schemas/agreement.ts";
import { type Member, makeMember, memorySigner, memoryStore, NOW, PURPOSE } from "../query/testing.ts";
import { agreementIn, draftAgreement, hubAgreements, inForce, keepAtHub, keepAtNode, signAgreement } from "./agreements.ts";

let consumer: Member;
let provider: Member;
beforeAll(async () => {
  consumer = await makeMember("IT-028060");
  provider = await makeMember("IT-034027");
});
const draft = (change: Partial<Agreement> = {}): Agreement => ({
  ...draftAgreement(
    {
      ...{ consumer: consumer.entry, provider: provider.entry, dataset: "prestazioni", number: 1, measures: "all", dimensions: "all" },
      ...{ from: NOW, until: NOW + 100, purpose: { id: PURPOSE, name: { it: "confronto", en: "comparison" }, legalBasis: "art. 6" } },
    },
    consumer.entry.id,
    NOW,
  ),
  ...change,
});
const signedBy = async (agreement: Agreement, first = consumer.keys.member, second = provider.keys.member) =>
  signAgreement(second, await signAgreement(first, agreement));
const members = () => [consumer.entry, provider.entry];
const keysOf = (id: string) => members().find((entry) => entry.id === id)?.keys ?? [];

test("an agreement pins member keys alone", () => {
  expect(draft().consumer.keys.map(({ use }) => use)).toEqual(["member"]);
  expect(draft().id).toBe("IT-028060/IT-034027/prestazioni/1");
});

test("it is in force from its first to its last second", () => {
  expect([NOW - 1, NOW, NOW + 100, NOW + 101].map((now) => inForce(draft(), now))).toEqual([false, true, true, false]);
});

test("the hub finds what is in force between two members on a dataset", async () => {
  const store = memoryStore();
  await keepAtHub(store, await signedBy(draft()), members(), NOW);
  const held = hubAgreements(store);
  expect(await held.inForce("IT-028060", "prestazioni", NOW)).toEqual([draft()]);
  expect(await held.inForce("IT-028060", "prestazioni", NOW + 101)).toEqual([]);
  expect(await held.inForce("IT-034027", "prestazioni", NOW)).toEqual([]);
  expect(await held.inForce("IT-028060", "prestazioni2", NOW)).toEqual([]);
});

test("a node keeps it under the key by which it answers", async () => {
  const store = memoryStore();
  const jws = await signedBy(draft());
  await keepAtNode(store, "IT-034027", jws, keysOf, NOW);
  expect((await store.get("answer#agreement", `prestazioni#IT-028060#${PURPOSE}#1`))?.body).toEqual({ jws });
});

test("the same agreement, signed again, changes nothing", async () => {
  const store = memoryStore();
  await keepAtHub(store, await signedBy(draft()), members(), NOW);
  await keepAtHub(store, await signedBy(draft()), members(), NOW);
  expect(await hubAgreements(store).all()).toHaveLength(1);
});

test.each<[string, () => ReturnType<typeof signedBy>, string]>([
  ["one party alone", () => signAgreement(consumer.keys.member, draft()), "signature-invalid"],
  ["one party twice", () => signedBy(draft(), consumer.keys.member, consumer.keys.member), "signature-invalid"],
  ["a stranger for the provider", () => signedBy(draft(), consumer.keys.member, memorySigner()), "signature-invalid"],
  ["a node's answering key", () => signedBy(draft(), consumer.keys.member, provider.keys.answer), "signature-invalid"],
  ["an id that names another dataset", () => signedBy(draft({ id: "IT-028060/IT-034027/altro/1" })), "body-invalid"],
  ["a third party as its author", () => signedBy(draft({ iss: "inps" })), "body-invalid"],
  ["an end before its beginning", () => signedBy(draft({ until: NOW - 1 })), "body-invalid"],
  [
    "keys that the directory does not know",
    () => {
      const { kid, jwk } = memorySigner();
      return signedBy(draft({ provider: { id: "IT-034027", keys: [{ kid, jwk, use: "member", from: 0 }] } }));
    },
    "signature-invalid",
  ],
])("refuses an agreement with %s", async (_, jws, reason) => {
  await expect(keepAtHub(memoryStore(), await jws(), members(), NOW)).rejects.toMatchObject({ reason });
});

test("refuses other terms under an id that is taken", async () => {
  const store = memoryStore();
  await keepAtHub(store, await signedBy(draft()), members(), NOW);
  const wider = await signedBy(draft({ until: NOW + 10_000 }));
  await expect(keepAtHub(store, wider, members(), NOW)).rejects.toMatchObject({ reason: "conflict" });
  expect((await hubAgreements(store).all())[0]?.until).toBe(NOW + 100);
});

test("refuses, at a node, an agreement with another provider", async () => {
  await expect(keepAtNode(memoryStore(), "IT-037006", await signedBy(draft()), keysOf, NOW)).rejects.toMatchObject({
    reason: "body-invalid",
  });
});

test("a draft can be read before it is signed", async () => {
  expect(agreementIn(await signAgreement(consumer.keys.member, draft()))).toEqual(draft());
});
