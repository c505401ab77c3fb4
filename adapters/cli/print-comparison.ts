/** A comparison in the terminal: a table with a dot and its interval for each figure, and the sentences below. */

import Table from "cli-table3";
import { numeral } from "../../functions/disclosure/number-format.ts";
import { needWords, spanIn, withoutFigures } from "../../functions/indicators/compare/sentences.ts";
import type { Comparison, Estimate, Span } from "../../schemas/comparison.ts";
import type { Indicator } from "../../schemas/indicator.ts";
import { labelOf } from "../../schemas/period.ts";
import type { Said } from "../../schemas/query.ts";
import type { Language, Names } from "../../schemas/words.ts";
import { signed } from "./print.ts";

const WIDTH = 36;
const words = {
  it: {
    period: "periodo",
    picture: "margine (95 %)",
    apart: "Si distinguono",
    groups: "La differenza rientra nel margine fra",
    untested: "Confronto non fatto",
    sources: "Fonti",
    made: "dati inventati",
    real: "dati veri",
    mixed: "dati in parte veri, in parte inventati",
    level: "livello",
    ...{ nation: "nazione", region: "regione", province: "provincia", municipality: "comune" },
    ambito: "ambito",
  },
  en: {
    period: "period",
    picture: "95 % interval",
    apart: "Told apart",
    groups: "Cannot be told from each other",
    untested: "Not compared",
    sources: "Sources",
    made: "made data",
    real: "real data",
    mixed: "data partly real, partly made",
    level: "level",
    ...{ nation: "nation", region: "region", province: "province", municipality: "municipality" },
    ambito: "district of municipalities (ambito)",
  },
} as const;

/**
 * Text that other members wrote, as a terminal may have it: without what moves its cursor, colours it, or turns the order of letters round.
 * Ends of lines stay.
 */
export const visible = (text: string): string =>
  text.replace(/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu, "\uFFFD");

/** `├──●──┤` on a common scale from the lowest limit to the highest. */
export function dotAndInterval({ value, low, high }: Estimate, from: number, to: number): string {
  const place = (x: number) => Math.round(((x - from) / (to - from || 1)) * (WIDTH - 1));
  const [left, dot, right] = [place(low), place(value), place(high)];
  return Array.from({ length: WIDTH }, (_, at) => {
    if (at === dot) return "●";
    if (at < left || at > right) return " ";
    return at === left ? "├" : at === right ? "┤" : "─";
  }).join("");
}

/** A band without a dot; nothing where nothing bounds it. */
function bandOf({ low, high }: Span, from: number, to: number): string {
  if (low === null || high === null) return "";
  const within = (limit: number) => Math.min(to, Math.max(from, limit));
  const [left, right] = [within(low), within(high)];
  return dotAndInterval({ value: left, low: left, high: right }, from, to).replace("●", "├");
}

export function comparisonText(
  comparison: Comparison,
  partner: Indicator | undefined,
  names: Names,
  language: Language,
): string {
  const { indicator, figures, groupings, trends, notes, sources, problem } = comparison;
  const say = words[language];
  const name = (member: string) => names.get(member)?.[language] ?? member;
  const head = `\n${indicator.name[language]} (${indicator.unit[language]})`;
  const lines = [head, `${say[comparison.origin]}; ${say.level}: ${say[comparison.level]}\n`];
  if (problem) return [...lines, problem.sentence[language]].join("\n");
  lines.push(figureTable(comparison, partner, name, language), "");
  for (const figure of figures) if (figure.state === "shown") lines.push(figure.sentence[language]);
  // figures without a number for the same reason are one line
  lines.push(...withoutFigures(names, figures, language), "");
  for (const { period, group, sentence, groups, told, pairs } of groupings) {
    lines.push(
      `${labelOf(period)[language]}${group === undefined ? "" : `, ${group}`}: ${sentence[language]}`,
    );
    const alike = groups.filter((members) => members.length > 1);
    if (told === "apart" && alike.length > 0)
      lines.push(
        `${say.groups}: ${alike.map((members) => members.map(name).join(", ")).join(" | ")}`,
      );
    // a figure without a point, or without the one beside it, was compared with nobody's: that is no sameness
    const untested = figures.filter(
      (one) =>
        one.period === period &&
        one.group === group &&
        (one.state === "shown" || one.state === "interval") &&
        !pairs.some(({ a, b }) => a === one.member || b === one.member),
    );
    if (untested.length > 0)
      lines.push(`${say.untested}: ${untested.map(({ member }) => name(member)).join(", ")}`);
  }
  for (const { sentence } of trends) lines.push(sentence[language]);
  lines.push("", ...notes.map((note) => note[language]), "", `${say.sources}:`);
  const kinds = new Map(
    sources.map(({ title, dataset, period, source, licence, origin }) => [
      `${dataset} ${period}`,
      `${title[language]} ${labelOf(period)[language]}: ${source}, ${licence} (${say[origin]})`,
    ]),
  );
  return [...lines, ...kinds.values()].join("\n");
}

function figureTable(
  { indicator, figures, by }: Comparison,
  partner: Indicator | undefined,
  name: (member: string) => string,
  language: Language,
): string {
  const say = words[language];
  const spans = figures.flatMap((one) => ("low" in one ? [one] : []));
  const [from, to] = [
    Math.min(...spans.flatMap(({ low }) => low ?? [])),
    Math.max(...spans.flatMap(({ high }) => high ?? [])),
  ];
  const gap = indicator.need && needWords(indicator.need, language);
  const head = [
    "",
    say.period,
    ...(by === undefined ? [] : [by]),
    indicator.unit[language],
    say.picture,
    ...(gap ?? []),
    ...(partner ? [partner.name[language]] : []),
  ];
  const table = new Table({ head, style: { head: [], border: [] }, wordWrap: true });
  for (const figure of figures) {
    const start = [
      name(figure.member),
      figure.period,
      ...(by === undefined ? [] : [figure.group ?? ""]),
    ];
    if (figure.state !== "shown") {
      const span = figure.state === "interval";
      table.push([
        ...start,
        span ? spanIn(figure, indicator.decimals, language) : "–",
        span ? bandOf(figure, from, to) : figure.why,
        ...(gap ? ["–", "–", "–"] : []),
        ...(partner ? ["–"] : []),
      ]);
      continue;
    }
    const need = [figure.need, figure.reached, figure.gap].map((one) =>
      one === undefined ? "–" : numeral(one.value, 0, language),
    );
    table.push([
      ...start,
      `${spanned(figure, indicator.decimals, language)} ${figure.noise > 0 ? (figure.letter ?? "") : ""}`,
      dotAndInterval(figure, from, to),
      ...(gap ? need : []),
      ...(partner
        ? [
            figure.beside?.state === "shown"
              ? spanned(figure.beside, partner.decimals, language)
              : figure.beside?.state === "interval"
                ? spanIn(figure.beside, partner.decimals, language)
                : "–",
          ]
        : []),
    ]);
  }
  return table.toString();
}

function spanned(of: Estimate & Said, decimals: number, language: Language): string {
  const { value, low, high } = of;
  const figure = signed(numeral(value, decimals, language), of);
  return low === high
    ? figure
    : `${figure} (${numeral(low, decimals, language)}–${numeral(high, decimals, language)})`;
}
