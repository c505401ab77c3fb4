/** From a CSV text to one row a subject, row by row, by the rules of the descriptor. Rows that break a rule are left out. */
import type { Descriptor, Dimension, Field } from "../../schemas/descriptor.ts";
import { tree } from "./tree.ts";
import {
  ageOn,
  type Decimal,
  daysOf,
  decimal,
  isAbove,
  leafOfNumber,
  parseDate,
  parseDecimal,
  splitCsv,
  toGrid,
} from "./values.ts";

type Measure = Extract<Field, { kind: "sum" | "when" }>;
/** A good row, generalised. `numbers` by column. */
type Row = {
  subject: string;
  start: string;
  dims: Record<string, string>;
  code: string | undefined;
  numbers: Record<string, Decimal>;
};
/** One subject: its leaf on each axis, and what it adds to each field, in the field's grid (a count: 1000 thousandths of a person). */
export type Subject = { dims: Record<string, string>; adds: Record<string, number> };

/** A count's grid is a thousandth of a person. */
export const PERSON = 1000;
/** Thrown while a row is read: the row is a reject, and this is the rule that it breaks. */
class Reject extends Error {}
function reject(rule: string): never {
  throw new Reject(rule);
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const measures = (fields: readonly Field[]) =>
  fields.filter((field): field is Measure => field.kind === "sum" || field.kind === "when");

/** The subjects of a period. `rejects` counts the rows left out, by rule. */
export function readSubjects(
  descriptor: Descriptor,
  csv: string,
  period: string,
): { subjects: Subject[]; rejects: Record<string, number> } {
  const { file } = descriptor;
  if (file.format !== "csv") throw new Error("this reader knows CSV only");
  const [header = [], ...records] = splitCsv(csv, file.delimiter, file.quote);
  const names = header.map((name) => name.trim());
  const leaves = Object.fromEntries(
    descriptor.dimensions.map((dimension) => [dimension.id, leavesOf(dimension)]),
  );
  const rejects: Record<string, number> = {};
  const bySubject = new Map<string, Row[]>();
  for (const record of records) {
    try {
      const row = readRow({ descriptor, names, leaves, period }, record);
      if (row === undefined) continue;
      bySubject.set(row.subject, [...(bySubject.get(row.subject) ?? []), row]);
    } catch (error) {
      if (!(error instanceof Reject)) throw error;
      rejects[error.message] = (rejects[error.message] ?? 0) + 1;
    }
  }
  return { subjects: [...bySubject.values()].map((rows) => oneSubject(descriptor, rows)), rejects };
}

/** What is the same for all rows of a file. `leaves` by dimension. */
type Context = {
  descriptor: Descriptor;
  names: readonly string[];
  leaves: Readonly<Record<string, readonly string[]>>;
  period: string;
};

/** A row read and generalised, or undefined where it is of another period. */
function readRow(
  { descriptor, names, leaves, period }: Context,
  record: readonly string[],
): Row | undefined {
  const { file, subject, family } = descriptor;
  if (subject === undefined) throw new Error("records have a subject");
  if (record.length !== names.length) reject("columns");
  const text = (column: string): string | undefined => {
    const at = names.indexOf(column);
    if (at < 0) throw new Error(`the file has no column ${column}`);
    const value = record[at]!.trim();
    return file.missing.includes(value) ? undefined : value;
  };
  const date = (column: string) => {
    const value = text(column);
    return value === undefined ? undefined : (parseDate(value, file.dates) ?? reject("date"));
  };
  const number = (column: string) => {
    const value = text(column);
    return value === undefined
      ? undefined
      : (parseDecimal(value, file.decimal, file.thousands) ?? reject("number"));
  };

  const counts = countsIn(descriptor.period, period, { text, date });
  const identifier = subject.columns.map((column) => text(column) ?? reject("no identifier"));
  const start = subject.start === undefined ? "" : (date(subject.start) ?? "");
  const dims: Record<string, string> = {};
  for (const dimension of descriptor.dimensions)
    dims[dimension.id] = leafOf(dimension, leaves[dimension.id]!, { text, date, number }, period);
  const code =
    family &&
    listed(
      text(family.column),
      family,
      family.codes.map((entry) => entry.code),
    );
  const numbers: Record<string, Decimal> = {};
  for (const field of measures(descriptor.fields)) {
    const value = number(field.column);
    if (value !== undefined) numbers[field.column] = value;
    else if (field.kind === "sum" && entersSum(descriptor, field.of, code)) reject("no measure");
  }
  return counts ? { subject: JSON.stringify(identifier), start, dims, code, numbers } : undefined;
}

/** Whether a row counts in a period: it names it, or its days touch it. */
function countsIn(
  by: Descriptor["period"],
  period: string,
  { text, date }: Pick<Readers, "text" | "date">,
): boolean {
  if ("value" in by) return by.value === period;
  if ("column" in by) return (text(by.column) ?? reject("no period")) === period;
  const from = date(by.start) ?? reject("date");
  const until = by.end === undefined ? from : (date(by.end) ?? "9999-12-31");
  if (until < from) reject("date");
  const [first, last] = daysOf(period);
  return first <= until && from <= last;
}

type Readers = {
  text: (column: string) => string | undefined;
  date: (column: string) => string | undefined;
  number: (column: string) => Decimal | undefined;
};

/** A raw value after `map`, if the list has it; else the declared other code; else a reject. */
function listed(
  raw: string | undefined,
  rule: { map?: Record<string, string> | undefined; other?: string | undefined },
  codes: readonly string[],
) {
  const code =
    raw === undefined ? undefined : (new Map(Object.entries(rule.map ?? {})).get(raw) ?? raw);
  if (code !== undefined && codes.includes(code)) return code;
  return rule.other ?? reject("unknown code");
}

function leavesOf({ id, codes }: Dimension): readonly string[] {
  if (codes === "from-data") throw new Error("code lists never come from the data");
  return tree(id, codes).leaves;
}

function leafOf(
  dimension: Dimension,
  leaves: readonly string[],
  readers: Readers,
  period: string,
): string {
  if (dimension.generalise === "code")
    return listed(readers.text(dimension.column), dimension, leaves);
  let value: number | undefined;
  if (dimension.generalise === "age") {
    const birth = readers.date(dimension.column);
    value = birth === undefined ? undefined : ageOn(birth, daysOf(period)[1]);
  } else if (dimension.generalise === "band") {
    const number = readers.number(dimension.column);
    value =
      number === undefined ? undefined : Math.floor(Number(number.units) / 10 ** number.scale);
  } else throw new Error(`${dimension.generalise} would let one subject move others`);
  return (
    (value === undefined ? undefined : leafOfNumber(leaves, value)) ??
    dimension.other ??
    reject("unknown code")
  );
}

/** Whose codes a sum's `of` is about: a family code, both codes of a declared pair, or every row. */
function codesOf(descriptor: Descriptor, of: string): readonly string[] | "all" {
  if (descriptor.family?.codes.some(({ code }) => code === of)) return [of];
  const field = descriptor.fields.find(({ id }) => id === of);
  return field?.kind === "both" ? field.of : "all";
}

function entersSum(descriptor: Descriptor, of: string, code: string | undefined): boolean {
  const codes = codesOf(descriptor, of);
  return codes === "all" || (code !== undefined && codes.includes(code));
}

/** All rows of one subject made one. */
function oneSubject(descriptor: Descriptor, rows: readonly Row[]): Subject {
  const latest = rows
    .map(({ start }) => start)
    .toSorted()
    .at(-1)!;
  const dims: Record<string, string> = {};
  for (const { id } of descriptor.dimensions)
    dims[id] = rows
      .filter(({ start }) => start === latest)
      .map((row) => row.dims[id]!)
      .toSorted(byBytes)[0]!;

  const priority = descriptor.family?.codes.map(({ code }) => code) ?? [];
  const kept = priority
    .filter((code) => rows.some((row) => row.code === code))
    .slice(0, descriptor.family?.atMost ?? 0);
  const combined = (field: Measure, of: readonly Row[]) => {
    const steps = of.flatMap(({ numbers }) =>
      numbers[field.column] ? [toGrid(numbers[field.column]!, field.grid)] : [],
    );
    if (steps.length === 0) return undefined;
    return field.combine === "max" ? Math.max(...steps) : steps.reduce((a, b) => a + b);
  };
  const isCounted = (field: Field): boolean => {
    if (field.kind === "any") return true;
    if (field.kind === "both") return field.of.every((code) => kept.includes(code));
    if (field.kind !== "when") throw new Error(`a field of kind ${field.kind} counts nobody`);
    const steps = combined(field, rows);
    return steps !== undefined && isAbove(steps, field.grid, field.above);
  };

  const adds: Record<string, number> = {};
  for (const code of kept) adds[code] = PERSON;
  for (const field of descriptor.fields) {
    if (field.kind !== "sum") {
      if (isCounted(field)) adds[field.id] = PERSON;
      continue;
    }
    const counting = descriptor.fields.find(({ id }) => id === field.of);
    const enters = priority.includes(field.of)
      ? kept.includes(field.of)
      : counting === undefined || isCounted(counting);
    const steps = enters
      ? combined(
          field,
          rows.filter(({ code }) => entersSum(descriptor, field.of, code)),
        )
      : undefined;
    if (steps === undefined) continue;
    const { low, high, middle } = sumBounds(field);
    adds[field.id] = Math.min(Math.max(steps, low), high) - middle;
  }
  return { dims, adds };
}

/** Bounds and midpoint of a sum in grid steps. */
export function sumBounds(field: Extract<Field, { kind: "sum" }>): {
  low: number;
  high: number;
  middle: number;
} {
  if (field.bounds === undefined) throw new Error(`the sum ${field.id} has no bounds`);
  const [low, high] = field.bounds.map((bound) => toGrid(decimal(bound), field.grid)) as [
    number,
    number,
  ];
  if ((low + high) % 2 !== 0) throw new Error(`the midpoint of ${field.id} is not on its grid`);
  return { low, high, middle: (low + high) / 2 };
}
