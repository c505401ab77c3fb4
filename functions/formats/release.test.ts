import { expect, test } from "vitest";
import { makeManifest } from "../../tests/world/federation.ts";
import { tidyRelease } from "./release.ts";

const manifest = makeManifest("IT-028060", {
  axes: [{ id: "sex", title: { it: "sesso", en: "sex" }, codes: ["F", "M"] }],
});
const row = (sex: string, FIELD: string, OBS_VALUE: number, SD: number) => ({
  sex,
  FIELD,
  OBS_VALUE,
  SD,
});
const table = tidyRelease(
  [
    ...[row("_T", "A2.07", 20, 1), row("_T", "hours", -10, 20)],
    ...[row("F", "A2.07", 2, 2), row("F", "hours", 4, 30)],
    ...[row("M", "A2.07", 18, 5), row("M", "A2.08", 18, 3), row("M", "any", 0.5, 0)],
  ],
  manifest,
);
const at = (sex: string, measure: string) =>
  table.rows.find(({ codes }) => codes[1] === sex && codes[2] === measure);

test("a sum is moved from its midpoint, with the noise of its count", () => {
  // mid 15: 15·20 − 10, and √(20² + 15²·1²)
  expect(at("_T", "sum:hours")).toMatchObject({
    value: 290,
    sd: Math.sqrt(20 ** 2 + 15 ** 2 * 1 ** 2),
    grid: null,
    obsStatus: "A",
  });
});

test("too few: the count and the sum over it are withheld, and have no figure", () => {
  for (const measure of ["A2.07", "sum:hours"])
    expect(at("F", measure)).toMatchObject({
      value: null,
      sd: null,
      obsStatus: "Q",
      mark: "below-k",
    });
});

test("a figure of D has its letter, one without noise is exact", () => {
  expect(at("M", "A2.08")).toMatchObject({
    value: 18,
    letter: "D",
    grid: 0.001,
    release: "IT-028060/prestazioni/2022/1",
  });
  // of E: its interval, and no number
  expect(at("M", "A2.07")).toMatchObject({
    ...{ value: null, sd: null, obsStatus: "U", confStatus: "F", mark: "unreliable" },
    ...{ low: expect.closeTo(18 - 1.96 * 5, 2), high: expect.closeTo(18 + 1.96 * 5, 2) },
  });
  expect(at("M", "any")).toMatchObject({ value: 0.5, sd: 0, obsStatus: "A", letter: "A" });
});
