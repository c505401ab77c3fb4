/** The sentence that stands above everything: its numbers as wide as they are, and told apart from its words. Pure. */
import type { Amount, Estimate, ShownFigure } from "../../../schemas/comparison.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import { spokenPeriod } from "../../../schemas/period.ts";
import type { Language, Names } from "../../../schemas/words.ts";
import { numeral } from "../../disclosure/number-format.ts";
import { normalLimits } from "./intervals.ts";
import { capital, placeIn } from "./places.ts";
import { between, saidAs } from "./sentences.ts";

interface Piece {
  readonly text: string;
  /** A name or a number: what a reader's eye should fall on. */
  readonly strong: boolean;
}

/** With the definition's decimals, as in the columns beside it, and of nothing left "less than". */
export function rounded(value: number, decimals: number, language: Language): string {
  const least = 10 ** -decimals;
  if (value > 0 && value < least / 2)
    return `${language === "it" ? "meno di" : "less than"} ${numeral(least, decimals, language)}`;
  return numeral(value, decimals, language);
}

/** A figure as a sentence says it by its width; undefined where that is too much for one. */
function said(figure: Estimate, indicator: Indicator, language: Language): string | undefined {
  switch (saidAs(figure, indicator)) {
    case "number":
      return rounded(figure.value, indicator.decimals, language);
    case "between":
      return between(figure, indicator.decimals, language);
    case "nothing":
      return undefined;
  }
}

/**
 * One member's figure in words: the definition's own `spoken` sentence where everything that it names is shown, otherwise its
 * plain one, and after it what the figure must be read beside, and of which group it is. Nothing where a number that it names is too wide
 * for a sentence, or where the figure beside it is not shown.
 */
export function plainly(
  indicator: Indicator,
  names: Names,
  figure: ShownFigure,
  language: Language,
  partner?: Indicator,
): Piece[] {
  const sentence = ofEverybody(indicator, names, figure, language, partner);
  if (figure.group === undefined || sentence.length === 0) return sentence;
  return [
    ...sentence,
    { text: language === "it" ? " Solo per il gruppo " : " Only for the group ", strong: false },
    { text: `${figure.group}.`, strong: true },
  ];
}

function ofEverybody(
  indicator: Indicator,
  names: Names,
  figure: ShownFigure,
  language: Language,
  partner?: Indicator,
): Piece[] {
  const { beside } = figure;
  if (beside !== undefined && beside.state !== "shown") return [];
  const known = knownOf(indicator, figure);
  const count = ({ value, sd }: Amount) => {
    const [low, high] = normalLimits(value, sd);
    return said({ value, low, high }, { ...indicator, multiplier: 1, decimals: 0 }, language);
  };
  const values: Record<string, string | undefined> = {
    name: nameOf(names, figure.member, language),
    place: capital(placeIn(figure.member, nameOf(names, figure.member, language), language)),
    period: spokenPeriod(figure.period)[language],
    value: said(figure, indicator, language),
    known: known && said(known, indicator, language),
    beside: beside && partner && said(beside, partner, language),
    numerator: count(figure.numerator),
    denominator: figure.denominator && count(figure.denominator),
  };
  const spoken = indicator.spoken?.[language];
  if (spoken !== undefined && placesIn(spoken).every((place) => values[place] !== undefined))
    return filled(spoken, values);
  const plain = indicator.sentence[language];
  if (placesIn(plain).some((place) => values[place] === undefined)) return [];
  const first = filled(plain, values);
  if (beside === undefined || partner === undefined) return first;
  if (values.beside === undefined) return [];
  const says =
    language === "it"
      ? " Accanto si legge: {title}, {beside} {unit}."
      : " To be read beside it: {title}, {beside} {unit}.";
  const title = partner.name[language];
  const besideValues = {
    ...values,
    title: title.charAt(0).toLowerCase() + title.slice(1),
    unit: partner.unit[language],
  };
  return [...first, ...filled(says, besideValues, ["beside"])];
}

/** Those that a source for need counts, over the denominator. */
function knownOf(
  { multiplier }: Indicator,
  { need, denominator }: ShownFigure,
): Estimate | undefined {
  if (need === undefined || denominator === undefined) return undefined;
  const over = (amount: number) => (multiplier * amount) / denominator.value;
  return { value: over(need.value), low: over(need.low), high: over(need.high) };
}

const nameOf = (names: Names, member: string, language: Language): string =>
  names.get(member)?.[language] ?? member;

const PLACE = /\{(\w+)\}/;
const placesIn = (sentence: string): string[] =>
  [...sentence.matchAll(new RegExp(PLACE, "g"))].map(([, place = ""]) => place);

function filled(
  sentence: string,
  values: Readonly<Record<string, string | undefined>>,
  strong = STRONG,
): Piece[] {
  const parts = sentence.split(PLACE).flatMap((part, at, parts) => {
    // between two numbers is not about a number
    const wide = /^(?:tra|between) /.test(values[parts[at + 1] ?? ""] ?? "");
    if (at % 2 === 0)
      return { text: wide ? part.replace(/\b(?:circa|about) $/, "") : part, strong: false };
    const text = values[part] ?? `{${part}}`;
    // of "a Parma" the name alone; "all'Aquila" is one word
    const name =
      part === "place" && values.name && text.endsWith(` ${values.name}`) ? values.name : text;
    return [
      { text: text.slice(0, text.length - name.length), strong: false },
      { text: name, strong: strong.includes(part) },
    ];
  });
  return parts.filter(({ text }) => text !== "");
}
const STRONG = ["name", "place", "value", "known", "beside", "numerator"];
