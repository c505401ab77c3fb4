/** A handful of trials of every attack, so that the suite cannot rot: it works, it wins without protection, and stays within its bound. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { muOfPoints } from "../../functions/disclosure/gaussian-dp.ts";
import { type Arena, openArena } from "./arena.ts";
import { aiuti, fileOf, others, target } from "./data.ts";
import { distance, figuresOf, modelOf } from "./model.ts";
import { rightAt, tail, wilson } from "./stats.ts";
import { chosen, suite } from "./suite.ts";
import { ordersFor } from "./trials.ts";
import { missed } from "./verdict.ts";
import { player } from "./worker.ts";

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(() => arena.close());

const made = suite.filter(({ needs }) => needs === undefined);

describe.each(made)("$name", (stage) => {
  test("a few trials of each line", async () => {
    const play = player(arena, made);
    const lines = stage.lines.map(({ name }) => name);
    const guarded = await play({ stage: stage.name, lines, guarded: true, trials: 3 });
    // who learns first needs some more
    const control = await play({
      stage: stage.name,
      lines,
      guarded: false,
      trials: stage.name === "channels" ? 12 : 3,
    });
    for (const { name, bound } of stage.lines) {
      const [trials, won] = guarded[name] ?? [0, 0];
      // one in a million, so that nobody learns to run it again
      expect(tail(won, trials, bound), `${name}: ${won} of ${trials}`).toBeGreaterThan(1e-6);
      const [tries, wins] = control[name] ?? [0, 0];
      expect(tries, name).toBeGreaterThan(0);
      // whether time tells depends on what else the machine does: npm run attack shows that it can
      if (name !== "timing") expect([name, wins]).toEqual([name, tries]);
    }
  });
});

test("the person who is attacked loses as much as the account allows, to the cent by which her amount is odd", () => {
  const model = modelOf(aiuti());
  expect(
    distance(model, figuresOf(model, others), figuresOf(model, [...others, target])),
  ).toBeCloseTo(muOfPoints(10), 5);
  expect(rightAt(muOfPoints(10))).toBeCloseTo(0.6, 12);
});

test("a file has everybody once", () => {
  const ids = fileOf([...others, target])
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(";")[0]);
  expect(new Set(ids).size).toBe(60);
});

test("the statistics are those of the books", () => {
  expect(tail(60, 100, 0.5)).toBeCloseTo(0.028444, 6);
  expect(tail(3, 3, 0.5)).toBeCloseTo(0.125, 12);
  expect([tail(0, 5, 0.5), tail(1, 5, 0)]).toEqual([1, 0]);
  expect(tail(40, 40, 0.6) / 0.6 ** 40).toBeCloseTo(1, 9);
  const [low, high] = wilson(60, 100);
  expect([low, high].map((share) => share.toFixed(4))).toEqual(["0.5020", "0.6906"]);
});

test("the bar: beyond the bound, an idle bound, an attack that does not win, and one that was not played", () => {
  const [line] = suite[0]!.lines as [(typeof suite)[0]["lines"][0]];
  const outcome = (trials: number, won: number, wins: number) => ({
    line,
    trials,
    won,
    control: { trials: 40, won: wins },
  });
  expect(missed([outcome(1000, 600, 40)], true)).toEqual([]);
  expect(missed([outcome(1000, 700, 40)], true)[0]).toMatch(
    /^presence: right in 70\.0 % of 1000, beyond its bound of 60\.0 %/,
  );
  expect(missed([outcome(5000, 2800, 40)], true)[0]).toContain("two points below");
  // of a fifth of the trials the same share may be chance, and a smaller one is not
  expect(missed([outcome(1000, 560, 40)], true)).toEqual([]);
  expect(missed([outcome(1000, 500, 40)], true)[0]).toContain("two points below");
  expect(missed([outcome(1000, 600, 22)], true)[0]).toContain("does not win");
  expect(missed([outcome(1000, 560, 0)], false)).toEqual([]);
  expect(missed([outcome(0, 0, 40)], false)[0]).toContain("no trial");
});

test("every line gets its trials, and a name picks one", () => {
  const orders = ordersFor(suite, { guarded: ({ trials }) => trials, control: () => 40 });
  for (const { lines } of suite)
    for (const { name, trials } of lines) {
      const played = (guarded: boolean) =>
        orders
          .filter((order) => order.guarded === guarded && order.lines.includes(name))
          .reduce((sum, order) => sum + order.trials, 0);
      expect([played(true), played(false)], name).toEqual([trials, 40]);
    }
  expect(chosen("filters").flatMap(({ lines }) => lines.map(({ name }) => name))).toEqual([
    "filters",
  ]);
  expect(() => chosen("nothing")).toThrow(/there is no attack nothing/);
});
