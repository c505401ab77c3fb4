/**
 * Which figures of a public table are not there, and what its source says of the others. A sum of which a part is withheld, not
 * collected or missing has no figure either: the rest alone would say that the part is zero. Only a sum that names beside it how
 * many have the value is over those. What is not applicable adds nothing.
 */
import { found } from "../../schemas/found.ts";
import {
  FigureStatus,
  hasNoFigure,
  type NoFigureStatus,
  SourceStatus,
} from "../../schemas/obs-status.ts";
import type { Cross, CrossField, CubeTable } from "../../schemas/ports.ts";
import { addLeaf, emptyLattice, type Lattice, rollUp, valueAt } from "../disclosure/lattice.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import type { PlannedField, ReleasePlan } from "../disclosure/release-plan.ts";

/** Ids of what is counted for the signs. No field has such a name. */
const ROWS = "= rows";
const valuedId = (measure: string) => `= valued ${measure}`;
const statusId = (code: SourceStatus) => `= status ${code}`;

const measureOf = ({ rule }: PlannedField): string | undefined =>
  rule.kind === "count" || rule.kind === "sum" ? rule.measure : undefined;

/**
 * What the engine counts besides the fields: rows, those of them that have a value, those of each status. Nothing where there is noise:
 * only of a public table may that be known exactly.
 */
export function signFields({ descriptor: { policy, status }, fields }: ReleasePlan): CrossField[] {
  if (readingOf(policy.method).protects) return [];
  const measures = new Set(fields.flatMap((field) => measureOf(field) ?? []));
  const band = { kind: "band", combine: "max" } as const;
  const valued = [...measures].map((measure) => ({ id: valuedId(measure), ...band, measure }));
  const codes =
    status === undefined || "value" in status
      ? []
      : SourceStatus.options.map((code) => {
          const [from, below] = [code.charCodeAt(0), code.charCodeAt(0) + 1];
          return { id: statusId(code), ...band, measure: status.column, from, below };
        });
  return [{ id: ROWS, kind: "any" }, ...valued, ...codes];
}

/** How much of what `signFields` names lies in a cell. */
type Count = (id: string, codes: readonly string[]) => number;

function counter(
  cross: Cross,
  { trees, fields }: ReleasePlan,
  signs: readonly CrossField[],
): Count {
  const order = Math.max(...fields.map(({ released }) => released.order));
  const lattices = new Map<string, Lattice>();
  for (const [at, { id }] of signs.entries()) {
    // most of what a source may say is in no row
    if (cross.rows.every(({ values }) => values[fields.length + at] === 0)) continue;
    const lattice = emptyLattice(trees, order);
    for (const { codes, values } of cross.rows)
      addLeaf(
        lattice,
        codes.map((code, axis) => found(trees[axis]?.index.get(code))),
        found(values[fields.length + at]),
      );
    rollUp(lattice);
    lattices.set(id, lattice);
  }
  return (id, codes) => {
    const lattice = lattices.get(id);
    return lattice === undefined ? 0 : valueAt(lattice, codes);
  };
}

interface Measured {
  /** The column that is added up; undefined where subjects are counted. */
  readonly measure: string | undefined;
  /** Whether the sum says of how many it is, by a count of rows that have the value. */
  readonly overKnown: boolean;
}

function measuredOf(field: PlannedField, { fields }: ReleasePlan): Measured {
  const { rule } = field;
  const measure = measureOf(field);
  const of = fields.find(({ released }) => rule.kind === "sum" && released.id === rule.of)?.rule;
  const overKnown = (of?.kind === "known" || of?.kind === "when") && of.measure === measure;
  return { measure, overKnown };
}

/** Why a field has no figure in a cell; undefined where it has one. */
function noFigure(
  { measure, overKnown }: Measured,
  codes: readonly string[],
  count: Count,
): NoFigureStatus | undefined {
  if (measure === undefined) return undefined;
  const valued = count(valuedId(measure), codes);
  const without = count(ROWS, codes) - valued;
  const [withheld, notCollected, cannotBe] = (["Q", "L", "M"] as const).map((code) =>
    count(statusId(code), codes),
  );
  if (withheld) return "Q";
  if (notCollected) return "L";
  const missing = without > (cannotBe ?? 0);
  if (missing && !(overKnown && valued > 0)) return "O";
  return without > 0 && valued === 0 ? "M" : undefined;
}

/** The table with what its source says, and which statuses those are. One that has noise is given back as it is. */
export function withSigns(
  table: CubeTable,
  cross: Cross,
  plan: ReleasePlan,
): { readonly table: CubeTable; readonly statuses?: SourceStatus[] } {
  const signs = signFields(plan);
  if (signs.length === 0) return { table };
  const { status } = plan.descriptor;
  const whole = status !== undefined && "value" in status ? status.value : undefined;
  const count = counter(cross, plan, signs);
  const measures = new Map(
    plan.fields.map((field) => [field.released.id, measuredOf(field, plan)]),
  );
  const seen = new Set<SourceStatus>();
  const statuses = table.field.map((id, at): { status: string; revised: boolean } => {
    const codes = table.dimensions.map((dimension) => found(dimension.codes[at]));
    const has = (code: SourceStatus) => whole === code || count(statusId(code), codes) > 0;
    const own =
      noFigure(found(measures.get(id)), codes, count) ?? FigureStatus.options.find(has) ?? "A";
    if (own !== "A") seen.add(own);
    const revised = has("R");
    if (revised) seen.add("R");
    return { status: own, revised };
  });
  if (seen.size === 0) return { table };
  const isThere = (at: number) => !hasNoFigure(found(statuses[at]).status);
  return {
    table: {
      ...table,
      value: table.value.map((value, at) => (isThere(at) ? value : null)),
      sd: table.sd.map((sd, at) => (isThere(at) ? sd : null)),
      obsStatus: statuses.map((one) => one.status),
      confStatus: statuses.map((one) => (one.status === "Q" ? "C" : "F")),
      ...(seen.has("R") ? { revised: statuses.map((one) => one.revised) } : {}),
    },
    statuses: SourceStatus.options.filter((code) => seen.has(code)),
  };
}
