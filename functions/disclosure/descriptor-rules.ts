/**
 * Whether a descriptor may be used at all. Checked when a file is ingested and again at each release. Everything refused as
 * banned would let one subject move the figures of others, or publish one figure twice, and so void the promise of the policy.
 */

import { Descriptor, type Field } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { lengthOf } from "../../schemas/period.ts";
import { Refused } from "../../schemas/refusal.ts";
import { codesOf, leavesOf } from "./axes.ts";
import { fieldsOf, isDerived, measureColumns } from "./fields.ts";
import { policyFor } from "./fixed-policy.ts";
import { isGrid, isOnGrid, onGrid } from "./grid.ts";
import { rulesOfKind } from "./kinds.ts";
import { methodOf } from "./methods/methods.ts";
import { personFaults } from "./persons.ts";
import { tooLarge, tooLong } from "./release-size.ts";

const MAX_DIMENSIONS = 5;

/** Parses a descriptor and refuses what is banned. Throws `Refused` descriptor-invalid or descriptor-banned. */
export function accept(input: unknown): Descriptor {
  const parsed = Descriptor.safeParse(input);
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => ({
      pointer: `/${issue.path.join("/")}`,
      detail: issue.message,
    }));
    const { pointer, detail } = found(errors[0]);
    throw new Refused("descriptor-invalid", { detail: `${pointer}: ${detail}`, errors });
  }
  const descriptor = parsed.data;
  const long = tooLong(descriptor);
  if (long !== undefined) throw new Refused("descriptor-invalid", long);
  const invalid = [...faults(descriptor)][0];
  if (invalid !== undefined) throw new Refused("descriptor-invalid", invalid);
  const banned = [...bans(descriptor)][0];
  if (banned !== undefined) throw new Refused("descriptor-banned", banned);
  const large = tooLarge(descriptor);
  if (large !== undefined) throw new Refused("descriptor-invalid", large);
  return descriptor;
}

/**
 * Where the distance of the drawn noise from a normal is proved to be small (docs/explanation/privacy.md, "Drawn by a computer"), and
 * the sum over any number of subjects that fits into a nation stays an exact integer (2^53).
 */
const MAX_STEPS = 1e7;

/** What does not fit together. One sentence each. */
function* faults(d: Descriptor): Generator<string> {
  if (d.dimensions.length > MAX_DIMENSIONS)
    yield `at most ${MAX_DIMENSIONS} dimensions; this has ${d.dimensions.length}`;
  const hasSubjects = rulesOfKind(d.kind).per === "subject";
  if (hasSubjects !== (d.subject !== undefined))
    yield "records name their subject, the privacy unit; statistics and registers have none";
  if (hasSubjects && d.publisher !== undefined)
    yield "records have controllers (responsibility); a publisher is of what is public";
  if (!hasSubjects && d.responsibility !== undefined)
    yield "responsibility is for rows about persons; what is public has a publisher";
  if (d.status !== undefined && hasSubjects)
    yield "status is of a figure: only statistics and registers have one from their source";
  if (d.family !== undefined && !hasSubjects) yield "only records have a family of codes";
  if (d.derived.length > 0 && !hasSubjects)
    yield "only records have subjects whose own rows a value can be derived from";
  const ids = [
    ...d.dimensions.map(({ id }) => id),
    ...d.derived.map(({ id }) => `=${id}`),
    ...fieldsOf(d).map(({ id }) => id),
  ];
  for (const one of d.derived)
    if (
      one.kind === "overlap" &&
      !one.of.every((code) => d.family?.codes.some((known) => known.code === code))
    )
      yield `derived ${one.id}: overlap needs two codes of the family`;
  const double = ids.find((id, at) => ids.indexOf(id) !== at);
  if (double !== undefined) yield `the id ${double} stands for two things`;
  if (d.file.decimal === d.file.thousands)
    yield "the decimal sign and the thousands sign of the file are the same";
  const columns = measureColumns(d).map(({ column }) => column.toLowerCase());
  if (new Set(columns).size !== columns.length)
    yield "two measured columns differ in capitals alone";
  for (const dimension of d.dimensions) {
    if (dimension.codes === "from-data") continue;
    const codes = codesOf(dimension.codes);
    if (new Set(codes).size !== codes.length) yield `dimension ${dimension.id} has a code twice`;
    const leaves = leavesOf(dimension.codes);
    if (dimension.other !== undefined && !leaves.includes(dimension.other))
      yield `dimension ${dimension.id}: other is not one of its leaves`;
    for (const code of Object.values(dimension.map ?? {}))
      if (!leaves.includes(code))
        yield `dimension ${dimension.id}: map leads to ${code}, which is no leaf`;
    if (dimension.generalise === "age" || dimension.generalise === "band") {
      const odd = leaves.find((leaf) => leaf !== dimension.other && !/^\d+(-\d+|\+)?$/.test(leaf));
      if (odd !== undefined)
        yield `dimension ${dimension.id}: ${odd} is no range of whole numbers (0-2, 85+, 7)`;
    }
  }
  const { status } = d;
  if (status !== undefined && "column" in status) {
    const measured = d.fields.some((field) => "column" in field && field.column === status.column);
    if (measured) yield `the status is in column ${status.column}, which is measured`;
  }
  yield* fieldFaults(d);
  yield* personFaults(d);
  const newer = beyondFirst(d);
  if (d.v === 1 && newer !== undefined) yield `${newer} belongs to descriptors of v 2`;
  const apart = Object.keys(d.policy.periods ?? {}).find(
    (period) => d.policy.calendar[period] === undefined,
  );
  if (apart !== undefined) yield `policy.periods names ${apart}, which has no calendar`;
  for (const [period, days] of Object.entries(d.policy.calendar)) {
    const { closed } = policyFor(d.policy, period);
    if (days.some((day, at) => at > 0 && day <= found(days[at - 1])))
      yield `the calendar of ${period} is not in order`;
    const shut = days.find((day) => closed.some(({ from, until }) => from <= day && day <= until));
    if (shut !== undefined) yield `the release of ${shut} falls into a closed window`;
  }
}

/** What a descriptor has that those of `v` 1 do not. */
function beyondFirst({
  period,
  policy,
  status,
  level,
  publisher,
  responsibility,
}: Descriptor): string | undefined {
  if (policy.periods !== undefined) return "policy.periods";
  if ("start" in period) return "period.start";
  if (status !== undefined) return "status";
  if (level === "ambito") return "level ambito";
  if (publisher !== undefined) return "publisher";
  if (responsibility !== undefined) return "responsibility";
  const named = [...Object.keys(policy.calendar), ...("value" in period ? [period.value] : [])];
  return named.find((one) => lengthOf(one) !== "year");
}

function* fieldFaults(d: Descriptor): Generator<string> {
  const counts = fieldsOf(d)
    .filter(({ field }) => field.kind !== "sum")
    .map(({ id }) => id);
  const codes = d.family?.codes.map(({ code }) => code) ?? [];
  const grids = new Map<string, number>();
  for (const field of d.fields) {
    if (field.kind === "count" && d.kind !== "statistics")
      yield `field ${field.id}: only statistics have ready-made counts`;
    if (
      field.kind === "both" &&
      (field.of[0] === field.of[1] || !field.of.every((code) => codes.includes(code)))
    )
      yield `field ${field.id}: both needs two codes of the family`;
    if (
      field.kind === "bands" &&
      field.cuts.some(
        (cut, at) => !isOnGrid(cut, field.grid) || (at > 0 && cut <= found(field.cuts[at - 1])),
      )
    )
      yield `field ${field.id}: cuts are points of the grid, in order`;
    if (field.kind === "known") yield* knownFaults(field, d, counts);
    if (field.kind === "when" || field.kind === "sum" || field.kind === "bands") {
      if (isDerived(field.column) && !d.derived.some(({ id }) => `=${id}` === field.column))
        yield `field ${field.id}: there is no derived value ${field.column.slice(1)}`;
      if (!isGrid(field.grid))
        yield `field ${field.id}: the grid must divide one (1, 0.1, 0.01), down to a millionth`;
      if ((grids.get(field.column) ?? field.grid) !== field.grid)
        yield `field ${field.id}: column ${field.column} has another grid elsewhere`;
      grids.set(field.column, field.grid);
    }
    if (field.kind !== "sum") continue;
    if (!counts.includes(field.of)) yield `field ${field.id}: of names no count`;
    const over = d.fields.find(({ id }) => id === field.of);
    if (isDerived(field.column) && (over === undefined || !("column" in over)))
      yield `field ${field.id}: whoever has no ${field.column.slice(1)} would stand at its midpoint; let of name a field of the kind known, which counts who has one`;
    if (over?.kind === "known" && over.column !== field.column)
      yield `field ${field.id}: ${over.id} counts who has a value in ${over.column}, not in ${field.column}`;
    if (rulesOfKind(d.kind).per === "subject" && field.bounds === undefined)
      yield `field ${field.id}: a sum over subjects has bounds`;
    if (field.bounds === undefined) continue;
    const [low, high] = field.bounds;
    if (
      onGrid(low, field.grid) >= onGrid(high, field.grid) ||
      !isOnGrid(low, field.grid) ||
      !isOnGrid(high, field.grid)
    )
      yield `field ${field.id}: bounds are two different points of the grid`;
    if (Math.max(Math.abs(low), Math.abs(high)) > MAX_STEPS * field.grid)
      yield `field ${field.id}: bounds are at most ${MAX_STEPS} grid steps`;
  }
}

/** A count of who has a value is of a column that a sum over it measures, and of a count that every subject may be in. */
function* knownFaults(
  { id, column, of }: Extract<Field, { kind: "known" }>,
  { v, fields, subject }: Descriptor,
  counts: readonly string[],
): Generator<string> {
  if (v === 1) yield `field ${id}: the kind known belongs to descriptors of v 2`;
  if (subject === undefined) yield `field ${id}: only subjects may have no value`;
  if (!counts.includes(of) || fields.some((field) => field.id === of && field.kind === "known"))
    yield `field ${id}: of names no count whose subjects may have no value`;
  if (!fields.some((field) => field.kind === "sum" && field.of === id && field.column === column))
    yield `field ${id}: no sum of ${column} is over those who have a value`;
}

/** What would void the promise. One sentence each. */
function* bans(d: Descriptor): Generator<string> {
  const method = methodOf(d.policy.method);
  const unfit = method.unfit(d.kind);
  if (unfit !== undefined) yield unfit;
  for (const dimension of d.dimensions) {
    if (["quantile", "rank", "most-common"].includes(dimension.generalise))
      yield `dimension ${dimension.id}: a code that depends on other subjects (${dimension.generalise}) lets one person move others`;
    if (dimension.codes === "from-data")
      yield `dimension ${dimension.id}: a code list taken from the rows shows who is in them`;
  }
  for (const { id, source } of [
    ...d.dimensions,
    ...(d.family ? [d.family] : []),
    ...d.fields.filter((field) => "source" in field),
  ])
    if (/^\s*(the )?(own |its )?(data|dati|rows|righe|file)\s*$/i.test(source))
      yield `${id}: lists, ranges and caps come from law, tariff or a published table, never from the rows`;
  yield* method.bans(d);
}
