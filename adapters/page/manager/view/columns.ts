/** How a figure stands in a column: its place on the axis, the numbers after it, its sign, and how it is heard. */
import { meaningOf } from "../../../../functions/disclosure/said.ts";
import { spanIn } from "../../../../functions/indicators/compare/sentences.ts";
import type { Estimate, Span } from "../../../../schemas/comparison.ts";
import type { Language } from "../../../../schemas/words.ts";
import { type Axis, axisOf } from "../../parts/axis.ts";
import { number, range } from "../../parts/numbers.ts";
import { words } from "../messages.ts";
import type { Look } from "../picture/dot.tsx";
import { isBand, isShown, type Row, type Value } from "../rows.ts";
import { type Figures, shortly } from "./shared.tsx";

/** How far beyond the points a band may widen an axis: a wider one goes on past the edge. */
const WIDER = 2;

/** The axis of a column: all points and their intervals, and bands that do not press these together. */
export function axisFor(values: readonly (Value | undefined)[], ticks?: number): Axis {
  const points = values.flatMap((value) => (isShown(value) ? [value.high, value.value] : []));
  const most = points.length === 0 ? Number.POSITIVE_INFINITY : WIDER * Math.max(...points);
  const bands = values.flatMap((value) =>
    isBand(value) ? [value.high ?? [], value.low ?? []].flat() : [],
  );
  return axisOf([...points, ...bands.filter((limit) => limit <= most)], ticks);
}

const LOOKS = { apart: "apart", "not-apart": "same", "not-tested": "untested" } as const;
export const lookOf = ({ own }: Row, value: Value | undefined): Look =>
  own ? "own" : isShown(value) ? LOOKS[value.told] : "untested";

export const tickOf = (axis: Axis, language: Language) => {
  const decimals = axis.ticks.every(Number.isInteger)
    ? 0
    : axis.ticks.every((tick) => Number.isInteger(Math.round(tick * 1e6) / 1e5))
      ? 1
      : 2;
  return (value: number) => number(value, language, value === 0 ? 0 : decimals);
};

/** Whether any of them has a width: exact figures have none. */
export const haveWidth = (values: readonly (Value | undefined)[]): boolean =>
  values.some((value) => isBand(value) || (isShown(value) && value.low < value.high));

/** A figure's own interval; nothing where it is exact. */
export const widthOf = ({ low, high }: Estimate, language: Language, decimals: number): string =>
  low < high ? range(low, high, language, decimals) : "";

/** The limits of a band in a column of numbers. */
export const limitsOf = ({ low, high }: Span, language: Language, decimals: number): string =>
  low === null || high === null
    ? spanIn({ low, high }, decimals, language)
    : range(low, high, language, decimals);

/** One row as it is heard: the number and whether it differs, the limits alone, or why there is neither. */
export function heard({ member, own, main }: Row, mine: boolean, props: Figures): string {
  const { language } = props.choice;
  const { decimals } = props.indicator;
  const { told } = words[language].table;
  const name = props.name(member);
  if (isBand(main)) return `${name} ${spanIn(main, decimals, language)}`;
  if (!isShown(main)) return `${name}: ${shortly(main, props)}`;
  const figure = [number(main.value, language, decimals), meaningOf(main, language)];
  const said = `${name} ${figure.filter(Boolean).join(", ")}`;
  return own || !mine ? said : `${said} (${told[main.told]})`;
}
