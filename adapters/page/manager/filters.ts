/** Of whom a figure may be asked: dimensions that everything it is made of has, and that its definition leaves open. Pure. */

import { codesOf } from "../../../functions/disclosure/axes.ts";
import type { Indicator, IndicatorPart } from "../../../schemas/indicator.ts";
import type { Language } from "../../../schemas/words.ts";
import type { Table } from "./load.ts";
import { fieldsOf } from "./measures.ts";

export interface Filter {
  readonly dimension: string;
  readonly title: string;
  readonly codes: readonly string[];
}

/** Codes beyond which a list is no choice any more. */
const MOST_CODES = 30;

const partsOf = (indicator: Indicator): IndicatorPart[] =>
  [
    indicator.numerator,
    indicator.denominator,
    indicator.need?.need,
    indicator.need?.reached,
  ].filter((part) => part !== undefined);

const hasRoom = (
  { measure, plus, where }: IndicatorPart,
  fields: readonly { readonly id: string; readonly order: number }[],
): boolean =>
  [measure, ...plus]
    .flatMap(fieldsOf)
    .every((id) => (fields.find((one) => one.id === id)?.order ?? 0) > Object.keys(where).length);

/** None where a national table is divided by: it does not know what the cities' own data know. */
export function filtersOf(
  { offers }: Pick<Table, "offers">,
  indicators: readonly Indicator[],
  language: Language,
): Filter[] {
  const parts = indicators.flatMap(partsOf);
  if (
    parts.some(({ member }) => member !== undefined) ||
    indicators.some(({ standard }) => standard !== undefined)
  )
    return [];
  const datasets = new Set(parts.map(({ dataset }) => dataset));
  const offered = offers
    .flatMap((one) => one.datasets)
    .filter(({ dataset }) => datasets.has(dataset));
  // one dimension more must still be within what each field is released for
  const room = parts.every((part) =>
    offered.every((one) => one.dataset !== part.dataset || hasRoom(part, one.fields)),
  );
  if (!room) return [];
  const fixed = new Set(parts.flatMap(({ where }) => Object.keys(where)));
  return (offered[0]?.axes ?? []).flatMap((axis): Filter[] => {
    const everywhere = offered.flatMap(({ axes }) => axes.find(({ id }) => id === axis.id) ?? []);
    if (fixed.has(axis.id) || everywhere.length < offered.length) return [];
    const lists = everywhere.map((one) => new Set(codesOf(one.codes)));
    const codes = codesOf(axis.codes).filter((code) => lists.every((list) => list.has(code)));
    return codes.length < 2 || codes.length > MOST_CODES
      ? []
      : [{ dimension: axis.id, title: axis.title[language], codes }];
  });
}

/** An indicator of those that this one counts: its denominator is this one's numerator. */
export function ofThese(
  indicators: readonly Indicator[],
  { numerator, theme, id }: Indicator,
): Indicator | undefined {
  const counted = JSON.stringify([numerator.dataset, numerator.measure]);
  return indicators.find(
    ({ denominator, ...other }) =>
      other.id !== id &&
      other.theme === theme &&
      denominator &&
      JSON.stringify([denominator.dataset, denominator.measure]) === counted,
  );
}
