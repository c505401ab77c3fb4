import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import definition from "../../docs/demo/indicators/active-participants.json" with { type: "json" };
import type { ComparedFigure, Comparison, SourceOf } from "../../schemas/comparison.ts";
import { Indicator } from "../../schemas/indicator.ts";
import { tidyComparison } from "./comparison.ts";
import { csv } from "./csv.ts";
import { jsonStat } from "./json-stat.ts";

const indicator = Indicator.parse(definition);
const ID = `${indicator.id}.v${indicator.version}`;
const sentence = { it: "…", en: "…" };
const shown: ComparedFigure = {
  ...{
    member: "IT-028060",
    period: "2022",
    state: "shown",
    value: 12.5,
    low: 10,
    high: 15,
    noise: 1,
    sd: 1.2755,
    mark: "shown",
    letter: "C",
  },
  ...{
    numerator: { value: 125, sd: 10, unit: { it: "persone", en: "persons" } },
    denominator: { value: 1000, sd: 0 },
    overlap: { low: 11, high: 14 },
    sentence,
  },
};
const source = (member: string, name: string): SourceOf => ({
  ...{
    member,
    dataset: name,
    period: "2022",
    release: `${member}/${name}/2022/1`,
    title: sentence,
    source: `source of ${name}`,
    licence: "CC0-1.0",
    origin: "real",
  },
});
const comparison: Comparison = {
  ...{
    v: 1,
    indicator,
    level: "municipality",
    members: ["IT-028060", "IT-034027", "IT-016024"],
    periods: ["2022"],
    groupings: [],
    trends: [],
  },
  figures: [
    shown,
    { member: "IT-034027", period: "2022", state: "withheld", why: "below-k", sentence },
    { member: "IT-016024", period: "2022", state: "absent", why: "not-answered", sentence },
  ],
  sources: [source("IT-028060", "prestazioni"), source("istat", "residenti")],
  origin: "real",
  notes: [],
};
const table = tidyComparison(comparison, { maker: "tavolo-hub", at: 1_795_600_000 });

test("the figure and what it was divided of, a row each; hidden and missing told apart", () => {
  const rows = table.rows.map(({ codes, value, sd, obsStatus, mark }) => [
    codes[0],
    codes[1],
    value,
    sd,
    obsStatus,
    mark,
  ]);
  expect(rows).toEqual([
    ["IT-028060", ID, 12.5, 1.2755, "A", "shown"],
    ["IT-028060", `${ID}:numerator`, 125, 10, "A", "shown"],
    ["IT-028060", `${ID}:denominator`, 1000, 0, "A", "shown"],
    ...["", ":numerator", ":denominator"].map((part) => [
      "IT-034027",
      ID + part,
      null,
      null,
      "Q",
      "below-k",
    ]),
    ...["", ":numerator", ":denominator"].map((part) => [
      "IT-016024",
      ID + part,
      null,
      null,
      "O",
      "not-answered",
    ]),
  ]);
});

test("its interval is the comparison's own, and every row has the sources of both parts", () => {
  expect(table.rows[0]).toMatchObject({ low: 10, high: 15, letter: "C" });
  const [row] = parse(csv(table), { columns: true, record_delimiter: "\r\n" }) as Record<
    string,
    string
  >[];
  expect(row).toMatchObject({
    SOURCE: "source of prestazioni; source of residenti",
    UNIT_MEASURE: indicator.unit.en,
  });
});

test("one that could not be formed is a table without rows, and says why", () => {
  const none = tidyComparison(
    {
      ...comparison,
      figures: [],
      problem: { code: "mixed-levels", sentence: { it: "livelli diversi", en: "levels differ" } },
    },
    { maker: "tavolo-hub", at: 0 },
  );
  expect(none.rows).toEqual([]);
  expect(none.notes[0]).toEqual({ it: "livelli diversi", en: "levels differ" });
  expect(JSON.parse(jsonStat(none)).value).toEqual({});
});

test("parts say what they are counted in, and whom a city knows is called need in no column", () => {
  const three = {
    need: { value: 200, low: 190, high: 210 },
    reached: { value: 125, low: 105, high: 145 },
    gap: { value: 75, low: 60, high: 90 },
  };
  const rows = (kind: "need" | "known") => {
    const part = indicator.numerator;
    const need = { kind, title: sentence, need: part, reached: part };
    const counted = {
      ...comparison,
      indicator: { ...indicator, need },
      figures: [{ ...shown, ...three }],
    };
    return parse(csv(tidyComparison(counted, { maker: "tavolo-hub", at: 0 })), {
      columns: true,
      record_delimiter: "\r\n",
    }) as Record<string, string>[];
  };
  expect(
    rows("need").map(({ MEASURE, UNIT_MEASURE }) => [MEASURE!.slice(ID.length), UNIT_MEASURE]),
  ).toEqual([
    ["", indicator.unit.en],
    [":numerator", "persons"],
    [":denominator", "units of the field"],
    [":need", "persons"],
    [":reached", "persons"],
    [":gap", "persons"],
  ]);
  expect(
    rows("known")
      .slice(3)
      .map(({ MEASURE }) => MEASURE!.slice(ID.length)),
  ).toEqual([":known", ":reached", ":known-and-not-reached"]);
});
