/**
 * Values derived from a subject's own story, through file, version and engine, against a plain loop over the same rows: length
 * of stay, still in after a year, back within a year, moved to a lower band, two benefits at once, median days to an evaluation.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { duckDbEngine } from "../../adapters/engine/duckdb.ts";
import { createMember } from "../../adapters/local/members.ts";
import { keepOf } from "../../adapters/local/private-side.ts";
import { openStores, paths, type Stores } from "../../adapters/local/state.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { crossRequest, currentVersion } from "../../functions/release/release.ts";

const title = { it: "x", en: "x" };
const source = "regulation of the service, art. 4";
const descriptor = {
  v: 2,
  id: "stays",
  kind: "records",
  title,
  description: title,
  origin: "made",
  source: "made for this test",
  licence: "CC0",
  level: "municipality",
  legalBasis: { basis: "public-task", reference: "none" },
  file: { format: "csv" },
  period: { value: "2022" },
  subject: { unit: title, columns: ["id"], start: "entry" },
  dimensions: [{ id: "sex", title, column: "sex", codes: ["F", "M"], source }],
  family: {
    id: "service",
    title,
    column: "service",
    codes: [
      { code: "bed", title },
      { code: "meal", title },
    ],
    source,
  },
  derived: [
    {
      id: "stay",
      kind: "days",
      from: { column: "entry", pick: "first" },
      to: { column: "exit", pick: "last", open: "period-end" },
    },
    { id: "known-for", kind: "days", from: { column: "entry", pick: "first" }, to: "period-end" },
    { id: "back", kind: "gap", start: "entry", end: "exit" },
    { id: "moved", kind: "change", column: "band" },
    { id: "together", kind: "overlap", of: ["bed", "meal"], start: "entry", end: "exit" },
  ],
  fields: [
    { id: "any", title, kind: "any" },
    { id: "a year ago", title, kind: "when", column: "=known-for", above: 364, grid: 1, source },
    { id: "still in", title, kind: "when", column: "=stay", above: 364, grid: 1, source },
    { id: "has been back", title, kind: "when", column: "=back", above: 0, grid: 1, source },
    { id: "lower", title, kind: "when", column: "=moved", above: 0, grid: 1, source },
    { id: "at once", title, kind: "when", column: "=together", above: 0, grid: 1, source },
    { id: "length", title, kind: "bands", column: "=stay", cuts: [30, 90, 365], source },
    { id: "with a stay", title, kind: "known", column: "=stay" },
    {
      id: "days",
      title,
      kind: "sum",
      column: "=stay",
      of: "with a stay",
      bounds: [0, 730],
      grid: 1,
      unit: title,
      source,
    },
  ],
  policy: { method: "lattice", calendar: { "2022": ["2023-06-30"] } },
};

const DAY = 86_400_000;
const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / DAY;
const textOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
const END = dayOf("2022-12-31");

interface Stay {
  readonly id: string;
  readonly sex: "F" | "M";
  readonly service: "bed" | "meal";
  readonly entry: number;
  readonly exit: number | undefined;
  readonly band: number | undefined;
}
const first = dayOf("2021-01-01");
const stays: fc.Arbitrary<Stay> = fc
  .record({
    id: fc.integer({ min: 1, max: 12 }).map((n) => `P${n}`),
    service: fc.constantFrom("bed" as const, "meal" as const),
    entry: fc.integer({ min: first, max: END }),
    length: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
    band: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  })
  .map(({ id, service, entry, length, band }) => ({
    id,
    sex: id.length % 2 ? "F" : "M",
    service,
    entry,
    exit: length === undefined ? undefined : entry + length,
    band,
  }));

/** The same by hand: one subject at a time. */
function byHand(rows: readonly Stay[]) {
  const people = [...new Set(rows.map(({ id }) => id))].map((id) =>
    rows.filter((row) => row.id === id),
  );
  const stayOf = (own: readonly Stay[]) =>
    Math.max(...own.map(({ exit }) => exit ?? END)) - Math.min(...own.map(({ entry }) => entry));
  const isBack = (own: readonly Stay[]) => {
    const ordered = [...own].sort((a, b) => a.entry - b.entry || (a.exit ?? 1e6) - (b.exit ?? 1e6));
    return ordered.some(
      (row, at) =>
        at > 0 && row.entry > Math.max(...ordered.slice(0, at).map(({ exit }) => exit ?? 1e6)),
    );
  };
  const moved = (own: readonly Stay[]) => {
    const asked = own
      .filter(({ band }) => band !== undefined)
      .sort((a, b) => a.entry - b.entry || a.band! - b.band!);
    return asked.length > 1 && asked.at(-1)!.band! - asked[0]!.band! > 0;
  };
  const together = (own: readonly Stay[]) =>
    own.some(
      (a) =>
        a.service === "bed" &&
        own.some(
          (b) =>
            b.service === "meal" &&
            Math.min(a.exit ?? 1e6, b.exit ?? 1e6) >= Math.max(a.entry, b.entry),
        ),
    );
  const count = (test: (own: readonly Stay[]) => boolean) => people.filter(test).length;
  return {
    any: people.length,
    "a year ago": count((own) => END - Math.min(...own.map(({ entry }) => entry)) > 364),
    "still in": count((own) => stayOf(own) > 364),
    "has been back": count(isBack),
    lower: count(moved),
    "at once": count(together),
    "length:<30": count((own) => stayOf(own) < 30),
    "length:30-89": count((own) => stayOf(own) >= 30 && stayOf(own) < 90),
    "length:90-364": count((own) => stayOf(own) >= 90 && stayOf(own) < 365),
    "length:365+": count((own) => stayOf(own) >= 365),
    days: people.reduce((sum, own) => sum + Math.min(730, Math.max(0, stayOf(own))) - 365, 0),
  };
}

let root: string;
let stores: Stores;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tavolo-derived-"));
  stores = await openStores(paths(root));
  await createMember(paths(root), {
    id: "IT-020030",
    name: title,
    roles: ["provider"],
    node: true,
  });
});
afterAll(async () => {
  await stores.close();
  await rm(root, { recursive: true, force: true });
});

test("what is derived in the release step is what a loop over each person's rows gives", async () => {
  const at = paths(root);
  const clock = () => 1_795_600_000;
  const store = await stores.store("IT-020030");
  const { ingest } = await keepOf(at, "IT-020030", store, clock);
  await fc.assert(
    fc.asyncProperty(fc.array(stays, { minLength: 1, maxLength: 40 }), async (rows) => {
      const lines = rows.map(({ id, sex, service, entry, exit, band }) =>
        [id, sex, service, textOf(entry), exit === undefined ? "" : textOf(exit), band ?? ""].join(
          ",",
        ),
      );
      const file = join(root, "stays.csv");
      await writeFile(file, ["id,sex,service,entry,exit,band", ...lines, ""].join("\n"));
      const report = await ingest({ member: "IT-020030", descriptor, files: [file] });
      expect(report.rejected).toBe(0);
      const plan = planRelease(accept(descriptor), "2022");
      const { path } = await currentVersion(store, "stays");
      const cross = await duckDbEngine().cross(
        crossRequest(plan, { kind: "parquet", path: join(at.private("IT-020030"), path) }, []),
      );
      const made = Object.fromEntries(
        plan.fields.map(({ released: { id } }, field) => [
          id,
          cross.rows.reduce((sum, { values }) => sum + values[field]!, 0),
        ]),
      );
      expect(made).toMatchObject(byHand(rows));
    }),
    { numRuns: 25 },
  );
});

test("one derived value under two names, and a field of a derived value that is not there, are refused", () => {
  const twice = {
    ...descriptor,
    derived: [...descriptor.derived, { ...descriptor.derived[0]!, id: "stay again" }],
  };
  expect(() => accept(twice)).toThrow("descriptor-banned");
  const missing = { ...descriptor, derived: [] };
  expect(() => accept(missing)).toThrow("descriptor-invalid");
});

test("what runs on at the end of a quarter runs to its last day", () => {
  const { policy } = descriptor;
  const quarterly = { ...policy, calendar: { "2022-Q1": ["2022-06-30"] } };
  const period = { start: "entry", end: "exit" };
  const plan = planRelease(accept({ ...descriptor, period, policy: quarterly }), "2022-Q1");
  const { derived } = crossRequest(plan, { kind: "parquet", path: "" }, []);
  const end = dayOf("2022-03-31");
  expect(derived).toContainEqual(
    expect.objectContaining({ kind: "days", to: expect.objectContaining({ open: end }) }),
  );
  expect(derived.find(({ id }) => id === "known-for")).toMatchObject({ to: { day: end } });
});
