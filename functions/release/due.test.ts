import { expect, test } from "vitest";
import { memoryStore } from "../../tests/world/federation.ts";
import { example } from "../../tests/world/keep.ts";
import { accept } from "../disclosure/descriptor-rules.ts";
import { due } from "./due.ts";

const dataset = "prestazioni";
const calendar = { "2023": ["2024-06-30", "2024-12-31"], "2024": ["2025-06-30"] };
const closed = [{ from: "2025-07-10", until: "2025-07-20", reason: "elections" }];

async function dueOn(
  day: string,
  made: Readonly<Record<string, number>>,
  days: Readonly<Record<string, readonly string[]>> = calendar,
) {
  const store = memoryStore();
  const descriptor = accept({
    ...{ ...example, v: 2 },
    policy: { ...example.policy, calendar: days, closed },
  });
  await store.put({
    pk: "release#version",
    sk: dataset,
    body: {
      path: "x",
      digest: "x".repeat(43),
      descriptor,
      columns: { dimensions: [], family: false, measures: [] },
      periods: Object.keys(days),
    },
    revision: 1,
  });
  for (const [period, number] of Object.entries(made)) {
    const body = {
      id: `IT-000001/${dataset}/${period}/${number}`,
      number,
      cube: "A".repeat(43),
      manifest: "a.b.c",
      member: "IT-000001",
    };
    await store.put({ pk: "answer#pointer", sk: `${dataset}#${period}`, body, revision: number });
  }
  return (await due(store, Date.parse(`${day}T12:00:00Z`) / 1000)).map((job) => job.period);
}

test("quarters, months and years are due by their own dates, and shown once one is out", async () => {
  const own = { "2023-Q1": ["2023-06-30"], "2023-Q2": ["2023-09-30"], "2023": ["2024-06-30"] };
  const on = (day: string, made: Readonly<Record<string, number>>) => dueOn(day, made, own);
  expect(await on("2023-12-31", {})).toEqual([]);
  expect(await on("2023-09-29", { "2023-Q1": 1 })).toEqual([]);
  expect(await on("2023-09-30", { "2023-Q1": 1 })).toEqual(["2023-Q2"]);
  expect(await on("2024-06-30", { "2023-Q1": 1, "2023-Q2": 1 })).toEqual(["2023"]);
});

test.each<[string, Readonly<Record<string, number>>, string[]]>([
  ["2024-06-30", {}, []],
  ["2024-12-30", { "2023": 1 }, []],
  ["2024-12-31", { "2023": 1 }, ["2023"]],
  ["2025-06-29", { "2023": 2 }, []],
  ["2025-06-30", { "2023": 2 }, ["2024"]],
  ["2025-07-01", { "2023": 1 }, ["2023", "2024"]],
  ["2025-07-15", { "2023": 1 }, []],
  ["2025-07-21", { "2023": 1 }, ["2023", "2024"]],
  ["2030-01-01", { "2023": 2, "2024": 1 }, []],
])("on %s with %j made, those of %j are due", async (day, made, periods) =>
  expect(await dueOn(day, made)).toEqual(periods),
);
