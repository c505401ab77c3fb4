/** Figures as sentences, in Italian and English, with the numbers that each language writes. Pure. */
import type { Estimate, Grouping, Problem, Trend } from "../../schemas/comparison.ts";
import type { Indicator } from "../../schemas/indicator.ts";
import type { Bilingual } from "../../schemas/words.ts";
import { problems } from "./problems.ts";

export type Names = ReadonlyMap<string, Bilingual>;
const LANGUAGES = ["it", "en"] as const;
type Language = (typeof LANGUAGES)[number];

export const both = (make: (language: Language) => string): Bilingual => ({ it: make("it"), en: make("en") });

const formats = new Map<string, Intl.NumberFormat>();
/** 2.104,5 in Italian, 2,104.5 in English: always grouped, so that no year is mistaken for a count. */
export function numeral(value: number, decimals: number, language: Language): string {
  const name = `${language}${decimals}`;
  const made = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: "always" as const };
  const format = formats.get(name) ?? new Intl.NumberFormat(language, made);
  formats.set(name, format);
  // no minus before a zero that was rounded
  return format.format(Math.abs(value) < 0.5 / 10 ** decimals ? 0 : value);
}

const range = ({ low, high }: Estimate, decimals: number, language: Language): string =>
  low === high
    ? ""
    : language === "it"
      ? ` (tra ${numeral(low, decimals, language)} e ${numeral(high, decimals, language)})`
      : ` (between ${numeral(low, decimals, language)} and ${numeral(high, decimals, language)})`;

export interface Spoken {
  readonly period: string;
  readonly member: string;
  readonly group?: string | undefined;
  readonly value: Estimate;
  readonly numerator: number;
  readonly denominator?: number | undefined;
  readonly gap?: { readonly need: number; readonly reached: number; readonly gap: number; readonly title: Bilingual } | undefined;
  readonly beside?: { readonly indicator: Indicator; readonly value?: Estimate; readonly why?: Problem } | undefined;
}

/** One figure, with its interval, its gap where there is one, and what it is read beside. */
export function sentenceOf(indicator: Indicator, names: Names, spoken: Spoken): Bilingual {
  return both((language) => {
    const { decimals } = indicator;
    const name = names.get(spoken.member)?.[language] ?? spoken.member;
    const values: Record<string, string> = {
      name,
      period: spoken.period,
      value: numeral(spoken.value.value, decimals, language) + range(spoken.value, decimals, language),
      numerator: numeral(spoken.numerator, 0, language),
      denominator: spoken.denominator === undefined ? "" : numeral(spoken.denominator, 0, language),
    };
    const first = indicator.sentence[language].replace(/\{(\w+)\}/g, (whole, id: string) => values[id] ?? whole);
    const group = spoken.group === undefined ? "" : language === "it" ? ` Gruppo: ${spoken.group}.` : ` Group: ${spoken.group}.`;
    return first + group + gapIn(spoken.gap, language) + besideIn(spoken.beside, language);
  });
}

function gapIn(gap: Spoken["gap"], language: Language): string {
  if (gap === undefined) return "";
  const [need, reached, left] = [gap.need, gap.reached, gap.gap].map((value) => numeral(value, 0, language));
  return language === "it"
    ? ` Bisogno (${gap.title.it}): ${need}; raggiunti ${reached}; divario ${left}.`
    : ` Need (${gap.title.en}): ${need}; reached ${reached}; gap ${left}.`;
}

function besideIn(beside: Spoken["beside"], language: Language): string {
  if (beside === undefined) return "";
  const { indicator, value, why } = beside;
  const name = indicator.name[language];
  if (value === undefined)
    return language === "it" ? ` Da leggere accanto a «${name}». ${problems[why!].it}` : ` Read beside “${name}”. ${problems[why!].en}`;
  const figure = numeral(value.value, indicator.decimals, language) + range(value, indicator.decimals, language);
  return language === "it"
    ? ` Da leggere accanto: ${name.toLowerCase()}, ${figure} ${indicator.unit.it}.`
    : ` Read beside: ${name.toLowerCase()}, ${figure} ${indicator.unit.en}.`;
}

/** Why there is no figure, for one member. */
export const withoutFigure = (names: Names, member: string, period: string, why: Problem): Bilingual =>
  both((language) => `${names.get(member)?.[language] ?? member}, ${period}. ${problems[why][language]}`);

/** What a grouping says, without a place or a worst. */
export function groupingSentence(grouping: Omit<Grouping, "sentence">, shown: number): Bilingual {
  const { pairs, distinguishable } = grouping;
  const apart = pairs.filter((pair) => pair.apart).length;
  return both((language) => {
    const it = language === "it";
    if (shown < 2) return it ? "C'è una cifra sola: non c'è nulla da confrontare." : "There is one figure only: nothing to compare.";
    if (!distinguishable)
      return it ? "Queste cifre non permettono di distinguere le città." : "These figures cannot tell the cities apart.";
    if (apart === pairs.length) return it ? "Tutte le cifre si distinguono l'una dall'altra." : "All figures can be told from each other.";
    return it
      ? `Si distinguono ${apart} coppie su ${pairs.length}; le altre cifre sono compatibili fra loro.`
      : `${apart} of ${pairs.length} pairs can be told apart; the other figures are compatible with each other.`;
  });
}

export function trendSentence(indicator: Indicator, names: Names, trend: Omit<Trend, "sentence">): Bilingual {
  const { decimals } = indicator;
  return both((language) => {
    const name = names.get(trend.member)?.[language] ?? trend.member;
    const change = numeral(Math.abs(trend.slope.value), decimals, language);
    const span = language === "it" ? `dal ${trend.from} al ${trend.to}` : `from ${trend.from} to ${trend.to}`;
    if (trend.verdict === "no-change-seen")
      return language === "it"
        ? `A ${name}, ${span}, non si vede un cambiamento più grande dell'incertezza.`
        : `In ${name}, ${span}, no change larger than the uncertainty can be seen.`;
    const up = trend.verdict === "up";
    return language === "it"
      ? `A ${name}, ${span}, ${up ? "un aumento" : "una diminuzione"} di ${change} ${indicator.unit.it} ogni anno.`
      : `In ${name}, ${span}, ${up ? "an increase" : "a decrease"} of ${change} ${indicator.unit.en} a year.`;
  });
}
