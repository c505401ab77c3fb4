/** Figures as sentences, in Italian and English, with the numbers that each language writes. Pure. */
import type { Estimate, Grouping, Problem, Trend } from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import type { Indicator, Level, Need } from "../../../schemas/indicator.ts";
import type { Bilingual, Language } from "../../../schemas/words.ts";
import { numeral } from "../../disclosure/number-format.ts";
import { capital, placeIn, small } from "./places.ts";
import { problems } from "./problems.ts";

export type Names = ReadonlyMap<string, Bilingual>;

const both = (make: (language: Language) => string): Bilingual => ({
  it: make("it"),
  en: make("en"),
});

const range = ({ low, high }: Estimate, decimals: number, language: Language): string =>
  low === high
    ? ""
    : language === "it"
      ? ` (tra ${numeral(low, decimals, language)} e ${numeral(high, decimals, language)})`
      : ` (between ${numeral(low, decimals, language)} and ${numeral(high, decimals, language)})`;

/** `75,9 % (tra 74,1 e 77,7) dei partecipanti`, `7,1 (tra 6,6 e 7,5) ore al mese`: the sign stands by its number. */
function measured(value: Estimate, { decimals, unit }: Indicator, language: Language): string {
  const [figure, of] = [numeral(value.value, decimals, language), unit[language]];
  const span = range(value, decimals, language);
  return of.startsWith("% ") ? `${figure} %${span} ${of.slice(2)}` : `${figure}${span} ${of}`;
}

interface Spoken {
  readonly period: string;
  readonly member: string;
  /** The group that is counted, with what it is a group of: age, sex. */
  readonly group?: { readonly code: string; readonly of: Bilingual } | undefined;
  readonly value: Estimate;
  readonly numerator: number;
  readonly denominator?: number | undefined;
  readonly gap?:
    | (Pick<Need, "kind" | "title"> & {
        readonly need: number;
        readonly reached: number;
        readonly gap: number;
      })
    | undefined;
  readonly beside?:
    | { readonly indicator: Indicator; readonly value?: Estimate; readonly why?: Problem }
    | undefined;
}

/** One figure, with its interval, its gap where there is one, and what it is read beside. */
export function sentenceOf(indicator: Indicator, names: Names, spoken: Spoken): Bilingual {
  return both((language) => {
    const { decimals } = indicator;
    const name = names.get(spoken.member)?.[language] ?? spoken.member;
    const values: Record<string, string> = {
      name,
      place: placeIn(spoken.member, name, language),
      period: spoken.period,
      value:
        numeral(spoken.value.value, decimals, language) + range(spoken.value, decimals, language),
      numerator: numeral(spoken.numerator, 0, language),
      denominator: spoken.denominator === undefined ? "" : numeral(spoken.denominator, 0, language),
    };
    const first = indicator.sentence[language].replace(
      /\{(\w+)\}/g,
      (whole, id: string) => values[id] ?? whole,
    );
    return (
      capital(first) +
      groupIn(spoken.group, language) +
      gapIn(spoken.gap, language) +
      besideIn(spoken.beside, language)
    );
  });
}

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
  return language === "it" ? ["bisogno", "raggiunti", "divario"] : ["need", "reached", "gap"];
};

function gapIn(gap: Spoken["gap"], language: Language): string {
  if (gap === undefined) return "";
  const [need, reached, left] = [gap.need, gap.reached, gap.gap].map((value) =>
    numeral(value, 0, language),
  );
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

/** Why there is no figure, for one member. */
export const withoutFigure = (
  names: Names,
  member: string,
  period: string,
  why: Problem,
): Bilingual =>
  both(
    (language) =>
      `${names.get(member)?.[language] ?? member}, ${period}. ${problems[why][language]}`,
  );

const PLACES: Readonly<Record<Level, Bilingual>> = {
  nation: { it: "i Paesi", en: "countries" },
  region: { it: "le regioni", en: "the regions" },
  province: { it: "le province", en: "the provinces" },
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
    const span = it ? `dal ${trend.from} al ${trend.to}` : `from ${trend.from} to ${trend.to}`;
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
    const change = numeral(estimate.value, digits, language) + range(estimate, digits, language);
    const way = it
      ? trend.verdict === "up"
        ? "aumento"
        : "diminuzione"
      : trend.verdict === "up"
        ? "up"
        : "down";
    return it
      ? `${place}, ${span}, ${what}: in ${way} di ${change} ${ofYear(indicator, language)} all'anno.`
      : `${place}, ${span}, ${what}: ${way} ${change} ${ofYear(indicator, language)} a year.`;
  });
}
