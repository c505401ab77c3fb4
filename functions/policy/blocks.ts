/** The picture of a preview for the terminal, in Unicode blocks: shares of figures with a number by order, and an interval a code and policy, with a dot where readers get a number. */

import { found } from "../../schemas/found.ts";
import type { Language } from "../../schemas/words.ts";
import { numeral } from "../disclosure/number-format.ts";
import type { FocusCode } from "./focus.ts";
import { focusTitle, percent, words } from "./messages.ts";
import type { Shown } from "./panel.ts";
import type { OrderShare } from "./preview.ts";
import { ticks } from "./svg.ts";

const BAR = 12;
const LINE = 56;

/** `█` with a number, `▒` as an interval alone, `·` not shown. */
function bar({ points, intervals }: OrderShare): string {
  const firm = Math.round(BAR * points);
  const all = Math.max(firm, Math.round(BAR * (points + intervals)));
  return "█".repeat(firm) + "▒".repeat(all - firm) + "·".repeat(BAR - all);
}

export function shareBlocks(all: readonly Shown[], language: Language): string[] {
  const say = words[language];
  const orders = [
    ...new Set(all.flatMap(({ preview }) => preview.orders.map(({ order }) => order))),
  ].sort();
  const names = titles(all, language);
  const wide = BAR + 6;
  const cell = (one: OrderShare | undefined) =>
    one === undefined
      ? `–  ${say.notReleased}`.slice(0, wide).padEnd(wide)
      : `${bar(one)} ${percent(one.points, language)}`.padEnd(wide);
  return [
    `${say.pointsByOrder}: █ ${say.key.points}, ▒ ${say.key.intervals}, · ${say.key.withheld}`,
    `${" ".repeat(names.wide)}  ${orders.map((order) => found(say.orders[order]).padEnd(wide)).join("  ")}`.trimEnd(),
    ...all.map(({ preview }, at) => {
      const cells = orders.map((order) => cell(preview.orders.find((one) => one.order === order)));
      return `${names.of[at]}  ${cells.join("  ")}`.trimEnd();
    }),
  ];
}

function titles(all: readonly Shown[], language: Language): { of: string[]; wide: number } {
  const own = all.map(({ neighbour }) => neighbour.title[language]);
  const wide = Math.max(...own.map((title) => title.length));
  return { of: own.map((title) => title.padEnd(wide)), wide };
}

/** Codes of the focus, each policy on a line of its own, all on one scale. */
export function dotBlocks(all: readonly Shown[], language: Language): string[] {
  const say = words[language];
  const { focus } = found(all[0]).preview;
  if (focus.codes.length === 0) return [];
  const marks = ticks(
    Math.max(1, ...all.flatMap(({ preview }) => preview.focus.codes.map(({ high }) => high))),
  );
  const most = found(marks.at(-1));
  const at = (value: number) => Math.round((Math.max(0, value) / most) * (LINE - 1));
  const names = titles(all, language);
  const shown = focus.codes.slice(0, 12);
  const wide = Math.max(...shown.map(({ code }) => code.length));
  const line = (code: FocusCode | undefined) =>
    code === undefined
      ? ""
      : code.shownAs === "withheld"
        ? `│ ┄ ${say.withheld} ┄`
        : interval(code, at);
  return [
    focusTitle(focus, language),
    ...shown.flatMap(({ code }) =>
      all.map(({ preview }, row) => {
        const own = preview.focus.codes.find((one) => one.code === code);
        return `${(row === 0 ? code : "").padEnd(wide)}  ${names.of[row]}  ${line(own)}`.trimEnd();
      }),
    ),
    `${" ".repeat(wide + names.wide + 4)}${scaleLine(marks, at, language)}`,
    ...(focus.codes.length > shown.length ? [say.more(focus.codes.length - shown.length)] : []),
  ];
}

function interval({ value, low, high, shownAs }: FocusCode, at: (value: number) => number): string {
  const [from, middle, to] = [at(low), at(value), at(high)];
  return Array.from({ length: LINE }, (_, place) => {
    if (place === middle && shownAs === "point") return "●";
    if (place === from) return "├";
    if (place === to) return "┤";
    if (place > from && place < to) return "─";
    return place === 0 ? "│" : " ";
  })
    .join("")
    .trimEnd();
}

function scaleLine(
  marks: readonly number[],
  at: (value: number) => number,
  language: Language,
): string {
  return marks.reduce((line, tick) => {
    const said = numeral(tick, 0, language);
    const from = Math.max(0, Math.min(at(tick), LINE - said.length));
    return line.length > from ? line : line.padEnd(from) + said;
  }, "");
}
