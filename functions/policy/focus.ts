/** What the picture of a policy compares: one count over the codes of one dimension, with its intervals, and which codes can be told apart. */
import { found } from "../../schemas/found.ts";
import type { Bilingual } from "../../schemas/words.ts";
import type { Tree } from "../disclosure/axes.ts";
import type { Lattice } from "../disclosure/lattice.ts";
import { normalQuantile } from "../disclosure/normal.ts";
import type { PlannedField, ReleasePlan } from "../disclosure/release-plan.ts";
import { type ShownAs, shownAs } from "../disclosure/reliability.ts";

/** Half the width of a 95 % interval, in standard deviations. */
export const Z95 = 1.959963984540054;

export interface FocusCode {
  readonly code: string;
  /** The stand-in's exact count, in the middle of the interval that a reader would get. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly shownAs: ShownAs;
}
export interface Focus {
  readonly field: { readonly id: string; readonly title: Bilingual; readonly unit: Bilingual };
  readonly axis: { readonly id: string; readonly title: Bilingual };
  /** Of those with one code of another dimension alone: its title. */
  readonly within?: { readonly title: Bilingual; readonly code: string };
  readonly codes: readonly FocusCode[];
  /** Pairs that could still be told apart, of all `pairs`. */
  readonly apart: readonly (readonly [string, string])[];
  readonly pairs: number;
}
/** Which field and dimension the picture is of. */
export interface FocusChoice {
  readonly field: string;
  readonly axis: string;
  /** Of those with this code of another dimension alone. */
  readonly within?: { readonly axis: string; readonly code: string };
}

/** The count that the first sum is over, else the first code, else the first field; by districts or cities where there are some, else by the first dimension. */
export function focusOf({ fields, descriptor }: ReleasePlan, axis?: string): FocusChoice {
  const ids = descriptor.dimensions.map(({ id }) => id);
  const places = descriptor.dimensions.find(({ id, title }) =>
    /district|quarter|zone|city|municip|quartier|comun/i.test(`${id} ${title.en}`),
  );
  const sum = fields.find(({ released }) => released.kind === "sum");
  const code = fields.find(({ rule }) => rule.kind === "code");
  return {
    field: sum?.released.of ?? code?.released.id ?? found(fields[0]).released.id,
    axis: axis !== undefined && ids.includes(axis) ? axis : (places?.id ?? ids[0] ?? ""),
  };
}

/** SD of a field's figures, in units. */
export const sdOf = ({ scale, released }: PlannedField): number =>
  scale / Math.round(1 / released.grid);

export function focus(
  { fields, trees, descriptor }: ReleasePlan,
  exact: readonly Lattice[],
  choice: FocusChoice,
): Focus {
  const at = Math.max(
    0,
    fields.findIndex(({ released }) => released.id === choice.field),
  );
  const field = found(fields[at]);
  const axis = trees.findIndex(({ id }) => id === choice.axis);
  const { title } = descriptor.dimensions[axis] ?? { title: { it: "", en: "" } };
  const { within: wanted } = choice;
  const within = wanted && {
    axis: trees.findIndex(({ id }) => id === wanted.axis),
    code: wanted.code,
  };
  const count = counter(found(exact[at]), axis, within);
  const sd = sdOf(field);
  const at95 = (code: string, value: number): FocusCode => ({
    code,
    value,
    low: value - Z95 * sd,
    high: value + Z95 * sd,
    shownAs: shownAs({ kind: "count", value, sd, smallest: descriptor.policy.smallest }),
  });
  const codes =
    count === undefined
      ? []
      : topCodes(found(trees[axis])).map(({ code, node }) => at95(code, count(node)));
  const { id, title: name, unit } = field.released;
  const inside = within && {
    within: { title: found(descriptor.dimensions[within.axis]).title, code: within.code },
  };
  return {
    field: { id, title: name, unit },
    axis: { id: choice.axis, title },
    ...inside,
    codes,
    ...apartOf(codes, sd),
  };
}

/** The exact count at a node of one dimension, within a code of another where there is one; undefined where the field has no such table. */
function counter(
  { marginals, trees }: Lattice,
  axis: number,
  within?: { readonly axis: number; readonly code: string },
) {
  const axes = [axis, ...(within ? [within.axis] : [])].sort((a, b) => a - b);
  const marginal = marginals.get(axes.join());
  if (marginal === undefined) return undefined;
  const { strides, values } = marginal;
  const fixed = within ? found(trees[within.axis]?.index.get(within.code)) : 0;
  return (node: number): number => {
    const at = marginal.axes.reduce(
      (sum, one, k) => sum + ((one === axis ? node : fixed) - 1) * found(strides[k]),
      0,
    );
    return found(values[at]);
  };
}

const topCodes = ({ nodes }: Tree) =>
  found(nodes[0]).children.map((node) => ({ code: found(nodes[node]).code, node }));

/**
 * Pairs whose difference stands out: |a − b| ≥ z·√(2 + 2/c)·SD, where siblings' noise has covariance −V/c, and z keeps the chance
 * of one false difference among all pairs at 5 % (Bonferroni). What is no point is compared with nothing.
 */
export function apartOf(codes: readonly FocusCode[], sd: number): Pick<Focus, "apart" | "pairs"> {
  const seen = codes.filter((code) => code.shownAs === "point");
  const all = seen.flatMap((a, at) => seen.slice(at + 1).map((b) => [a, b] as const));
  const pairs = (codes.length * (codes.length - 1)) / 2;
  const least =
    pairs === 0 ? 0 : normalQuantile(1 - 0.025 / pairs) * Math.sqrt(2 + 2 / codes.length) * sd;
  return {
    pairs,
    apart: all
      .filter(([a, b]) => Math.abs(a.value - b.value) >= least)
      .map(([a, b]) => [a.code, b.code] as const),
  };
}
