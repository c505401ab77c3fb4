import { beforeAll, describe, expect, test } from "vitest";
import { Agreement, type GeneralJws } from "../../schemas/agreement.ts";
import { makePair, type Pair } from "../../tests/world/agreements.ts";
import { memorySigner, memoryStore, NOW } from "../../tests/world/federation.ts";
import { agreementIn, checkPins, signAgreement } from "./agreements.ts";
import { hubAgreements } from "./hub-agreements.ts";
import { storeAtHub } from "./receive.ts";
import { defaultTerms } from "./terms.ts";

let pair: Pair;
beforeAll(async () => {
  pair = await makePair();
});

test("an agreement pins the keys that may sign a question, or vouch for who does, alone", () => {
  expect(pair.draft().consumer.keys.map(({ use }) => use)).toEqual(["member", "session"]);
  expect(pair.draft().id).toBe("IT-028060/IT-034027/prestazioni/1");
});

test("a draft can be read before it is signed", async () => {
  expect(agreementIn(await signAgreement(pair.consumer.keys.member, pair.draft()))).toEqual(
    pair.draft(),
  );
});

describe("terms are refused", () => {
  const base = () => ({ ...pair.draft(), ...defaultTerms(NOW) });
  const analysis = (change: object) => ({ analysis: { ...defaultTerms(NOW).analysis, ...change } });
  test.each<[string, object, string]>([
    ["that end before they begin", { until: NOW - 1 }, "until"],
    [
      "on a basis that there is not",
      { legalBasis: { ...defaultTerms(NOW).legalBasis, article6: ["eu-gdpr:A6-1-f"] } },
      "legalBasis/article6/0",
    ],
    [
      "on no basis",
      { legalBasis: { ...defaultTerms(NOW).legalBasis, article6: [] } },
      "legalBasis/article6",
    ],
    [
      "for special categories without a letter of art. 9",
      { legalBasis: { ...defaultTerms(NOW).legalBasis, article9: [] } },
      "legalBasis/article9",
    ],
    [
      "for a purpose that DPV does not name",
      { purpose: { ...defaultTerms(NOW).purpose, dpv: ["dpv:Anything"] } },
      "purpose/dpv/0",
    ],
    ["without a limit of calls", { callsADay: 0 }, "callsADay"],
    ["with answers that are kept for ever", { retention: "for ever" }, "retention"],
    ["with a word that nobody knows", { forever: true }, ""],
    ["that ask for rows", analysis({ deliveryMethod: "CLEARTEXT" }), "analysis/deliveryMethod"],
    [
      "that ask for pseudonyms",
      analysis({ deliveryMethod: "PSEUDOANONYMOUS" }),
      "analysis/deliveryMethod",
    ],
    ["with a question left open", analysis({ doneDpia: undefined }), "analysis/doneDpia"],
    [
      "with an answer to what was not asked",
      analysis({ confirmedDoneDpia: "NO" }),
      "analysis/confirmedDoneDpia",
    ],
    [
      "with a reason missing",
      analysis({ reasonPolicyNotProvided: undefined }),
      "analysis/reasonPolicyNotProvided",
    ],
    [
      "with a task alone for special categories",
      analysis({ legalBasisPublicInterest: "PUBLIC_INTEREST_TASK" }),
      "analysis/legalBasisPublicInterest",
    ],
    [
      "that say nothing of the public interest",
      analysis({ legalBasisPublicInterest: undefined }),
      "analysis/legalBasisPublicInterest",
    ],
  ])("%s", (_, change, path) => {
    const { issues } = Agreement.safeParse({ ...base(), ...change }).error!;
    expect(issues.map((issue) => issue.path.join("/"))).toContain(path);
  });

  test("and those that everybody starts from are not", () => {
    expect(Agreement.safeParse(base()).success).toBe(true);
  });

  test("without personal data the form asks other questions", () => {
    const none = {
      purpose: "OTHER",
      usesPersonalData: "NO",
      usesThirdPartyPersonalData: "NO",
      isRequestOnBehalfOfThirdParties: "NO",
    };
    const legalBasis = { ...defaultTerms(NOW).legalBasis, article9: [] };
    expect(Agreement.safeParse({ ...base(), legalBasis, analysis: none }).success).toBe(true);
    expect(
      Agreement.safeParse({ ...base(), legalBasis, analysis: { ...none, doneDpia: "NO" } }).success,
    ).toBe(false);
  });
});

describe("at the hub", () => {
  test("what is in force between two members on a dataset is found", async () => {
    const store = memoryStore();
    await storeAtHub(store, await pair.signedBy(pair.draft()), pair.members, NOW);
    const held = hubAgreements(store);
    const found = async (consumer: string, dataset: string, now: number) =>
      (await held.of(consumer, dataset, now)).map(({ agreement, state }) => [agreement.id, state]);
    expect(await found("IT-028060", "prestazioni", NOW)).toEqual([
      ["IT-028060/IT-034027/prestazioni/1", "in-force"],
    ]);
    expect(await found("IT-028060", "prestazioni", NOW + 101)).toEqual([
      ["IT-028060/IT-034027/prestazioni/1", "expired"],
    ]);
    expect(await found("IT-034027", "prestazioni", NOW)).toEqual([]);
    expect(await found("IT-028060", "prestazioni2", NOW)).toEqual([]);
  });

  test("the same agreement, signed again, changes nothing", async () => {
    const store = memoryStore();
    await storeAtHub(store, await pair.signedBy(pair.draft()), pair.members, NOW);
    await storeAtHub(store, await pair.signedBy(pair.draft()), pair.members, NOW);
    expect(await hubAgreements(store).all(NOW)).toHaveLength(1);
  });

  test.each<[string, () => Promise<GeneralJws>, string]>([
    [
      "one party alone",
      () => signAgreement(pair.consumer.keys.member, pair.draft()),
      "signature-invalid",
    ],
    [
      "one party twice",
      () => pair.signedBy(pair.draft(), pair.consumer.keys.member, pair.consumer.keys.member),
      "signature-invalid",
    ],
    [
      "a stranger for the provider",
      () => pair.signedBy(pair.draft(), pair.consumer.keys.member, memorySigner()),
      "signature-invalid",
    ],
    [
      "a node's answering key",
      () => pair.signedBy(pair.draft(), pair.consumer.keys.member, pair.provider.keys.answer),
      "signature-invalid",
    ],
    [
      "an id that names another dataset",
      () => pair.signedBy({ ...pair.draft(), id: "IT-028060/IT-034027/altro/1" }),
      "body-invalid",
    ],
    [
      "a third party as its author",
      () => pair.signedBy({ ...pair.draft(), iss: "inps" }),
      "body-invalid",
    ],
    [
      "a key under another's name",
      () => {
        const draft = pair.draft();
        const [key] = draft.provider.keys;
        const kid = draft.consumer.keys[0]!.kid;
        return pair.signedBy({
          ...draft,
          provider: { ...draft.provider, keys: [key!, { ...key!, kid }] },
        });
      },
      "body-invalid",
    ],
    [
      "keys that the directory does not know",
      () => {
        const { kid, jwk } = memorySigner();
        return pair.signedBy({
          ...pair.draft(),
          provider: { id: "IT-034027", keys: [{ kid, jwk, use: "member", from: 0 }] },
        });
      },
      "signature-invalid",
    ],
  ])("an agreement with %s is refused", async (_, jws, reason) => {
    await expect(storeAtHub(memoryStore(), await jws(), pair.members, NOW)).rejects.toMatchObject({
      reason,
    });
  });

  test("other terms under an id that is taken are refused", async () => {
    const store = memoryStore();
    await storeAtHub(store, await pair.signedBy(pair.draft()), pair.members, NOW);
    const wider = await pair.signedBy(pair.draft({ until: NOW + 10_000 }));
    await expect(storeAtHub(store, wider, pair.members, NOW)).rejects.toMatchObject({
      reason: "conflict",
    });
    expect((await hubAgreements(store).all(NOW))[0]?.agreement.until).toBe(NOW + 100);
  });
});

test("before it signs, a party sees keys that are not its own, or that have ended", () => {
  const draft = pair.draft();
  const { entry } = pair.provider;
  expect(() => checkPins(draft, entry, NOW)).not.toThrow();
  const ended = { ...entry, keys: entry.keys.map((key) => ({ ...key, until: NOW - 1 })) };
  expect(() => checkPins(draft, ended, NOW)).toThrow(
    expect.objectContaining({ reason: "signature-invalid" }),
  );
  const { kid, jwk } = memorySigner();
  const more = {
    ...draft,
    provider: {
      ...draft.provider,
      keys: [...draft.provider.keys, { kid, jwk, use: "member" as const, from: 0 }],
    },
  };
  expect(() => checkPins(more, entry, NOW)).toThrow(
    expect.objectContaining({ reason: "signature-invalid" }),
  );
});
