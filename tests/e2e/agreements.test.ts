/**
 * Agreements from the outside: the commands that parties type, a hub and a node over HTTP. What one party says bites on the next
 * question at the node that owns the data, also where the hub forgets what it was told and keeps passing questions on.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sayCommand, signCommand, tellCommand } from "../../adapters/cli/commands/agreement.ts";
import { proposeCommand } from "../../adapters/cli/commands/agreement-propose.ts";
import { listCommand, showCommand } from "../../adapters/cli/commands/agreement-show.ts";
import { leaveCommand } from "../../adapters/cli/commands/member.ts";
import {
  askHub,
  sendQuestion,
  signQuestion,
  takeRelease,
  tokenFor,
} from "../../adapters/client/asking.ts";
import type { Federation } from "../../adapters/demo/federation.ts";
import { agreementAt } from "../../adapters/local/agreeing.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { signAgreement } from "../../functions/agreements/agreements.ts";
import { peek } from "../../functions/signing/jws.ts";
import { type AgreementFile, Register } from "../../schemas/agreement.ts";
import type { Item } from "../../schemas/ports.ts";
import { type Question, Statement } from "../../schemas/query.ts";
import { expectProblem, post } from "../world/http.ts";
import { makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { aiuti, bytes, csv } from "../world/small.ts";

const OWNER = "IT-000002";
const ASKER = "IT-000001";
const [FEW, LEAVER, OTHER, SOON] = ["IT-000003", "IT-000004", "IT-000005", "IT-000006"] as const;
const idOf = (consumer: string, number = 1, provider: string = OWNER) =>
  `${consumer}/${provider}/aiuti/${number}`;

let world: World;
let federation: Federation;
let said: string[] = [];
const log = vi
  .spyOn(console, "log")
  .mockImplementation((...words) => void said.push(words.join(" ")));

beforeAll(async () => {
  world = await makeWorld(
    [member(OWNER), ...[ASKER, FEW, LEAVER, OTHER, SOON].map((id) => member(id, false))],
    "2026-07-01",
  );
  await world.publish(OWNER, aiuti(), bytes(csv()));
  federation = await world.start();
});
afterAll(async () => {
  log.mockRestore();
  await world.close();
});

const by = (as: string) => ({ as, state: world.at.root, lang: "en" });
/** What a command printed. */
async function printed(work: () => Promise<void>): Promise<string> {
  said = [];
  await work();
  return said.join("\n");
}
async function agree(consumer: string, options: object = {}): Promise<void> {
  await proposeCommand(OWNER, "aiuti", { ...by(consumer), purpose: purposeId, ...options });
  await signCommand(idOf(consumer), by(OWNER));
}
const question = (change: object = {}): Question => ({
  ...{
    purposeId,
    members: [OWNER],
    dataset: "aiuti",
    period: "2025",
    measures: [{ count: "any" }],
    by: ["sex"],
    where: {},
  },
  ...change,
});
/** What became of the owner in the hub's statement; or the hub's own refusal, in brackets. */
const outcome = async (consumer: string): Promise<string> =>
  askHub(await world.asker(consumer), question()).then(
    (jws) => peek(jws, Statement).outcomes[0]!.outcome,
    (error: { reason: string }) => `[${error.reason}]`,
  );
/** A hub takes what it read to be as it was a moment ago, where it is not the hub itself that changes it. */
const becomes = (consumer: string, wanted: string) =>
  vi.waitFor(async () => expect(await outcome(consumer)).toBe(wanted), 600_000);
const register = async () =>
  Register.parse(await (await fetch(`${federation.hub}/v1/agreements`)).json()).agreements;
const standing = async (id: string) => (await register()).find((one) => one.id === id)!;

/** A hub that forgets some of its items, for as long as `work` takes: what it then passes on is the node's to judge. */
async function forgetting<T>(
  pk: string,
  isGone: (item: Item) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  const hub = await world.store("hub");
  const gone: Item[] = [];
  for await (const item of hub.query(pk)) if (isGone(item)) gone.push(item);
  expect(gone.length).toBeGreaterThan(0);
  for (const { pk, sk } of gone) await hub.delete(pk, sk);
  try {
    return await work();
  } finally {
    for (const item of gone) await hub.put(item);
  }
}

describe("from proposal to signature", () => {
  test("nothing is answered before both have signed; whoever signs reads first what it means", async () => {
    const proposed = await printed(() =>
      proposeCommand(OWNER, "aiuti", { ...by(ASKER), purpose: purposeId }),
    );
    expect(proposed).toContain(`What ${ASKER} will not see`);
    expect(proposed).toContain("as usual");
    expect(proposed).toContain(`npx tavolo agreement sign ${idOf(ASKER)}`);
    expect(await outcome(ASKER)).toBe("[no-agreement]");
    expect(await standing(idOf(ASKER))).toMatchObject({ state: "proposed", awaits: [OWNER] });
    expect(await printed(() => listCommand(by(OWNER)))).toContain(`${OWNER} is asked to sign`);
    const signed = await printed(() => signCommand(idOf(ASKER), by(OWNER)));
    expect(signed.indexOf("No row, no name")).toBeLessThan(signed.indexOf(`${OWNER} has signed`));
    expect(await outcome(ASKER)).toBe("answered");
    expect(await standing(idOf(ASKER))).toMatchObject({
      state: "in-force",
      inForce: true,
      answers: { today: 1, total: 1 },
    });
    expect(await printed(() => showCommand(idOf(ASKER), by(OTHER)))).toMatch(
      /State: in force[\s\S]*IT-000001 signed with/,
    );
  });

  test("a file says what is not as usual, and the node holds to it", async () => {
    const terms = join(world.at.root, "terms.json");
    await writeFile(terms, JSON.stringify({ v: 1, dimensions: ["sex"], callsADay: 3 }));
    await agree(FEW, { terms });
    expect(await outcome(FEW)).toBe("answered");
    const zoned = peek(await askHub(await world.asker(FEW), question({ by: ["zone"] })), Statement)
      .outcomes[0]!.outcome;
    expect(zoned).toBe("beyond-agreement");
  });

  test.each<[string, () => Promise<void>, string]>([
    [
      "a second signature of the same party",
      () => signCommand(idOf(ASKER), by(OWNER)),
      "agreement-state",
    ],
    [
      "a signature of who is no party",
      () => signCommand(idOf(ASKER), by(OTHER)),
      "agreement-state",
    ],
    ["an agreement that is not there", () => showCommand(idOf(OTHER), by(OWNER)), "not-found"],
    [
      "a dataset that nobody offers",
      () => proposeCommand(OWNER, "altro", by(OTHER)),
      "unknown-dataset",
    ],
    ["own data", () => proposeCommand(OWNER, "aiuti", by(OWNER)), "body-invalid"],
    [
      "somebody who is no member",
      () => proposeCommand("IT-999999", "aiuti", by(OTHER)),
      "unknown-member",
    ],
    [
      "a purpose that nobody has named yet",
      () =>
        proposeCommand(OWNER, "aiuti", {
          ...by(OTHER),
          purpose: "00000000-0000-4000-8000-000000000000",
        }),
      "body-invalid",
    ],
    [
      "no calls at all",
      () => proposeCommand(OWNER, "aiuti", { ...by(OTHER), calls: "0" }),
      "body-invalid",
    ],
    [
      "a resumption of what is not suspended",
      () => sayCommand("resume", idOf(ASKER), by(OWNER)),
      "agreement-state",
    ],
  ])("the command line refuses %s", async (_, command, reason) => {
    await expect(command()).rejects.toMatchObject({ reason });
  });

  test("a proposal that is refused is over, and the next one has the next number", async () => {
    await proposeCommand(OWNER, "aiuti", by(OTHER));
    await expect(proposeCommand(OWNER, "aiuti", by(OTHER))).rejects.toMatchObject({
      reason: "conflict",
    });
    expect(
      await printed(() =>
        sayCommand("revoke", idOf(OTHER), { ...by(OWNER), reason: "wrong purpose" }),
      ),
    ).toContain("refuses");
    await expect(signCommand(idOf(OTHER), by(OWNER))).rejects.toMatchObject({
      reason: "agreement-state",
    });
    expect(await printed(() => proposeCommand(OWNER, "aiuti", by(OTHER)))).toContain(
      idOf(OTHER, 2),
    );
    expect(await printed(() => showCommand(idOf(OTHER), by(ASKER)))).toContain('"wrong purpose"');
  });
});

describe("what is said later bites on the next question", () => {
  const isEvent = (id: string) => (item: Item) => item.sk.startsWith(`${id}#`);
  /** The hub says no at once; one that forgot what it was told passes the question on, and the node says no. */
  const bothSay = async (consumer: string, reason: string) => {
    expect(await outcome(consumer)).toBe(`[${reason}]`);
    await forgetting("hub#agreement", isEvent(idOf(consumer)), () => becomes(consumer, reason));
  };

  test.each([OWNER, ASKER])("suspended and resumed by %s", async (party) => {
    await sayCommand("suspend", idOf(ASKER), by(party));
    await bothSay(ASKER, "agreement-suspended");
    const other = party === OWNER ? ASKER : OWNER;
    await expect(sayCommand("resume", idOf(ASKER), by(other))).rejects.toMatchObject({
      reason: "agreement-state",
    });
    await sayCommand("resume", idOf(ASKER), by(party));
    expect(await outcome(ASKER)).toBe("answered");
  });

  test("a download is refused as well, with the token that it has already", async () => {
    const asker = await world.asker(ASKER);
    const url = federation.nodes[0]!.url;
    const take = () =>
      takeRelease(asker, url, `${OWNER}/aiuti/2025/1`, purposeId).then(
        () => "taken",
        (error: { reason: string }) => error.reason,
      );
    expect(await take()).toBe("taken");
    await sayCommand("suspend", idOf(ASKER), by(OWNER));
    expect(await take()).toBe("agreement-suspended");
    await sayCommand("resume", idOf(ASKER), by(OWNER));
    expect(await take()).toBe("taken");
  });

  test("an old resumption, sent again after a newer suspension, moves nothing at hub or node", async () => {
    const before = await agreementAt(federation.hub, idOf(ASKER));
    await sayCommand("suspend", idOf(ASKER), by(OWNER));
    for (const url of [federation.hub, federation.nodes[0]!.url]) {
      const reply = await post(
        `${url}/v1/agreements`,
        JSON.stringify({ v: 1, agreement: before.agreement, events: before.events }),
        "application/json",
      );
      expect([reply.status, ((await reply.json()) as AgreementFile).state]).toEqual([
        200,
        "suspended",
      ]);
    }
    expect(await outcome(ASKER)).toBe("[agreement-suspended]");
    await sayCommand("resume", idOf(ASKER), by(OWNER));
  });

  test("a hub that keeps back what the owner said cannot make it say less: the node's own copy goes before", async () => {
    await forgetting("hub#agreement", isEvent(idOf(ASKER)), () =>
      sayCommand("suspend", idOf(ASKER), by(OWNER)),
    );
    process.exitCode = 0;
    expect(await outcome(ASKER)).toMatch(/agreement-suspended/);
    await tellCommand(idOf(ASKER), by(OWNER));
    await sayCommand("resume", idOf(ASKER), by(OWNER));
    expect(await outcome(ASKER)).toBe("answered");
  });

  test("a provider reaches its own node even where no hub answers; the hub is told later", async () => {
    const nowhere = { ...by(OWNER), hub: "http://127.0.0.1:9" };
    expect(await printed(() => sayCommand("suspend", idOf(ASKER), nowhere))).toMatch(
      /Told the node[\s\S]*Not told: the hub \(unreachable/,
    );
    expect(process.exitCode).toBe(1);
    process.exitCode = 0;
    expect(await outcome(ASKER)).toBe("agreement-suspended");
    await expect(
      sayCommand("suspend", idOf(ASKER), { ...by(ASKER), hub: nowhere.hub }),
    ).rejects.toMatchObject({ reason: "unreachable" });
    await tellCommand(idOf(ASKER), by(OWNER));
    expect(await outcome(ASKER)).toBe("[agreement-suspended]");
    await sayCommand("resume", idOf(ASKER), by(OWNER));
    expect(await outcome(ASKER)).toBe("answered");
  });

  test("revoked is final", async () => {
    await agree(SOON);
    expect(await outcome(SOON)).toBe("answered");
    await sayCommand("revoke", idOf(SOON), { ...by(SOON), reason: "the project is over" });
    await bothSay(SOON, "agreement-revoked");
    for (const what of ["resume", "suspend", "revoke"] as const)
      await expect(sayCommand(what, idOf(SOON), by(OWNER))).rejects.toMatchObject({
        reason: "agreement-state",
      });
    expect(await standing(idOf(SOON))).toMatchObject({ state: "revoked", inForce: false });
    // other terms are another agreement
    await proposeCommand(OWNER, "aiuti", by(SOON));
    await signCommand(idOf(SOON, 2), by(OWNER));
    expect(await outcome(SOON)).toBe("answered");
  });
});

describe("calls of a day", () => {
  test("are counted at the node; the hub refuses early, with the time to come back", async () => {
    // one question was answered; another was beyond the terms, and nothing was counted
    expect([await outcome(FEW), await outcome(FEW)]).toEqual(["answered", "answered"]);
    expect(await outcome(FEW)).toMatch(/calls-exhausted/);
    await becomes(FEW, "[calls-exhausted]");
    expect(await standing(idOf(FEW))).toMatchObject({ answers: { today: 3, total: 3, aDay: 3 } });
    await forgetting(
      "hub#usage",
      ({ sk }) => sk.startsWith(FEW),
      () => becomes(FEW, "calls-exhausted"),
    );
    await becomes(FEW, "[calls-exhausted]");
    const asker = await world.asker(FEW);
    const token = await tokenFor(asker, purposeId);
    const refused = await sendQuestion(asker, token, await signQuestion(asker, question())).catch(
      (error: { after?: number }) => error,
    );
    expect((refused as { after: number }).after).toBe(86_400 - (world.clock() % 86_400));
  });
});

describe("the node's own address for agreements", () => {
  const send = (url: string, file: object) =>
    post(`${url}/v1/agreements`, JSON.stringify({ v: 1, ...file }), "application/json");

  test("takes no agreement of another pair, and none that the owner did not sign", async () => {
    const node = federation.nodes[0]!.url;
    const { agreement } = await agreementAt(federation.hub, idOf(OTHER, 2));
    await expectProblem(await send(node, { agreement, events: [] }), "signature-invalid");
    const twice = await signAgreement(await keyOf(world.at, OTHER, "member"), agreement);
    await expectProblem(await send(node, { agreement: twice, events: [] }), "signature-invalid");
    const { agreement: theirs, events } = await agreementAt(federation.hub, idOf(SOON));
    await expectProblem(
      await send(node, { agreement: { ...theirs, payload: agreement.payload }, events }),
      "signature-invalid",
    );
    // another pair's agreement lets nobody else in
    const other = peek(await askHub(await world.asker(ASKER), question()), Statement);
    expect(other.outcomes[0]!.outcome).toBe("answered");
    expect(await outcome(OTHER)).toBe("[no-agreement]");
  });

  test("says what is wrong with a body that is none", async () => {
    for (const url of [federation.hub, federation.nodes[0]!.url]) {
      await expectProblem(
        await post(`${url}/v1/agreements`, "{}", "application/json"),
        "body-invalid",
      );
      await expectProblem(await post(`${url}/v1/agreements`, "{}", "text/plain"), "media-type");
    }
  });
});

describe("a member that leaves", () => {
  /** The directory as it was: a hub that does not want to know. */
  const asBefore = async (id: string, work: () => Promise<void>) => {
    const hub = await world.store("hub");
    const left = (await hub.get("hub#member", id))!;
    const before: Item[] = [];
    for await (const item of hub.query("hub#history", { prefix: `${id}#` })) before.push(item);
    await hub.put({ ...left, body: before.at(-1)!.body });
    try {
      await work();
    } finally {
      await hub.put(left);
    }
  };
  test("as a consumer gets no answer any more, also where the hub passes its questions on", async () => {
    await agree(LEAVER);
    expect(await outcome(LEAVER)).toBe("answered");
    await leaveCommand(by(LEAVER));
    await becomes(LEAVER, "[assertion-invalid]");
    await asBefore(LEAVER, () => becomes(LEAVER, "signature-invalid"));
    expect(await standing(idOf(LEAVER))).toMatchObject({ state: "in-force", inForce: false });
  });

  test("as a provider gives none any more, also where the hub asks it still", async () => {
    await leaveCommand(by(OWNER));
    await becomes(ASKER, "[unknown-member]");
    await asBefore(OWNER, () => becomes(ASKER, "no-agreement"));
  });
});
