/** The sentence that stands above everything: rounded, without intervals, its numbers told apart from its words. Pure. */
import type { Estimate, ShownFigure } from "../../../schemas/comparison.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import type { Language } from "../../../schemas/words.ts";
import { numeral } from "../../disclosure/number-format.ts";
import { capital, placeIn } from "./places.ts";
import type { Names } from "./sentences.ts";

interface Piece {
  readonly text: string;
  /** A name or a number: what a reader's eye should fall on. */
  readonly strong: boolean;
}

/** Whole numbers, as one says them; below one what the definition has, and of nothing left "less than". */
export function rounded(value: number, decimals: number, language: Language): string {
  if (Math.abs(value) >= 0.95) return numeral(value, 0, language);
  const least = 10 ** -decimals;
  if (value > 0 && value < least / 2)
    return `${language === "it" ? "meno di" : "less than"} ${numeral(least, decimals, language)}`;
  return numeral(value, decimals, language);
}

/**
 * One member's figure in words: the definition's own `spoken` sentence where everything that it names is shown, otherwise its
 * plain one, and after it what the figure must be read beside, and of which group it is.
 */
export function plainly(
  indicator: Indicator,
  names: Names,
  figure: ShownFigure,
  language: Language,
  partner?: Indicator,
): Piece[] {
  const sentence = ofEverybody(indicator, names, figure, language, partner);
  if (figure.group === undefined) return sentence;
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
  const beside: (Estimate & { state: "shown" }) | undefined =
    figure.beside?.state === "shown" ? figure.beside : undefined;
  const known =
    figure.need &&
    figure.denominator &&
    (indicator.multiplier * figure.need.value) / figure.denominator.value;
  const values: Record<string, string | undefined> = {
    name: nameOf(names, figure.member, language),
    place: capital(placeIn(figure.member, nameOf(names, figure.member, language), language)),
    period: figure.period,
    value: rounded(figure.value, indicator.decimals, language),
    known: known === undefined ? undefined : rounded(known, indicator.decimals, language),
    beside: beside && partner && rounded(beside.value, partner.decimals, language),
    numerator: numeral(figure.numerator.value, 0, language),
    denominator: figure.denominator && numeral(figure.denominator.value, 0, language),
  };
  const spoken = indicator.spoken?.[language];
  if (spoken !== undefined && placesIn(spoken).every((place) => values[place] !== undefined))
    return filled(spoken, values);
  const first = filled(indicator.sentence[language], values);
  if (beside === undefined || partner === undefined) return first;
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
  const parts = sentence.split(PLACE).flatMap((part, at) => {
    if (at % 2 === 0) return { text: part, strong: false };
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
