/** Figures as sentences, in Italian and English, with the numbers that each language writes. Pure. */
import type {
  ComparedFigure,
  Estimate,
  Grouping,
  Problem,
  Span,
  Trend,
} from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import type { Indicator, Need } from "../../../schemas/indicator.ts";
import { labelOf, spokenPeriod } from "../../../schemas/period.ts";
import type { Said as FigureSaid } from "../../../schemas/query.ts";
import type { Bilingual, Language, Level, Names } from "../../../schemas/words.ts";
import { numeral } from "../../disclosure/number-format.ts";
import { meaningOf } from "../../disclosure/said.ts";
import { capital, placeIn, small } from "./places.ts";
import { problems } from "./problems.ts";

const both = (make: (language: Language) => string): Bilingual => ({
  it: make("it"),
  en: make("en"),
});

/** How a sentence says a figure: as a number, as between what and what, or not at all. */
type Said = "number" | "between" | "nothing";

/**
 * By its width: over a tenth of the value, or a point of a share, a number alone would promise more than it holds; over half of the
 * value there is nothing to say in a sentence.
 */
export function saidAs({ value, low, high }: Estimate, indicator?: Indicator): Said {
  const half = (high - low) / 2;
  if (half > Math.abs(value) / 2) return "nothing";
  const wide = half > Math.abs(value) / 10 || (isShare(indicator) && half > 1);
  return wide ? "between" : "number";
}
const isShare = (indicator: Indicator | undefined): boolean =>
  indicator !== undefined && indicator.multiplier === 100 && indicator.unit.it.startsWith("%");

/**
 * `tra 1.000 e 4.500`: rounded outwards to what the width lets one tell, so that it still holds what it held; where that are all the
 * decimals of the column beside it, the same two numbers as there.
 */
export function between({ low, high }: Estimate, decimals: number, language: Language): string {
  const digits = Math.min(decimals, 1 - Math.floor(Math.log10(high - low)));
  if (digits === decimals) return spanIn({ low, high }, decimals, language);
  const step = 10 ** -digits;
  const [from, to] = [
    Math.floor(low / step + 1e-9) * step,
    Math.ceil(high / step - 1e-9) * step,
  ].map((limit) => numeral(limit, Math.max(0, digits), language));
  return language === "it" ? `tra ${from} e ${to}` : `between ${from} and ${to}`;
}

/** An interval without a point, in words: `tra 2,1 e 9,3`; with one limit, or none, where nothing bounds it. */
export function spanIn({ low, high }: Span, decimals: number, language: Language): string {
  const it = language === "it";
  const [from, to] = [low, high].map(
    (limit) => limit !== null && numeral(limit, decimals, language),
  );
  if (from && to) return it ? `tra ${from} e ${to}` : `between ${from} and ${to}`;
  if (from) return it ? `almeno ${from}` : `at least ${from}`;
  if (to) return it ? `al più ${to}` : `at most ${to}`;
  return it ? "non si può dire" : "cannot be told";
}

const range = ({ low, high }: Estimate, decimals: number, language: Language): string =>
  low === high
    ? ""
    : language === "it"
      ? ` (tra ${numeral(low, decimals, language)} e ${numeral(high, decimals, language)})`
      : ` (between ${numeral(low, decimals, language)} and ${numeral(high, decimals, language)})`;

/** `75,9 % (tra 74,1 e 77,7) dei partecipanti`, `7,1 (tra 6,6 e 7,5) ore al mese`: the sign stands by its number. */
function measured(value: Estimate, indicator: Indicator, language: Language): string {
  const { decimals, unit } = indicator;
  const of = unit[language];
  const wide = saidAs(value, indicator) !== "number";
  const figure = wide
    ? between(value, decimals, language)
    : numeral(value.value, decimals, language);
  const span = wide ? "" : range(value, decimals, language);
  return of.startsWith("% ") ? `${figure} %${span} ${of.slice(2)}` : `${figure}${span} ${of}`;
}

interface Spoken {
  readonly period: string;
  readonly member: string;
  /** The group that is counted, with what it is a group of: age, sex. */
  readonly group?: { readonly code: string; readonly of: Bilingual } | undefined;
  readonly value: Estimate;
  /** What its sources say of it. */
  readonly status?: FigureSaid | undefined;
  readonly numerator: Estimate;
  readonly denominator?: Estimate | undefined;
  readonly gap?:
    | (Pick<Need, "kind" | "title"> & {
        readonly need: Estimate;
        readonly reached: Estimate;
        readonly gap: Estimate;
      })
    | undefined;
  readonly beside?:
    | { readonly indicator: Indicator; readonly value?: Estimate; readonly why?: Problem }
    | undefined;
}

/**
 * One figure, with its interval, its gap where there is one, and what it is read beside. Where a number that it would say is too wide
 * for a sentence, or what it is read beside is not shown, it says that alone.
 */
export function sentenceOf(indicator: Indicator, names: Names, spoken: Spoken): Bilingual {
  return both((language) => {
    const { decimals } = indicator;
    const name = names.get(spoken.member)?.[language] ?? spoken.member;
    const said = saidAs(spoken.value, indicator);
    const value =
      said === "between"
        ? between(spoken.value, decimals, language)
        : numeral(spoken.value.value, decimals, language) + range(spoken.value, decimals, language);
    const values: Record<string, string | undefined> = {
      name,
      place: placeIn(spoken.member, name, language),
      period: spokenPeriod(spoken.period)[language],
      value: said === "nothing" ? undefined : value,
      numerator: countIn(spoken.numerator, language),
      denominator: spoken.denominator && countIn(spoken.denominator, language),
    };
    const first = indicator.sentence[language].replace(
      /\{(\w+)\}/g,
      (whole, id: string) => values[id] ?? whole,
    );
    const beside = besideIn(spoken.beside, language);
    if (first.includes("{") || (spoken.beside && spoken.beside.value === undefined))
      return `${name}, ${labelOf(spoken.period)[language]}. ${first.includes("{") ? TOO_WIDE[language] : beside.trim()}`;
    return (
      capital(notAbout(first)) +
      groupIn(spoken.group, language) +
      gapIn(spoken.gap, language) +
      beside +
      statusIn(spoken.status, language)
    );
  });
}
/** ` Provvisoria.` */
export function statusIn(said: FigureSaid | undefined, language: Language): string {
  const meaning = said === undefined ? "" : meaningOf(said, language);
  if (meaning === "") return "";
  return language === "it" ? ` La cifra è ${meaning}.` : ` The figure is ${meaning}.`;
}
const TOO_WIDE: Bilingual = {
  it: "Il margine di incertezza è troppo largo per dirlo in una frase.",
  en: "The interval is too wide to say it in a sentence.",
};

/** A figure inside a sentence; undefined where it is too wide for one. */
export function spokenIn(
  figure: Estimate,
  decimals: number,
  language: Language,
): string | undefined {
  switch (saidAs(figure)) {
    case "number":
      return numeral(figure.value, decimals, language);
    case "between":
      return between(figure, decimals, language);
    case "nothing":
      return undefined;
  }
}
const countIn = (count: Estimate, language: Language) => spokenIn(count, 0, language);

/** Between two numbers is not about a number. */
export const notAbout = (sentence: string): string =>
  sentence.replace(/\b(?:circa|about) (?=(?:tra|between) )/g, "");

/** A definition speaks of everybody whom it is about: of a group, the sentence says that nobody else is counted, above or below the line. */
function groupIn(group: Spoken["group"], language: Language): string {
  if (group === undefined) return "";
  const name = `${small(group.of[language])} ${group.code}`;
  return language === "it"
    ? ` Qui si conta solo un gruppo (${name}).`
    : ` Only one group is counted here (${name}).`;
}

/** What the three columns are called. Whom a member knows is not called need. */
export const needWords = (
  { kind }: Pick<Need, "kind">,
  language: Language,
): readonly [need: string, reached: string, gap: string] => {
  if (kind === "known")
    return language === "it"
      ? ["conosciuti", "raggiunti", "conosciuti e non raggiunti"]
      : ["known", "reached", "known and not reached"];
  return language === "it" ? ["bisogno", "raggiunti", "non raggiunti"] : ["need", "reached", "gap"];
};

function gapIn(gap: Spoken["gap"], language: Language): string {
  if (gap === undefined) return "";
  const [need, reached, left] = [gap.need, gap.reached, gap.gap].map((count) =>
    countIn(count, language),
  );
  if (need === undefined || reached === undefined || left === undefined) return "";
  const words = needWords(gap, language);
  const base =
    gap.kind === "known"
      ? capital(gap.title[language])
      : `${capital(words[0])} (${gap.title[language]})`;
  return ` ${base}: ${need}; ${words[1]} ${reached}; ${words[2]} ${left}.`;
}

function besideIn(beside: Spoken["beside"], language: Language): string {
  if (beside === undefined) return "";
  const { indicator, value, why } = beside;
  const name = indicator.name[language];
  if (value === undefined) {
    const problem = problems[found(why)][language];
    return language === "it"
      ? ` Da leggere accanto a «${name}». ${problem}`
      : ` Read beside “${name}”. ${problem}`;
  }
  const figure = measured(value, indicator, language);
  return language === "it"
    ? ` Da leggere accanto: ${small(name)}, ${figure}.`
    : ` Read beside: ${small(name)}, ${figure}.`;
}

/** Figures that have no number for the same reason, on one line: `Parma, 2021, 2022; Rovigo, 2022. …` */
export function withoutFigures(
  names: Names,
  figures: readonly ComparedFigure[],
  language: Language,
): string[] {
  const without = figures.flatMap((one) => (one.state === "shown" ? [] : [one]));
  return [...Map.groupBy(without, ({ why }) => why)].map(([why, all]) => {
    const members = [...Map.groupBy(all, ({ member }) => member)].map(([member, own]) => {
      const periods = [...new Set(own.map(({ period }) => labelOf(period)[language]))].join(", ");
      const groups = [...new Set(own.flatMap(({ group }) => group ?? []))].join(", ");
      const of = groups === "" ? "" : ` (${groups})`;
      return `${names.get(member)?.[language] ?? member}, ${periods}${of}`;
    });
    return `${members.join("; ")}. ${problems[why][language]}`;
  });
}

/** Why there is no figure, for one member. */
export const withoutFigure = (
  names: Names,
  member: string,
  period: string,
  why: Problem,
): Bilingual =>
  both(
    (language) =>
      `${names.get(member)?.[language] ?? member}, ${labelOf(period)[language]}. ${problems[why][language]}`,
  );

const PLACES: Readonly<Record<Level, Bilingual>> = {
  nation: { it: "i Paesi", en: "countries" },
  region: { it: "le regioni", en: "the regions" },
  province: { it: "le province", en: "the provinces" },
  ambito: { it: "gli ambiti", en: "the districts" },
  municipality: { it: "le città", en: "the cities" },
};

/** What a grouping says, without a rank or a worst. */
export function groupingSentence(
  grouping: Omit<Grouping, "sentence">,
  shown: number,
  level: Level,
): Bilingual {
  const { pairs, told } = grouping;
  const apart = pairs.filter((pair) => pair.apart).length;
  return both((language) => {
    const it = language === "it";
    if (shown === 0)
      return it ? "Non ci sono cifre da confrontare." : "There are no figures to compare.";
    if (shown === 1)
      return it
        ? "C'è una cifra sola: non c'è nulla da confrontare."
        : "There is one figure only: nothing to compare.";
    if (told !== "apart")
      return it
        ? `Queste cifre non permettono di distinguere ${PLACES[level].it}.`
        : `These figures cannot tell ${PLACES[level].en} apart.`;
    if (apart === pairs.length)
      return it
        ? "Tutte le cifre si distinguono l'una dall'altra."
        : "All figures can be told from each other.";
    if (apart === 1)
      return it
        ? `Si distingue una sola coppia su ${pairs.length}; le altre no.`
        : `One pair of ${pairs.length} can be told apart, and the others cannot.`;
    return it
      ? `Si distinguono ${apart} coppie su ${pairs.length}; le altre no.`
      : `${apart} of ${pairs.length} pairs can be told apart, and the others cannot.`;
  });
}

/** A percentage grows by points, not by a percentage. */
const ofYear = ({ unit }: Indicator, language: Language): string => {
  if (unit[language].startsWith("%"))
    return language === "it" ? "punti percentuali" : "percentage points";
  return unit[language];
};

export function trendSentence(
  indicator: Indicator,
  names: Names,
  trend: Omit<Trend, "sentence">,
): Bilingual {
  const { decimals } = indicator;
  return both((language) => {
    const it = language === "it";
    const place = capital(
      placeIn(trend.member, names.get(trend.member)?.[language] ?? trend.member, language),
    );
    const what = small(indicator.name[language]);
    const [from, to] = [spokenPeriod(trend.from)[language], spokenPeriod(trend.to)[language]];
    const span = it ? `dal ${from} al ${to}` : `from ${from} to ${to}`;
    if (trend.verdict === "no-change-seen")
      return it
        ? `${place}, ${span}, ${what}: non si vede un cambiamento più grande dell'incertezza.`
        : `${place}, ${span}, ${what}: no change larger than the uncertainty can be seen.`;
    const { value, low, high } = trend.slope;
    const sizes = [Math.abs(value), ...[Math.abs(low), Math.abs(high)].sort((a, b) => a - b)] as [
      number,
      number,
      number,
    ];
    const estimate = { value: sizes[0], low: sizes[1], high: sizes[2] };
    // a change that is there does not read as none
    const digits = estimate.value < 0.5 / 10 ** decimals ? decimals + 1 : decimals;
    const change =
      saidAs(estimate) === "nothing"
        ? undefined
        : numeral(estimate.value, digits, language) + range(estimate, digits, language);
    const way = it
      ? trend.verdict === "up"
        ? "aumento"
        : "diminuzione"
      : trend.verdict === "up"
        ? "up"
        : "down";
    // that it moved was tested; by how much is too wide to say
    if (change === undefined)
      return it
        ? `${place}, ${span}, ${what}: in ${way}; di quanto non si può dire.`
        : `${place}, ${span}, ${what}: ${way}; by how much cannot be said.`;
    return it
      ? `${place}, ${span}, ${what}: in ${way} di ${change} ${ofYear(indicator, language)} all'anno.`
      : `${place}, ${span}, ${what}: ${way} ${change} ${ofYear(indicator, language)} a year.`;
  });
}
