import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clockOffset, fileClock, setClock, systemClock } from "./clock.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "clock-"));
  path = join(folder, "state", "clock.json");
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00.900Z"), toFake: ["Date"] });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});
const at = (text: string) => Date.parse(text) / 1000;

test("the machine's clock gives whole seconds", () => {
  expect(systemClock()).toBe(at("2026-01-01T00:00:00Z"));
});

test("a clock that nobody has set is the machine's", () => {
  expect(fileClock(path)()).toBe(systemClock());
  expect(clockOffset(path)).toBe(0);
});

test("a clock that was set runs on from there, for whoever reads the file", async () => {
  const clock = fileClock(path);
  await setClock(path, new Date("2023-06-30T12:00:00Z"));
  expect(clock()).toBe(at("2023-06-30T12:00:00Z"));
  vi.setSystemTime(Date.parse("2026-01-01T00:01:00Z"));
  expect(fileClock(path)()).toBe(at("2023-06-30T12:01:00Z"));
  expect(systemClock() + clockOffset(path)).toBe(clock());
});

test("it can be set again, ahead of the machine too", async () => {
  await setClock(path, new Date("2023-06-30"));
  await setClock(path, new Date("2031-01-01"));
  expect(fileClock(path)()).toBe(at("2031-01-01T00:00:00Z"));
  expect(await readdir(join(folder, "state"))).toEqual(["clock.json"]);
});

test("what is no date is refused, and what cannot be read stops the clock rather than let it jump", async () => {
  await expect(setClock(path, new Date("soon"))).rejects.toThrow(TypeError);
  const broken = join(folder, "broken.json");
  for (const text of ["", "{}", '{"offset":"1"}', '{"offset":1.5}', '{"offset":1,"more":2}']) {
    await writeFile(broken, text);
    expect(() => fileClock(broken)()).toThrow("cannot be read");
  }
});
