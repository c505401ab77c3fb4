import { expect, test, vi } from "vitest";
import { memoryStore, NOW } from "../../tests/world/federation.ts";
import { type UsageBook, usageBook } from "./usage.ts";

const [A, B] = ["IT-000001/IT-000002/aiuti/1", "IT-000001/IT-000003/aiuti/1"] as const;
const count = (book: UsageBook, ...ids: string[]) => book.count("IT-000001", "aiuti", ids, NOW);

test("every answer counts once, however many come at once at however many hubs", async () => {
  const store = memoryStore();
  const hubs = [usageBook(store, 0), usageBook(store, 0), usageBook(store, 0)];
  await Promise.all(
    Array.from({ length: 150 }, (_, at) => count(hubs[at % 3]!, A, ...(at % 2 === 0 ? [B] : []))),
  );
  expect(await hubs[0]!.of("IT-000001", "aiuti", NOW)).toEqual(
    new Map([
      [A, { today: 150, total: 150 }],
      [B, { today: 75, total: 75 }],
    ]),
  );
});

test("a day later today is none, and the total stands; a hub whose clock is behind counts with those ahead", async () => {
  const store = memoryStore();
  const book = usageBook(store, 0);
  await count(book, A);
  expect((await book.all(NOW + 86_400)).get(A)).toEqual({ today: 0, total: 1 });
  await book.count("IT-000001", "aiuti", [A], NOW + 86_400);
  await count(book, A);
  expect((await book.all(NOW + 86_400)).get(A)).toEqual({ today: 2, total: 3 });
});

test("many who come at once are one write, not many", async () => {
  const store = memoryStore();
  let writes = 0;
  const put = (...args: Parameters<typeof store.put>) => {
    writes++;
    return store.put(...args);
  };
  const counting = { ...store, put };
  const book = usageBook(counting, 0);
  await Promise.all(Array.from({ length: 100 }, () => count(book, A)));
  expect(writes).toBeLessThan(5);
});

test("an answer under nothing that was agreed is not counted, and a store that is gone holds no answer up", async () => {
  const store = memoryStore();
  await count(usageBook(store, 0));
  expect(store.items.size).toBe(0);
  const gone = { ...store, get: () => Promise.reject(new Error("gone")) };
  await expect(count(usageBook(gone, 0), A)).resolves.toBeUndefined();
});

test("one after another within a second are one write at once and one at the second's end", async () => {
  vi.useFakeTimers();
  try {
    const store = memoryStore();
    const book = usageBook(store);
    const kept = async () => (await usageBook(store).of("IT-000001", "aiuti", NOW)).get(A)?.total;
    for (let at = 0; at < 5; at++) await count(book, A);
    expect(await kept()).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await kept()).toBe(5);
    await count(book, A);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await kept()).toBe(6);
  } finally {
    vi.useRealTimers();
  }
});
