/** The chart of a leak report: for each thing that could be learnt, how often the best attacker is right, of a hundred. From zero. */

import type { Language } from "../../schemas/words.ts";
import { numeral } from "../disclosure/number-format.ts";
import type { Finding } from "./report.ts";
import { reportText } from "./report-text.ts";
import * as s from "./svg.ts";

const WIDE = 920;
const LEFT = 400;
const TRACK = WIDE - LEFT - 90;
const ROW = 34;
const TOP = 46;

/** A pale bar up to the coin's 50, blue for what a year of releases adds, and an open mark for five years. */
export function reachChart(findings: readonly Finding[], language: Language): string {
  const say = reportText[language];
  const x = (value: number) => LEFT + (value / 100) * TRACK;
  let bottom = TOP;
  const rows = findings.map(({ what, period, fiveYears }) => {
    const names = s.wrap(what[language], 54);
    const high = ROW + 17 * (names.length - 1);
    const top = bottom;
    bottom += high;
    return { names, high, top, period, fiveYears };
  });
  const marks = [
    ...[0, 25, 50, 75, 100].flatMap((tick) => [
      s.mark("rect", {
        x: x(tick),
        y: TOP - 8,
        width: 1,
        height: bottom - TOP + 8,
        fill: tick === 0 || tick === 50 ? s.AXIS : s.GRID,
      }),
      s.text(x(tick), TOP - 16, tick === 50 ? say.coin : numeral(tick, 0, language), {
        size: 14,
        fill: s.SLATE,
        anchor: "middle",
      }),
    ]),
    ...rows.flatMap(({ names, high, top, period, fiveYears }, at) => {
      const y = top + (high - 17 * names.length) / 2;
      const middle = top + high / 2 - 2;
      return [
        ...names.map((line, row) =>
          s.text(0, y + 13 + 17 * row, line, { size: 14.5, bold: at === 0 }),
        ),
        s.mark("rect", { x: x(0), y: middle - 7, width: x(50) - x(0), height: 14, fill: s.PILL }),
        s.mark("rect", {
          x: x(50),
          y: middle - 7,
          width: x(period) - x(50),
          height: 14,
          fill: s.BLUE,
        }),
        s.mark("circle", {
          cx: x(fiveYears),
          cy: middle,
          r: 5,
          fill: "#fff",
          stroke: s.INK,
          "stroke-width": 2,
        }),
        s.text(WIDE - 2, middle + 5, numeral(period, 1, language), {
          size: 15,
          bold: true,
          anchor: "end",
        }),
      ];
    }),
    ...legend(bottom + 12, say.legend),
  ];
  const finding = findings.map(({ what, period, fiveYears }) =>
    say.described(what[language], numeral(period, 1, language), numeral(fiveYears, 1, language)),
  );
  return s.picture("reach", [WIDE, bottom + 34], say.chartTitle, finding.join(" "), marks);
}

function legend(y: number, [coin, year, five]: readonly [string, string, string]): string[] {
  const second = 40 + 7.4 * coin.length;
  const third = 80 + 7.4 * (coin.length + year.length);
  return [
    s.mark("rect", { x: 0, y, width: 18, height: 13, fill: s.PILL }),
    s.text(25, y + 12, coin, { size: 14, fill: s.SLATE }),
    s.mark("rect", { x: second, y, width: 18, height: 13, fill: s.BLUE }),
    s.text(second + 25, y + 12, year, { size: 14, fill: s.SLATE }),
    s.mark("circle", {
      cx: third + 9,
      cy: y + 6.5,
      r: 5,
      fill: "#fff",
      stroke: s.INK,
      "stroke-width": 2,
    }),
    s.text(third + 25, y + 12, five, { size: 14, fill: s.SLATE }),
  ];
}
