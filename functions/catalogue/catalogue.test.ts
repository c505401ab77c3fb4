import { beforeAll, describe, expect, test } from "vitest";
import { DirectoryFile } from "../../schemas/member.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest } from "../../schemas/release.ts";
import {
  eventOf,
  fakePeer,
  HUB,
  type Member,
  makeManifest,
  makeMember,
  makeWorld,
  NOW,
} from "../../tests/world/federation.ts";
import { directory } from "../members/directory.ts";
import { readDirectory } from "../members/directory-file.ts";
import { edge } from "./handler.ts";
import { offers } from "./offers.ts";

let trento: Member;
let genova: Member;
let consumer: Member;
beforeAll(async () => {
  trento = await makeMember("IT-022205", { url: "https://trento.example.org" });
  genova = await makeMember("IT-010025", { url: "https://genova.example.org" });
  consumer = await makeMember("ricerca");
});
const worldOf = () =>
  makeWorld(
    [
      { member: trento, manifests: [makeManifest("IT-022205")] },
      { member: genova, manifests: [makeManifest("IT-010025", { iss: "IT-022205" })] },
      { member: consumer, manifests: [] },
    ],
    [genova],
    NOW + 100,
  );
async function get(path: string, now = NOW) {
  const { peer, store } = await worldOf();
  const whole = { directory: directory(store), offers: offers(peer), clock: () => now };
  const reply = await edge(whole)(eventOf(`GET ${path}`));
  return { status: reply.statusCode, body: JSON.parse(reply.body ?? "") };
}

test("the members, the hub among them, as they signed their own entries", async () => {
  const { body } = await get("/v1/members");
  const entries = await readDirectory(DirectoryFile.parse(body));
  expect(entries.map(({ id }) => id).sort()).toEqual(["IT-010025", "IT-022205", "ricerca", HUB]);
});

test("the datasets of every node, or why they cannot be seen", async () => {
  const { body } = await get("/v1/datasets");
  expect(body.members).toMatchObject([
    { member: "IT-010025", datasets: [], outcome: "answer-invalid" },
    {
      member: "IT-022205",
      datasets: [
        { id: "IT-022205/prestazioni/2022/1", kind: "records", advantage: 10, origin: "made" },
      ],
    },
  ]);
  expect(body.members).toHaveLength(2);
});

describe("what a node offers", () => {
  const next = (number: number, change: object = {}) =>
    makeManifest("IT-022205", { number, id: `IT-022205/prestazioni/2022/${number}`, ...change });

  test("is kept for half a minute", async () => {
    const peer = fakePeer([{ member: trento, manifests: [next(1)] }]);
    const seen = offers(peer);
    for (const now of [NOW, NOW + 29, NOW + 30, NOW + 31]) await seen.of(trento.entry, now);
    expect(peer.listed).toHaveLength(2);
  });

  test("is fetched once for all who ask at the same time", async () => {
    const peer = fakePeer([{ member: trento, manifests: [next(1)] }]);
    const seen = offers(peer);
    await Promise.all([1, 2, 3].map(() => seen.release(trento.entry, "prestazioni", "2022", NOW)));
    expect(peer.listed).toHaveLength(1);
  });

  test("is fetched again where a period is missing: it may be new", async () => {
    const manifests: Manifest[] = [next(1)];
    const peer = fakePeer([{ member: trento, manifests }]);
    const seen = offers(peer);
    await expect(seen.release(trento.entry, "prestazioni", "2023", NOW)).rejects.toMatchObject({
      reason: "unknown-period",
    });
    expect(peer.listed).toHaveLength(1);
    manifests.push(
      makeManifest("IT-022205", { period: "2023", id: "IT-022205/prestazioni/2023/1" }),
    );
    await expect(seen.release(trento.entry, "prestazioni", "2023", NOW)).resolves.toMatchObject({
      period: "2023",
    });
    expect(peer.listed).toHaveLength(2);
  });

  test("is the newest release of a period", async () => {
    const peer = fakePeer([{ member: trento, manifests: [next(1), next(3), next(2)] }]);
    expect((await offers(peer).release(trento.entry, "prestazioni", "2022", NOW)).number).toBe(3);
  });

  test("is not remembered as missing when the node was down", async () => {
    const peer = fakePeer([{ member: trento, manifests: [next(1)] }]);
    let down = true;
    const seen = offers({
      ...peer,
      catalogue: (...asked) =>
        down ? Promise.reject(new Refused("unreachable", "x")) : peer.catalogue(...asked),
    });
    await expect(seen.of(trento.entry, NOW)).rejects.toMatchObject({
      reason: "unreachable",
      hint: {},
    });
    down = false;
    await expect(seen.of(trento.entry, NOW)).resolves.toHaveLength(1);
  });

  test.each([
    ["of another member", { iss: "IT-010025" }],
    ["whose id names another dataset", { id: "IT-022205/altro/2022/1" }],
    ["whose id names another number", { number: 2 }],
  ])("is not believed with a manifest %s", async (_, change) => {
    const peer = fakePeer([{ member: trento, manifests: [makeManifest("IT-022205", change)] }]);
    await expect(offers(peer).of(trento.entry, NOW)).rejects.toMatchObject({
      reason: "answer-invalid",
    });
  });

  test("is nothing where a member runs no node", async () => {
    await expect(offers(fakePeer([])).of(consumer.entry, NOW)).rejects.toMatchObject({
      reason: "unknown-dataset",
    });
  });
});
