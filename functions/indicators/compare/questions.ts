/** From an indicator to the questions to sign, and from their answers back to its parts. Pure; runs in a browser. */
import type { Indicator, IndicatorPart } from "../../../schemas/indicator.ts";
import { type Measure, Query, type Question, type Statement } from "../../../schemas/query.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { peek } from "../../signing/jws.ts";

/** What is compared: an indicator with the one it is read beside, of these members in this order, in these periods. */
export interface Wanted {
  readonly indicator: Indicator;
  /** The definition that `indicator.beside` names. Without it a coverage is not compared at all. */
  readonly partner?: Indicator;
  readonly members: readonly string[];
  readonly periods: readonly string[];
  /** Broken down by the codes of a dimension that numerator and denominator both have. */
  readonly by?: { readonly dimension: string; readonly codes: readonly string[] };
}
export interface Asking extends Wanted {
  /** The purpose under which the members agreed. Own data and public tables need none. */
  readonly purposeId?: string;
}

/** A part as it is asked for one period: undefined where its data is not valid for that period. */
export function periodOf(part: IndicatorPart, period: string): string | undefined {
  if (part.period === undefined) return period;
  return part.valid?.includes(period) ? part.period : undefined;
}

/** How one part of an indicator is broken down: by the classes of the standard population, or by the groups asked for. */
export type Split = { readonly dimension: string; readonly codes: readonly string[] } | undefined;

export const splitOf = (indicator: Indicator, by: Wanted["by"]): Split =>
  indicator.standard === undefined
    ? by
    : { dimension: indicator.standard.dimension, codes: Object.keys(indicator.standard.weights) };

type Bare = Omit<Question, "measures" | "purposeId">;

/** The question that a part is read from, but for its measures. Undefined where no data is valid for the period. */
export function questionOf(
  part: IndicatorPart,
  members: readonly string[],
  period: string,
  split: Split,
): Bare | undefined {
  const of = periodOf(part, period);
  if (of === undefined) return undefined;
  const where =
    split === undefined ? part.where : { ...part.where, [split.dimension]: [...split.codes] };
  return {
    members: part.member === undefined ? [...members] : [part.member],
    dataset: part.dataset,
    period: of,
    by: [
      ...(part.territory === undefined ? [] : [part.territory]),
      ...(split === undefined ? [] : [split.dimension]),
    ],
    where: part.territory === undefined ? where : { ...where, [part.territory]: [...members] },
  };
}

/** A name for a question by what it asks, so that parts that ask the same share one. */
export const nameOf = ({ members, dataset, period, by, where }: Bare): string =>
  JSON.stringify([
    dataset,
    period,
    members,
    by,
    Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

interface Demand {
  readonly part: IndicatorPart;
  readonly split: Split;
}

/** Every part that the comparison reads. */
export function partsOf({ indicator, partner, by }: Wanted): Demand[] {
  const own = splitOf(indicator, by);
  const demands = [indicator.numerator, indicator.denominator].flatMap((part) =>
    part ? [{ part, split: own }] : [],
  );
  const need = indicator.need ? [indicator.need.need, indicator.need.reached] : [];
  // persons who need and are reached are counted as they are, never standardised
  demands.push(...need.map((part) => ({ part, split: by })));
  if (partner === undefined) return demands;
  const beside = splitOf(partner, by);
  return [
    ...demands,
    ...[partner.numerator, partner.denominator].flatMap((part) =>
      part ? [{ part, split: beside }] : [],
    ),
  ];
}

/** The questions to sign, by name. Questions of public tables carry no purpose: anybody may ask them. */
export function questionsFor(wanted: Asking): Record<string, Question> {
  const questions: Record<string, Question> = {};
  for (const period of wanted.periods)
    for (const { part, split } of partsOf(wanted)) {
      const bare = questionOf(part, wanted.members, period, split);
      if (bare === undefined) continue;
      const name = nameOf(bare);
      const measures = questions[name]?.measures ?? [];
      const purpose =
        wanted.purposeId !== undefined && part.member === undefined
          ? { purposeId: wanted.purposeId }
          : {};
      questions[name] = {
        ...purpose,
        ...bare,
        measures: merged(measures, [part.measure, ...part.plus]),
      };
    }
  return questions;
}

const merged = (known: readonly Measure[], more: readonly Measure[]): Measure[] => {
  const seen = new Map([...known, ...more].map((measure) => [JSON.stringify(measure), measure]));
  return [...seen.values()];
};

/** Statements under the names of the questions that they answer. Throws `Refused` query-invalid for one that answers another question. */
export function byName(
  statements: Readonly<Record<string, Statement>>,
): ReadonlyMap<string, Statement> {
  return new Map(
    Object.entries(statements).map(([name, statement]) => {
      if (nameOf(peek(statement.query, Query)) !== name)
        throw new Refused("query-invalid", "a statement answers another question");
      return [name, statement];
    }),
  );
}
