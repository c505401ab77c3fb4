/** From a comparison to the rows of the table-picture: who is in which state, and who differs from one's own city. Pure. */
import type { ComparedFigure, Comparison, Estimate, NoFigure, ShownFigure } from "../../../schemas/comparison.ts";
import { hundred } from "./numbers.ts";

/** Of a hundred in the base: reached, known or in need otherwise, and the rest. Whole numbers that make a hundred. */
export interface Parts {
  readonly reached: number;
  readonly otherwise: number;
  readonly rest: number;
}
export type Value =
  | (Estimate & { readonly state: "shown"; readonly letter?: string; readonly apart: boolean })
  | Pick<NoFigure, "state" | "why">;

export interface Row {
  readonly member: string;
  readonly own: boolean;
  readonly main: Value;
  readonly beside?: Value;
  readonly parts?: Parts;
  readonly sentence: ComparedFigure["sentence"];
}

/** One row a member of one period, in the order of the comparison. `partner` tells which differ in what the indicator is read beside. */
export function rowsOf(comparison: Comparison, period: string, own: string | undefined, partner?: Comparison): Row[] {
  const figures = comparison.figures.filter((figure) => figure.period === period && figure.group === undefined);
  return figures.map((figure): Row => {
    const base = { member: figure.member, own: figure.member === own, sentence: figure.sentence };
    if (figure.state !== "shown") return { ...base, main: { state: figure.state, why: figure.why } };
    const { beside } = figure;
    const parts = partsOf(figure);
    return {
      ...base,
      main: shown(figure, figure.letter, isApart(comparison, period, own, figure.member)),
      ...(beside === undefined
        ? {}
        : {
            beside:
              beside.state === "shown"
                ? shown(beside, undefined, isApart(partner, period, own, figure.member))
                : { state: beside.state, why: beside.why },
          }),
      ...(parts === undefined ? {} : { parts }),
    };
  });
}

const shown = ({ value, low, high }: Estimate, letter: string | undefined, apart: boolean): Value => ({
  state: "shown",
  value,
  low,
  high,
  ...(letter === undefined ? {} : { letter }),
  apart,
});

/** By the rule for many comparisons, never by whether intervals overlap. */
function isApart(comparison: Comparison | undefined, period: string, own: string | undefined, member: string): boolean {
  const pairs = comparison?.groupings.find((one) => one.period === period && one.group === undefined)?.pairs ?? [];
  return pairs.some(({ a, b, apart }) => apart && ((a === own && b === member) || (b === own && a === member)));
}

/** The bar's base is the denominator; what need and reached do not fill is the rest. */
function partsOf({ need, reached, denominator }: ShownFigure): Parts | undefined {
  if (need === undefined || reached === undefined || denominator === undefined) return undefined;
  const [inside, otherwise] = [Math.max(0, reached.value), Math.max(0, need.value - reached.value)];
  const [a = 0, b = 0, c = 0] = hundred([inside, otherwise, Math.max(0, denominator.value - inside - otherwise)]);
  return { reached: a, otherwise: b, rest: c };
}

/** Members of a comparison that one's own cannot be told apart from, and those that differ. */
export function neighbours(rows: readonly Row[], of: "main" | "beside"): { readonly same: string[]; readonly apart: string[] } {
  const others = rows.flatMap((row) =>
    row.own || row[of]?.state !== "shown" ? [] : [{ member: row.member, apart: (row[of] as { apart: boolean }).apart }],
  );
  return {
    same: others.filter((one) => !one.apart).map(({ member }) => member),
    apart: others.filter((one) => one.apart).map(({ member }) => member),
  };
}
