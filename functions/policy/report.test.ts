import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cityOf } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { descriptorWith, wellFormed } from "../../tests/world/policy.ts";
import { muOfPoints } from "../disclosure/gaussian-dp.ts";
import { planRelease } from "../disclosure/release-plan.ts";
import { sha256 } from "../signing/jws.ts";
import { reachChart } from "./chart.ts";
import { focusOf } from "./focus.ts";
import { ownData } from "./own-data.ts";
import { reportPage } from "./page.ts";
import { preview } from "./preview.ts";
import { type AttackLine, draftReport, findings, Report } from "./report.ts";
import { standIn } from "./synthetic-data.ts";

const plan = planRelease(prestazioni(cityOf("IT-028060")), "2022");
const draft = (attacks?: readonly AttackLine[]) =>
  draftReport({
    plan,
    preview: preview(
      plan,
      standIn(plan.descriptor, { subjects: 3_000, codes: {} }),
      { spent: 0, ceiling: 15 },
      focusOf(plan),
    ),
    attacks,
  });

test("the common dataset: presence 60 %, 64 after two years or over two cities, 71 after five; sex 59; the whole record 64", () => {
  const found = findings(plan);
  expect(found[0]).toMatchObject({
    id: "presence",
    release: 60,
    period: 60,
    twoYears: 64,
    twoCities: 64,
    fiveYears: 71.4,
  });
  const sex = found.find(({ what }) => what.en.includes("Sex"))!;
  expect(sex.period).toBeGreaterThan(58.5);
  expect(sex.period).toBeLessThan(60);
  const record = found.at(-1)!;
  expect(record.id).toBe("record");
  expect(record.period).toBeGreaterThan(63);
  expect(record.period).toBeLessThan(64.3);
  // all sums of one story together take a tenth of the loss, and can move by four times what presence moves them
  const amount = found.find(({ id }) => id === "amount")!;
  expect(amount.d2 / found[0]!.d2).toBeCloseTo(0.4, 8);
  expect(amount.period).toBe(56.4);
  for (const one of found) expect(one.d2, one.what.en).toBeLessThanOrEqual(record.d2);
});

test("four quarters are one year for who is in all four: in the preview, its room, and the report", () => {
  const calendar = Object.fromEntries(
    [1, 2, 3, 4].map((quarter) => [`2022-Q${quarter}`, ["2023-03-31"]]),
  );
  const d = descriptorWith({ axes: [["a", "b"]], atMost: 1, pair: false, advantage: 5, calendar });
  const own = planRelease({ ...d, v: 2 }, "2022-Q2");
  const people = standIn(d, { subjects: 300, codes: {} });
  const others = { spent: muOfPoints(12) ** 2, ceiling: 15 };
  const tried = preview(own, people, others, focusOf(own));
  expect(tried.reach).toMatchObject({ release: 55, period: 59.9, twoCities: 63.9 });
  // four of 5 points are 9.9, and beside 12 there is room for 9.2
  expect(tried.fit.points).toBeCloseTo(9.92, 1);
  expect(tried.fit.fits).toBe(false);
  const report = draftReport({ plan: own, preview: tried });
  expect([report.period, report.advantage, report.releases]).toEqual(["2022-Q2", 10, 4]);
  expect(report.reach[0]).toMatchObject({ id: "presence", release: 55, period: 59.9 });
  const before = { mu2: 0, advantage: 0, releases: 0 };
  const year = { ...before, mu2: 2 * muOfPoints(5) ** 2 };
  expect(findings(own, { year, former: year.mu2 })[0]).toMatchObject({
    ...{ release: 55, period: 57.1, twoYears: 59.9 },
  });
});

test("the report holds to its schema, and nothing in it depends on the account or on rows", () => {
  const digest = "A".repeat(43);
  const report = { v: 2, iss: "IT-028060", iat: 1, ...draft(), pages: { it: digest, en: digest } };
  expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(report.standIn).toEqual({ made: true, subjects: 3_000 });
  expect(report.attacks).toBe("not-run");
});

test.each(["it", "en"] as const)(
  "the page stands by itself, in its language, without script (%s)",
  (language) => {
    const page = reportPage(draft(), { member: 'Padova <"&">', language });
    expect(page).toContain(`<html lang="${language}">`);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|<link|https?:\/\/(?!www\.w3\.org\/2000\/svg)|NaN|undefined/);
    expect(page).toContain(
      language === "it" ? "nessuna riga vera è stata letta" : "no real row was read",
    );
    expect(page).toContain(
      language === "it" ? "non sono ancora stati eseguiti" : "have not been run",
    );
    expect(page.match(/<th scope="row">/g)!.length).toBeGreaterThan(10);
    expect(wellFormed(reachChart(draft().reach, language))).toBe(true);
  },
);

test("the report that is published with the software carries the digests of its pages, and the figures of this version", () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../docs/reports/prestazioni-2022.${name}`, import.meta.url));
  const report = Report.parse(JSON.parse(read("json").toString()));
  expect(report.pages).toEqual({ it: sha256(read("it.html")), en: sha256(read("en.html")) });
  expect(report.reach).toEqual(findings(plan));
});

test("what the attacks learnt is repeated where they were run", () => {
  const line = {
    name: { it: "presenza", en: "presence" },
    trials: 5_000,
    success: 59.8,
    bound: 60,
    unprotected: 100,
  };
  const page = reportPage(draft([line]), { member: "Padova", language: "en" });
  expect(page).toContain("<td>5,000</td><td>59.8</td><td>60.0</td><td>100.0</td>");
});

test("own data: codes beyond b and clipped contributions, asked of the engine as other caps and bounds", async () => {
  const small = planRelease(descriptorWith({ axes: [["a", "b"]], atMost: 2, pair: false }), "2022");
  const asked: string[] = [];
  // three subjects with 1, 2 and 3 codes; contributions of -1, 5 and 40 hours under bounds 0 and 30
  const held = [["A"], ["A", "B"], ["A", "B", "C"]];
  const hours = [-100, 500, 4_000];
  const engine = {
    cross: async ({
      fields,
      family,
      dimensions,
    }: Parameters<Parameters<typeof ownData>[0]["cross"]>[0]) => {
      asked.push(`${dimensions.length} ${family!.atMost}`);
      const values = fields.map((field) => {
        if (field.kind === "any") return 3;
        if (field.kind === "code")
          return held.filter((codes) => codes.slice(0, family!.atMost).includes(field.code)).length;
        if (field.kind !== "sum") return 0;
        const { low, high, mid } = field.clip!;
        return hours.reduce((sum, value) => sum + Math.min(Math.max(value, low), high) - mid, 0);
      });
      return { rows: [{ codes: [], values }] };
    },
  };
  const fields = small.fields.map(({ rule }) => rule);
  const request = {
    rows: { kind: "parquet" as const, path: "" },
    period: "2022",
    per: "subject" as const,
    withdrawn: [],
    dimensions: [],
    derived: [],
    family: { codes: ["A", "B", "C"], atMost: 2 },
    fields,
  };
  expect(await ownData(engine, request)).toEqual({
    subjects: 3,
    family: { atMost: 2, beyond: 1, dropped: 1 },
    sums: [{ id: "hours", contributors: 3, below: 1, above: 1 }],
  });
  expect(asked).toEqual(["0 2", "0 2", "0 3", "0 40"]);
});
