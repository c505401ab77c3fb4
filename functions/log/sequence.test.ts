import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inboxes, trees } from "../../schemas/items/log.ts";
import { TreeHead } from "../../schemas/log.ts";
import type { Store } from "../../schemas/ports.ts";
import type { Receipt } from "../../schemas/query.ts";
import { memorySigner, memoryStore, NOW } from "../../tests/world/federation.ts";
import { peek } from "../signing/jws.ts";
import { storeLog } from "./append.ts";
import { treeHead, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { publicLogDeps, sequence, sequencer } from "./sequence.ts";
import { consistencyPath, inclusionPath, leavesIn, placeOf, readHead } from "./tree.ts";

const signer = memorySigner();
const bookOf = (store: Store, now = NOW) => publicLogDeps(store, "hub", signer, () => now);

/** A store in memory that keeps every head that was ever written to it. */
function watched() {
  const store = memoryStore();
  const heads: { size: number; root: string }[] = [];
  const put: Store["put"] = async (item, condition) => {
    const won = await store.put(item, condition);
    if (won && item.sk === "head") {
      const { jws, ...head } = trees.log.head.body.parse(item.body);
      const { size, root } = peek(jws!, TreeHead);
      expect({ size, root }).toEqual({ size: head.size, root: head.root });
      heads.push({ size, root });
    }
    return won;
  };
  return { store: { ...store, put }, heads, items: store.items };
}
type Watched = ReturnType<typeof watched>;

const append = (store: Store, count: number, at = NOW): Promise<Receipt[]> =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      storeLog(store, "hub").append("token", { jti: `${at}-${n}` }, at),
    ),
  );

/** Every receipt once, nothing waiting, and every head that was ever signed is that of a beginning of the one tree. */
async function expectWhole(
  { store, heads, items }: Watched,
  receipts: readonly Receipt[],
): Promise<void> {
  const head = await readHead(store, "log");
  const entries = await leavesIn(store, "log", head, { from: 0, to: head.size });
  for (const { stored, leaf } of entries) expect(stored).toBe(leaf);
  const leaves = entries.map(({ leaf }) => leaf!);
  expect(leaves.toSorted()).toEqual(receipts.map(({ leaf }) => leaf).toSorted());
  expect([...items.values()].filter(({ pk }) => pk === inboxes.log.pk)).toEqual([]);
  for (const { size, root } of heads) expect(root).toBe(treeHead(leaves.slice(0, size)));
  for (const [at, { size }] of heads.entries())
    expect(size).toBeGreaterThanOrEqual(heads[at - 1]?.size ?? 0);
  expect(head.root).toBe(treeHead(leaves));
  for (const leaf of leaves)
    expect(await placeOf(store, "log", head, leaf)).toBe(leaves.indexOf(leaf));
}

describe("one after the other", () => {
  test("places, heads and proofs, over many passes", async () => {
    const world = watched();
    const receipts: Receipt[] = [];
    for (const count of [0, 1, 15, 16, 40, 1, 600, 3]) {
      // an older second than what the tree holds: it comes after, and is not lost
      receipts.push(...(await append(world.store, count, NOW - receipts.length)));
      await sequence(bookOf(world.store));
    }
    await expectWhole(world, receipts);
    const head = await readHead(world.store, "log");
    for (const index of [0, 15, 16, 255, 256, 300, 675]) {
      const leaf = (await leavesIn(world.store, "log", head, { from: index, to: index + 1 }))[0]!
        .leaf!;
      const path = await inclusionPath(world.store, "log", head, index, head.size);
      expect(verifyInclusion(leaf, index, head.size, path, head.root)).toBe(true);
    }
    for (const earlier of world.heads) {
      const path = await consistencyPath(world.store, "log", head, earlier.size, head.size);
      expect(verifyConsistency(earlier, head, path)).toBe(true);
    }
  });

  test("a pass costs what is new, however much there is", async () => {
    const world = watched();
    const cost = async (count: number) => {
      await append(world.store, count);
      let calls = 0;
      const counted = new Proxy(world.store, {
        get(store, name) {
          const method = Reflect.get(store, name) as (...given: unknown[]) => unknown;
          return (...given: unknown[]) => {
            calls++;
            return method.apply(store, given);
          };
        },
      });
      await sequence(bookOf(counted));
      return calls;
    };
    const early = await cost(1);
    await cost(3000);
    expect(await cost(1)).toBeLessThanOrEqual(early + 1);
    // head, inbox, places known, a batch, the next place, the new head; and for each: its leaf, and out of the inbox
    expect(await cost(10)).toBeLessThan(2 * 10 + 10);
  });

  test("without anything new a head is signed again only when it is old", async () => {
    const world = watched();
    await append(world.store, 3);
    for (const now of [NOW, NOW + 59, NOW + 60, NOW + 61]) await sequence(bookOf(world.store, now));
    expect(world.heads).toHaveLength(2);
    expect(peek((await readHead(world.store, "log")).jws!, TreeHead).iat).toBe(NOW + 60);
  });

  test("what may be tried again is one entry, before and after it has its place", async () => {
    const world = watched();
    const log = storeLog(world.store, "hub");
    const again = () =>
      log.append("release", { release: "IT-000001/a/2022/1" }, NOW, "IT-000001/a/2022/1");
    const receipt = await again();
    expect(await again()).toEqual(receipt);
    await sequence(bookOf(world.store));
    expect(await again()).toEqual(receipt);
    await sequence(bookOf(world.store));
    await expectWhole(world, [receipt]);
  });

  test("what is no entry stops nobody", async () => {
    const world = watched();
    await world.store.put({
      pk: inboxes.log.pk,
      sk: "000000000000#x",
      body: { entry: 1 },
      revision: 1,
    });
    const receipts = await append(world.store, 3);
    await sequence(bookOf(world.store));
    await world.store.delete(inboxes.log.pk, "000000000000#x");
    await expectWhole(world, receipts);
  });
});

/** The same store; its `at`-th call kills whoever makes it, before or after it took effect, and there is no later one. */
function dying(
  store: Store,
  at: number,
  when: "before" | "after",
): { store: Store; calls(): number } {
  let calls = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    const number = ++calls;
    if (number > at || (number === at && when === "before")) throw new Error("dead");
    const result = await work();
    if (number === at) throw new Error("dead");
    return result;
  };
  const wrapped: Store = {
    get: (...given) => step(() => store.get(...given)),
    getMany: (...given) => step(() => store.getMany(...given)),
    put: (...given) => step(() => store.put(...given)),
    delete: (...given) => step(() => store.delete(...given)),
    async *query(...given) {
      yield* await step(async () => {
        const found = [];
        for await (const item of store.query(...given)) found.push(item);
        return found;
      });
    },
  };
  return { store: wrapped, calls: () => calls };
}

describe("killed at any call", () => {
  test("the next one goes on, and what came late or in between is there too", async () => {
    const count = dying((await begun()).world.store, Number.POSITIVE_INFINITY, "after");
    await sequence(bookOf(count.store));
    const total = count.calls();
    // two batches, since one ends with its block
    expect(total).toBeGreaterThan(45);
    for (let at = 1; at <= total; at++)
      for (const when of ["before", "after"] as const)
        for (const more of [0, 2]) {
          const { world, receipts } = await begun();
          await expect(sequence(bookOf(dying(world.store, at, when).store))).rejects.toThrow(
            "dead",
          );
          receipts.push(
            ...(await append(world.store, more, NOW - 500)),
            ...(await append(world.store, more, NOW + 5)),
          );
          // and once more, a little later
          await sequence(bookOf(dying(world.store, at + 7, when).store)).catch(() => {});
          await sequence(bookOf(world.store));
          await expectWhole(world, receipts);
        }
  });

  async function begun() {
    const world = watched();
    const receipts = await append(world.store, 60, NOW - 60);
    await sequence(bookOf(world.store));
    receipts.push(...(await append(world.store, 20)));
    return { world, receipts };
  }
});

test("several at once, in any order of their calls, with appends among them and deaths: one tree", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ at: fc.integer({ min: 1, max: 60 }), dies: fc.boolean() }), {
        minLength: 2,
        maxLength: 4,
      }),
      fc.array(fc.record({ at: fc.integer({ min: -50, max: 50 }), after: fc.nat(40) }), {
        maxLength: 12,
      }),
      async (order, sequencers, times) => {
        const world = watched();
        const receipts = await append(world.store, 4, NOW - 100);
        const scheduled = scheduledStore(order, world.store);
        const runs = sequencers.map(({ at, dies }) =>
          sequence(
            bookOf(
              dies ? dying(scheduled, at, at % 2 === 0 ? "before" : "after").store : scheduled,
            ),
          ).catch((error: Error) => {
            if (error.message !== "dead") throw error;
          }),
        );
        const appends = times.map(async ({ at, after }) => {
          for (let turn = 0; turn < after; turn++) await scheduled.get("nothing", "there");
          receipts.push(...(await append(scheduled, 1, NOW + at)));
        });
        await order.waitFor(Promise.all([...runs, ...appends]));
        await sequence(bookOf(world.store));
        await expectWhole(world, receipts);
      },
    ),
    { numRuns: 150 },
  );
});

/** Each call takes effect, and is answered, when the order has it. */
function scheduledStore(order: fc.Scheduler, store: Store): Store {
  const turn = order.scheduleFunction(async () => {});
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    await turn();
    const result = await work();
    await turn();
    return result;
  };
  return {
    get: (...given) => inTurn(() => store.get(...given)),
    getMany: (...given) => inTurn(() => store.getMany(...given)),
    put: (...given) => inTurn(() => store.put(...given)),
    delete: (...given) => inTurn(() => store.delete(...given)),
    async *query(...given) {
      yield* await inTurn(async () => {
        const found = [];
        for await (const item of store.query(...given)) found.push(item);
        return found;
      });
    },
  };
}

test("in one process, whoever asks for a head gets one that covers what was appended before", async () => {
  const world = watched();
  const run = sequencer(bookOf(world.store));
  const receipts: Receipt[] = [];
  const ask = async (n: number) => {
    receipts.push(...(await append(world.store, 1, NOW + n)));
    const { leaf } = receipts.at(-1)!;
    const head = await run();
    expect(await placeOf(world.store, "log", head, leaf)).toBeDefined();
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)));
  await expectWhole(world, receipts);
});
