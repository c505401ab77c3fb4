/** The cross by plain loops over the rows, one subject after another: a second engine, so that the contract is no engine's own. */
import { readFile } from "node:fs/promises";
import { zstdDecompressSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import type {
  CrossDerived,
  CrossField,
  CrossMoment,
  CrossRequest,
  Engine,
  RowsAt,
} from "../../schemas/ports.ts";

interface Row {
  readonly subject: string;
  readonly period: string;
  readonly start: number;
  readonly codes: Readonly<Record<string, string>>;
  readonly family: string | undefined;
  readonly measures: Readonly<Record<string, number>>;
}

export const plainEngine: Engine = {
  async cross(request) {
    const gone = new Set(request.withdrawn);
    const rows = (await read(request.rows)).filter(
      ({ period, subject }) => period === request.period && !gone.has(subject),
    );
    const groups =
      request.per === "row"
        ? rows.map((row) => [row])
        : [...Map.groupBy(rows, ({ subject }) => subject).values()];
    const cells = new Map<string, { codes: string[]; values: number[] }>();
    for (const own of groups) {
      const codes = request.dimensions.map(({ id }) => latest(own, id));
      const cell = cells.get(JSON.stringify(codes)) ?? { codes, values: [] };
      cell.values = request.fields.map(
        (field, at) => (cell.values[at] ?? 0) + (added(field, own, request) ?? 0),
      );
      cells.set(JSON.stringify(codes), cell);
    }
    return { rows: [...cells.values()] };
  },
};

async function read(rows: RowsAt): Promise<Row[]> {
  if (rows.kind !== "parquet") throw new TypeError("no such rows");
  const bytes = await readFile(rows.path);
  const file = new Uint8Array(bytes).buffer;
  const compressors = { ZSTD: (data: Uint8Array) => zstdDecompressSync(data) };
  const objects = await parquetReadObjects({ file, compressors });
  return objects.map((object) => {
    const under = (prefix: string) =>
      Object.entries(object)
        .filter(([name, value]) => name.startsWith(prefix) && value !== null)
        .map(([name, value]) => [name.slice(prefix.length), value] as const);
    return {
      subject: String(object.subject),
      period: String(object.period),
      start: Number(object.start),
      codes: Object.fromEntries(under("dim_").map(([id, code]) => [id, String(code)])),
      family: typeof object.family === "string" ? object.family : undefined,
      measures: Object.fromEntries(under("val_").map(([id, value]) => [id, Number(value)])),
    };
  });
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The code of the row of latest start; among equals the smallest. */
function latest(own: readonly Row[], id: string): string {
  const last = Math.max(...own.map(({ start }) => start));
  const codes = own.filter(({ start }) => start === last).map((row) => row.codes[id] ?? "");
  return codes.toSorted(byBytes)[0] ?? "";
}

/** What one subject adds to a field; nothing where it has no value. */
function added(field: CrossField, own: readonly Row[], request: CrossRequest): number | undefined {
  const held = request.family?.codes.filter((code) => own.some((row) => row.family === code)) ?? [];
  const kept = held.slice(0, request.family?.atMost);
  switch (field.kind) {
    case "any":
      return 1;
    case "code":
      return Number(kept.includes(field.code));
    case "both":
      return Number(field.of.every((code) => kept.includes(code)));
    case "when": {
      const value = measured(field.measure, field.combine, own, request);
      return Number(value !== undefined && value > field.above);
    }
    case "band": {
      const value = measured(field.measure, field.combine, own, request);
      const { from = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY } = field;
      return Number(value !== undefined && value >= from && value < below);
    }
    case "known": {
      const basis = basisOf(field, request);
      const value = measured(field.measure, "sum", rowsOf(basis, own, request), request);
      return Number(added(basis, own, request) === 1 && value !== undefined);
    }
    case "count":
      return measured(field.measure, "sum", own, request);
    case "sum": {
      const basis = basisOf(field, request);
      const counted = added(basis, own, request) ?? 0;
      const value = measured(field.measure, field.combine, rowsOf(basis, own, request), request);
      if (counted === 0 || value === undefined) return undefined;
      if (field.clip === undefined) return value;
      const { low, high, mid } = field.clip;
      return Math.min(Math.max(value, low), high) - mid;
    }
  }
}

function basisOf({ of }: { readonly of: string }, { fields }: CrossRequest): CrossField {
  const basis = fields.find(({ id }) => id === of);
  if (basis === undefined) throw new TypeError(`no field ${of}`);
  return basis;
}

/** The rows that a count is about: those of its code, or all. */
function rowsOf(basis: CrossField, own: readonly Row[], request: CrossRequest): readonly Row[] {
  if (basis.kind === "known") return rowsOf(basisOf(basis, request), own, request);
  return basis.kind === "code" ? own.filter(({ family }) => family === basis.code) : own;
}

/** A measure of some rows made one; or a value derived from them, whose name begins with `=`. */
function measured(
  measure: string,
  combine: "sum" | "max",
  own: readonly Row[],
  { derived }: CrossRequest,
): number | undefined {
  const rule = derived.find(({ id }) => `=${id}` === measure);
  if (rule !== undefined) return derive(rule, own);
  const values = own.flatMap(({ measures }) => measures[measure] ?? []);
  if (values.length === 0) return undefined;
  return combine === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

const FOREVER = 1_000_000;

function derive(rule: CrossDerived, own: readonly Row[]): number | undefined {
  switch (rule.kind) {
    case "days": {
      const [from, to] = [dayOf(rule.from, own), dayOf(rule.to, own)];
      return from === undefined || to === undefined ? undefined : to - from;
    }
    case "change": {
      const known = own
        .flatMap(({ start, measures: { [rule.measure]: value } }) =>
          value === undefined ? [] : [{ start, value }],
        )
        .sort((a, b) => a.start - b.start || a.value - b.value);
      const [first, last] = [known[0], known.at(-1)];
      return known.length < 2 || !first || !last ? undefined : last.value - first.value;
    }
    case "gap": {
      const stays = own
        .flatMap(({ measures }) => {
          const start = measures[rule.start];
          return start === undefined ? [] : [{ start, end: measures[rule.end] ?? FOREVER }];
        })
        .sort((a, b) => a.start - b.start || a.end - b.end);
      const gaps = stays.map(
        ({ start }, at) => start - Math.max(...stays.slice(0, at).map(({ end }) => end)),
      );
      const open = gaps.slice(1).filter((gap) => gap > 0);
      return open.length === 0 ? undefined : Math.min(...open);
    }
    case "overlap": {
      const stays = (code: string) =>
        own
          .filter(({ family }) => family === code)
          .map(({ measures }) => ({
            start: measures[rule.start] ?? Number.NEGATIVE_INFINITY,
            end: measures[rule.end] ?? FOREVER,
          }));
      const days = stays(rule.of[0]).flatMap((a) =>
        stays(rule.of[1]).map((b) => Math.min(a.end, b.end) - Math.max(a.start, b.start) + 1),
      );
      return days.length === 0 ? undefined : Math.max(...days);
    }
  }
}

function dayOf(moment: CrossMoment, own: readonly Row[]): number | undefined {
  if ("day" in moment) return moment.day;
  const days = own.flatMap(({ measures }) => measures[moment.measure] ?? moment.open ?? []);
  if (days.length === 0) return undefined;
  return moment.pick === "first" ? Math.min(...days) : Math.max(...days);
}
