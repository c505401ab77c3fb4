/** A public table before it is out: how it would be described for a period, what its figures would be, and what changed. For its owner alone. */
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { pointer } from "../../schemas/items/release.ts";
import type { FigureStatus } from "../../schemas/obs-status.ts";
import { byTime, lengthOf } from "../../schemas/period.ts";
import type { CubeTable, Engine, RowsAt, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Pointer } from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import type { Cube } from "../disclosure/cube.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { planRelease } from "../disclosure/release-plan.ts";
import { queryItems } from "../store/stored.ts";
import { cubeTable } from "./manifest.ts";
import { protect } from "./protect/protect.ts";
import { crossRequest } from "./release.ts";
import { withSigns } from "./signs.ts";

interface Publication {
  readonly period: string;
  /** The day from which it may be released. */
  readonly day: string;
  /** What the source says of all its figures, where that is another word than before. */
  readonly status?: FigureStatus | undefined;
}

/** The same table for another period. Throws `Refused` descriptor-invalid where it is none that is released as it is. */
export function descriptorFor(
  descriptor: Descriptor,
  { period, day, status }: Publication,
): Descriptor {
  const { policy, id } = descriptor;
  if (readingOf(policy.method).protects)
    throw new Refused(
      "descriptor-invalid",
      `${id} is released with noise: tavolo ingest, and tavolo release by its calendar`,
    );
  const calendar = { ...policy.calendar, [period]: policy.calendar[period] ?? [day] };
  return {
    ...descriptor,
    v: status !== undefined || lengthOf(period) !== "year" ? 2 : descriptor.v,
    ...("value" in descriptor.period ? { period: { value: period } } : {}),
    ...(status === undefined ? {} : { status: { value: status } }),
    policy: { ...policy, calendar },
  };
}

/** Its figures, from rows that nobody has released. Throws as `descriptorFor` does. */
export async function tableOf(
  engine: Engine,
  descriptor: Descriptor,
  period: string,
  rows: RowsAt,
): Promise<CubeTable> {
  const plan = planRelease(descriptor, period);
  if (readingOf(plan.descriptor.policy.method).protects) throw new Refused("descriptor-invalid");
  const cross = await engine.cross(crossRequest(plan, rows, []));
  // of a table that is released as it is nothing is drawn, whatever the key
  const figures = protect(cross, plan, new Uint8Array(32), `${descriptor.id}/${period}`);
  return withSigns(cubeTable(figures, plan), cross, plan).table;
}

/** The release that a new one of a period is held against: that of the period itself, or else of the last one before it. */
export async function lastOut(
  store: Store,
  dataset: string,
  period: string,
): Promise<Pointer | undefined> {
  const prefix = `${dataset}#`;
  const out = await Array.fromAsync(queryItems(store, pointer, {}, { prefix }));
  const periods = out.map(({ sk, body }) => ({ period: sk.slice(prefix.length), body }));
  const [last] = periods
    .filter((one) => byTime(one.period, period) <= 0)
    .sort((a, b) => byTime(b.period, a.period));
  return last?.body;
}

interface Changes {
  /** Of each field over everything: before and now; null where there is no figure. */
  readonly sums: readonly {
    readonly field: string;
    readonly before: number | null;
    readonly now: number | null;
  }[];
  readonly cells: { readonly changed: number; readonly all: number };
  /** Codes that have something now and had nothing, and the other way round. */
  readonly codes: readonly {
    readonly dimension: string;
    readonly fresh: readonly string[];
    readonly gone: readonly string[];
  }[];
}

export function changesOf(table: CubeTable, before: Cube): Changes {
  const fields = new Map(before.manifest.fields.map((field) => [field.id, field]));
  const codesAt = (at: number): string[] =>
    before.trees.map(({ id }) => table.dimensions.find((one) => one.id === id)?.codes[at] ?? TOTAL);
  const valueBefore = (at: number): number | null | undefined => {
    const field = fields.get(found(table.field[at]));
    const released = field && before.find(field, codesAt(at));
    if (field === undefined || released === undefined) return undefined;
    return released.steps === undefined ? null : released.steps / Math.round(1 / field.grid);
  };
  const places = [...table.field.keys()];
  const isTotal = (at: number, but?: string) =>
    table.dimensions.every(({ id, codes }) => id === but || codes[at] === TOTAL);
  const [first] = table.field;
  return {
    sums: places
      .filter((at) => isTotal(at))
      .map((at) => ({
        field: found(table.field[at]),
        before: valueBefore(at) ?? null,
        now: table.value[at] ?? null,
      })),
    cells: {
      changed: places.filter((at) => valueBefore(at) !== table.value[at]).length,
      all: places.length,
    },
    codes: table.dimensions.map(({ id, codes }) => {
      const own = places.filter(
        (at) => table.field[at] === first && codes[at] !== TOTAL && isTotal(at, id),
      );
      const named = (has: (at: number) => boolean) => own.filter(has).map((at) => found(codes[at]));
      const [is, was] = [(at: number) => table.value[at] !== 0, (at: number) => !!valueBefore(at)];
      return {
        dimension: id,
        fresh: named((at) => is(at) && !was(at)),
        gone: named((at) => !is(at) && was(at)),
      };
    }),
  };
}
