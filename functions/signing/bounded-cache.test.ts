import { expect, test } from "vitest";
import { boundedCache } from "./bounded-cache.ts";

const held = (cache: { get(name: string): unknown }, names: string) =>
  [...names].filter((name) => cache.get(name) !== undefined).join("");

test("beyond its bound the oldest goes, and one that is set again is young again", () => {
  const cache = boundedCache<number>(3);
  for (const name of "abc") cache.set(name, 1);
  cache.set("d", 1);
  expect(held(cache, "abcd")).toBe("bcd");
  cache.set("b", 2);
  cache.set("e", 1);
  expect(held(cache, "abcde")).toBe("bde");
  expect(cache.get("b")).toBe(2);
});

test("it keeps its bound after some were deleted, and after all were", () => {
  const cache = boundedCache<number>(2);
  for (const name of "abc") cache.set(name, 1);
  cache.delete("b");
  cache.set("d", 1);
  expect(held(cache, "abcd")).toBe("cd");
  cache.clear();
  expect(held(cache, "abcd")).toBe("");
  for (const name of "xyz") cache.set(name, 1);
  expect(held(cache, "abcdxyz")).toBe("yz");
});

test("what is there is not made again, undefined neither", () => {
  const cache = boundedCache<number | undefined>(2);
  let made = 0;
  const make = () => {
    made += 1;
    return undefined;
  };
  expect(cache.of("a", make)).toBeUndefined();
  expect(cache.of("a", make)).toBeUndefined();
  expect(made).toBe(1);
});

test("a promise is shared while it runs, kept where it holds, and forgotten where it is rejected", async () => {
  const cache = boundedCache<Promise<number>>(2);
  const failing = cache.of("a", () => Promise.reject(new Error("no")));
  expect(cache.of("a", () => Promise.resolve(1))).toBe(failing);
  await expect(failing).rejects.toThrow("no");
  const kept = cache.of("a", () => Promise.resolve(2));
  expect(await kept).toBe(2);
  expect(cache.of("a", () => Promise.resolve(3))).toBe(kept);
});

test("a late rejection takes nothing away that was set meanwhile", async () => {
  const cache = boundedCache<Promise<number>>(2);
  const failing = cache.set("a", Promise.reject(new Error("no")));
  cache.set("a", Promise.resolve(1));
  await expect(failing).rejects.toThrow("no");
  expect(await cache.get("a")).toBe(1);
});
