/**
 * Files that nobody here wrote, taken the whole way: describe, a person's edits, ingest, release. Figures are held against sums
 * by a plain loop over the rows, read by another reader than the product's.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Options, parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect } from "vitest";
import { createMember } from "../../adapters/local/members.ts";
import { keepOf, releaseDeps } from "../../adapters/local/private-side.ts";
import { openStores, paths, type Stores } from "../../adapters/local/state.ts";
import { sampleOf } from "../../adapters/source/source.ts";
import { type Drafted, describe } from "../../functions/describe/describe.ts";
import { type Cube, loadCube } from "../../functions/disclosure/cube.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import type { IngestReport } from "../../functions/keep/ingest/report.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { Refused } from "../../schemas/refusal.ts";
import { TOTAL } from "../../schemas/words.ts";
import { draw, latticeNoise } from "../reference/noise.ts";
import { tree } from "../reference/tree.ts";
import { releaseWithKey } from "../world/release.ts";

const MEMBER = "IT-034027";
const clock = () => 1_795_600_000;
const key = Uint8Array.from({ length: 32 }, (_, at) => (at * 29 + 5) % 256);

/** A node in a folder of its own, for the tests of one file. */
export function node() {
  let stores: Stores;
  const at = paths("");
  beforeAll(async () => {
    Object.assign(at, paths(await mkdtemp(join(tmpdir(), "tavolo-any-"))));
    stores = await openStores(at);
    await createMember(at, {
      id: MEMBER,
      name: { it: "Prova", en: "Test" },
      roles: ["provider"],
      node: true,
    });
  });
  afterAll(async () => {
    await stores.close();
    await rm(at.root, { recursive: true, force: true });
  });
  return {
    async ingest(descriptor: unknown, ...files: string[]): Promise<IngestReport> {
      const { ingest } = await keepOf(at, MEMBER, await stores.store(MEMBER), clock);
      return ingest({ member: MEMBER, descriptor, files });
    },
    /** The release of a period, and its figures without their noise, in units. */
    async release({ id: dataset }: Descriptor, period: string): Promise<Figures> {
      const deps = await releaseDeps(at, MEMBER, await stores.store(MEMBER), clock);
      const manifest = await releaseWithKey(key, deps, { dataset, period });
      const bytes = await deps.publicBlobs.read(`releases/${dataset}/${period}/1/cube.parquet`);
      return figuresOf(await loadCube(bytes!, manifest));
    },
  };
}

export interface Figures {
  readonly cube: Cube;
  /** Counts as they are; of a sum with bounds, what was added up: contributions less the midpoint. */
  exact(field: string, codes?: Readonly<Record<string, string>>): number;
}

/** The key of these releases is known, so the noise can be drawn again, by the second implementation, and taken off. */
function figuresOf(cube: Cube): Figures {
  const { axes, fields, id } = cube.manifest;
  const trees = axes.map((axis) => tree(axis.id, axis.codes));
  const noises = new Map(
    fields.map((field) => [
      field.id,
      latticeNoise({
        axes: trees,
        V: field.variance,
        normal: (pairs) => draw(key, id, field.id, pairs).normal,
      }),
    ]),
  );
  return {
    cube,
    exact(name, codes = {}) {
      const field = fields.find((one) => one.id === name)!;
      const steps = cube.value(
        field,
        axes.map((axis) => codes[axis.id] ?? TOTAL),
      );
      const half =
        field.kind === "count" ? 1 : field.bounds ? (field.bounds[1] - field.bounds[0]) / 2 : 0;
      const added =
        field.variance === 0 ? 0 : Math.floor((half / field.grid) * noises.get(name)!(codes) + 0.5);
      return (steps - added) / Math.round(1 / field.grid);
    },
  };
}

/** What `tavolo describe` would draft. */
export async function drafted(path: string, kind?: "records" | "statistics"): Promise<Drafted> {
  const found = describe(await sampleOf(path), kind === undefined ? {} : { kind });
  if (found === undefined) throw new TypeError(`${path} has nothing to describe`);
  return found;
}

export const findings = (found: Drafted, what: string): string[] =>
  found.findings.filter((one) => one.what === what).map(({ say }) => say);

export const both = (text: string) => ({ it: text, en: text });
type Json = Readonly<Record<string, unknown>>;

/** A person's edits: what the draft leaves open, and what is given. The draft alone is never accepted. */
export function edited(
  { draft, open }: Drafted,
  edits: Json & { readonly id: string },
  period: string,
): Descriptor {
  expect(refusal(() => accept(draft))?.reason).toBe("descriptor-invalid");
  expect(open).toContain("/source");
  const { policy, subject, file, ...rest } = draft as Record<string, Json>;
  const {
    policy: tighter,
    file: fileEdits,
    ...others
  } = edits as Json & { readonly id: string; readonly policy?: Json; readonly file?: Json };
  return accept({
    ...rest,
    ...(subject === undefined ? {} : { subject: { ...subject, unit: both("persona") } }),
    description: both("Prova su dati veri"),
    source: "as published",
    licence: "as stated",
    legalBasis: { basis: "open-data", reference: "test" },
    file: { ...file, ...fileEdits },
    policy: { ...policy, calendar: { [period]: [`${Number(period) + 1}-06-30`] }, ...tighter },
    ...others,
  });
}

export function refusal(work: () => unknown): Refused | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
export const refusalOf = async (work: Promise<unknown>): Promise<Refused> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refused) return error;
  throw new TypeError("it was not refused", { cause: error });
};

/** The file's own bytes, unzipped. */
export function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");
}
/** Rows of a CSV file by column number, the header first, and nothing decided for them. */
export const plainRows = (path: string, options: Options = {}): string[][] =>
  parse(textOf(path), {
    relax_column_count: true,
    skip_empty_lines: true,
    ...options,
  }) as unknown as string[][];

/** Adds up by a key, in the plainest way. */
export function sumBy<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  amountOf: (row: T) => number = () => 1,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + amountOf(row));
  return sums;
}
export const total = (numbers: Iterable<number>): number =>
  [...numbers].reduce((sum, one) => sum + one, 0);

/** What every report must be: counts that add up, a line, a field and a rule for each reject, and nothing of the file's. */
export function actionable(report: IngestReport, values: readonly string[] = []): void {
  expect(report.read).toBe(report.kept + report.rejected + report.withdrawn);
  expect(total(Object.values(report.rules))).toBe(report.rejected);
  for (const { line, rule, ...rest } of report.rejects) {
    expect(line).toBeGreaterThan(0);
    expect(rule).toMatch(/^[a-z]+$/);
    expect(Object.keys(rest).sort()).toEqual(expect.arrayContaining(["field"]));
  }
  const said = JSON.stringify(report);
  for (const value of values) expect(said).not.toContain(value);
}
