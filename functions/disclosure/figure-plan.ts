/**
 * What a question means against one manifest. Pure, and the same on both sides: the hub plans before it asks, the node plans
 * again before it answers. Does not check who asks, nor what an agreement allows.
 */
import { found } from "../../schemas/found.ts";
import { byOf, type Question } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest, ReleasedField } from "../../schemas/release.ts";
import { codesAt, subsets, type Tree, treeOf } from "./axes.ts";
import { readingOf } from "./methods/reading.ts";

export interface AxisCodes {
  readonly id: string;
  readonly codes: readonly string[];
}
export interface Plan {
  /** The released fields that the measures need, in their order, none twice. A mean, and a sum, need their count first. */
  readonly figures: readonly ReleasedField[];
  /** One cell for each combination of these codes, in the order of the question. */
  readonly by: readonly AxisCodes[];
  /** Dimensions that are filtered and not listed: the fewest codes of the tree that say the same. */
  readonly filter: readonly AxisCodes[];
}

/** Figures that one node's part of an answer may have: what still fits into a reply. */
const MAX_FIGURES = 20_000;

/** Throws `Refused`: descriptor-invalid for a method that nobody wrote, unknown-field, unknown-dimension, unknown-code, overlapping-codes, beyond-order, query-invalid. */
export function planFor(question: Question, manifest: Manifest): Plan {
  // what no method here has released is not asked about
  readingOf(manifest.policy.method);
  const figures = figuresOf(question, manifest);
  const treeFor = treesOf(manifest);
  const listed = question.by.map(byOf);
  const ids = listed.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new Refused("query-invalid", `${twice} stands twice in by`);
  const where = new Map(Object.entries(question.where));
  for (const [id, codes] of where) checkCodes(treeFor(id), codes);

  const by = listed.map(({ id, level }) => ({
    id,
    codes: codesAt(treeFor(id), where.get(id), level),
  }));
  const filter = [...where]
    .filter(([id]) => !ids.includes(id))
    .map(([id, codes]) => ({ id, codes: reduce(treeFor(id), codes) }))
    .filter(({ codes }) => codes.length > 0);
  checkOrder(
    figures,
    [...by, ...filter].map(({ id }) => id),
  );
  const asked = by.reduce((product, { codes }) => product * codes.length, figures.length);
  if (asked > MAX_FIGURES)
    throw new Refused(
      "query-invalid",
      `this asks for ${asked} figures of a member; at most ${MAX_FIGURES}`,
    );
  return { figures, by, filter };
}

/** Trees are made when they are wanted: a list may be long, and most questions touch few. */
function treesOf({ axes }: Manifest): (id: string) => Tree {
  const made = new Map<string, Tree>();
  return (id) => {
    const axis = axes.find((one) => one.id === id);
    // a list that is not at hand is empty
    if (axis === undefined || axis.codes.length === 0) return refuse("unknown-dimension", id);
    const tree = made.get(id) ?? treeOf(axis);
    made.set(id, tree);
    return tree;
  };
}

/** The combinations of codes of an answer's cells, in the order of the question. */
export const cellsOf = ({ by }: Pick<Plan, "by">): Record<string, string>[] =>
  by.reduce<Record<string, string>[]>(
    (cells, { id, codes }) =>
      cells.flatMap((cell) => codes.map((code) => ({ ...cell, [id]: code }))),
    [{}],
  );

/** Names that are in a public manifest, or came from the caller: nothing to hide. */
function refuse(
  reason: "unknown-field" | "unknown-dimension" | "unknown-code" | "overlapping-codes",
  name: string,
): never {
  throw new Refused(reason, name);
}

function figuresOf({ measures }: Question, manifest: Manifest): ReleasedField[] {
  const fields = new Map(manifest.fields.map((field) => [field.id, field]));
  const needed = new Map<string, ReleasedField>();
  const need = (id: string, kind: ReleasedField["kind"]): ReleasedField => {
    const field = fields.get(id);
    if (field?.kind !== kind)
      return refuse("unknown-field", field ? `${id} is a ${field.kind}` : id);
    return field;
  };
  const add = (field: ReleasedField) => needed.set(field.id, needed.get(field.id) ?? field);
  for (const measure of measures) {
    if ("count" in measure) add(need(measure.count, "count"));
    else if ("share" in measure) {
      add(need(measure.share, "count"));
      add(need(measure.over, "count"));
    } else if ("quantile" in measure) {
      const bands = manifest.fields.filter(({ band }) => band?.of === measure.quantile);
      if (bands.length === 0) refuse("unknown-field", `${measure.quantile} is no banded field`);
      for (const band of bands) add(band);
    } else {
      const sum = need("sum" in measure ? measure.sum : measure.mean, "sum");
      // a centred sum says little without the count of those it is over, and totals over members need it
      const over = need(found(sum.of), "count");
      // those of a count who have a value are asked for by its name: a mean of the others there is none
      if (measure.of !== undefined && measure.of !== over.id && measure.of !== over.of)
        refuse("unknown-field", `${sum.id} is released over ${over.id}, not over ${measure.of}`);
      add(over);
      add(sum);
    }
  }
  return [...needed.values()];
}

const codeAt = ({ nodes }: Tree, at: number): string => found(nodes[at]).code;

/** Every code is in the tree, once, and none lies inside another: else a subject would be counted twice. */
function checkCodes(tree: Tree, codes: readonly string[]): void {
  const listed = new Set<number>();
  for (const code of codes) {
    const at = tree.index.get(code) ?? 0;
    if (at === 0) refuse("unknown-code", `${tree.id} has no code ${code}`);
    if (listed.has(at)) refuse("overlapping-codes", `${code} stands twice`);
    listed.add(at);
  }
  for (const at of listed)
    for (let up = found(tree.nodes[at]).parent; up > 0; up = found(tree.nodes[up]).parent)
      if (listed.has(up))
        refuse("overlapping-codes", `${codeAt(tree, at)} lies inside ${codeAt(tree, up)}`);
}

/**
 * The fewest nodes that hold the same leaves: all siblings become their parent, again and again. Empty where that is the
 * whole dimension, which then filters nothing and counts towards no order.
 */
function reduce(tree: Tree, codes: readonly string[]): string[] {
  const kept = new Set(codes.map((code) => found(tree.index.get(code))));
  // parents come before their children, so one walk from the end is enough
  for (const [at, { children }] of [...tree.nodes.entries()].reverse()) {
    if (children.length === 0 || !children.every((child) => kept.has(child))) continue;
    for (const child of children) kept.delete(child);
    kept.add(at);
  }
  if (kept.has(0)) return [];
  return [...kept].sort((a, b) => a - b).map((at) => codeAt(tree, at));
}

function checkOrder(figures: readonly ReleasedField[], dimensions: readonly string[]): void {
  const lowest = figures.reduce((least, field) => (field.order < least.order ? field : least));
  if (dimensions.length <= lowest.order) return;
  const answered = subsets(dimensions.length, lowest.order)
    .filter(({ length }) => length === lowest.order)
    .map((set) => set.map((at) => dimensions[at]).join(" and "));
  const most =
    lowest.order === 0
      ? "no dimension"
      : `at most ${lowest.order} of them at once: ${answered.join("; or ")}`;
  throw new Refused(
    "beyond-order",
    `this crosses ${dimensions.join(", ")}; ${lowest.id} is answered over ${most}`,
  );
}
