/** The two drawn rows of the picture of four policies: intervals, with a dot where readers get a number, and bars of how many they get. */

import { found } from "../../schemas/found.ts";
import type { Language } from "../../schemas/words.ts";
import { numeral } from "../disclosure/number-format.ts";
import type { FocusCode } from "./focus.ts";
import { focusTitle, percent, words } from "./messages.ts";
import { COLUMN, label, type Panel, ROW, type Shown, tint, x0 } from "./panel.ts";
import * as s from "./svg.ts";

/** More codes than this would make the picture too high: the rest is named by their number. */
const MOST_CODES = 12;

export function dots(four: readonly Shown[], language: Language): Panel {
  const say = words[language];
  const { focus } = found(four[0]).preview;
  const names = focus.codes.slice(0, MOST_CODES).map(({ code }) => code);
  const over = focus.codes.length - names.length;
  const all = four.flatMap(({ preview }) => preview.focus.codes);
  const marks = s.ticks(Math.max(1, ...all.map(({ high }) => high)));
  const most = found(marks.at(-1));
  const scale = (value: number) => (Math.max(0, value) / most) * (COLUMN - 62);
  const head: [string, string] = [say.sees, focusTitle(focus, language)];
  const top = 38 + 20 * s.wrap(head[0], 27).length + 18 * s.wrap(head[1], 33).length;
  const rows = names.length + (over > 0 ? 1 : 0);
  return {
    high: top + rows * ROW + 40,
    draw: (y) => [
      ...label(y, head),
      ...names.map((code, row) =>
        s.text(20, y + top + row * ROW + 18, code.length > 30 ? `${code.slice(0, 29)}…` : code),
      ),
      ...(over > 0
        ? [s.text(20, y + top + names.length * ROW + 18, say.more(over), { fill: s.SLATE })]
        : []),
      ...four.flatMap(({ preview }, at) => [
        ...marks.flatMap((tick) => [
          s.mark("rect", {
            x: x0(at) + scale(tick),
            y: y + top - 6,
            width: 1,
            height: names.length * ROW + 12,
            fill: tick === 0 ? s.AXIS : s.GRID,
          }),
          s.text(
            x0(at) + scale(tick),
            y + top + names.length * ROW + 24,
            numeral(tick, 0, language),
            {
              size: 13,
              fill: s.SLATE,
              anchor: "middle",
            },
          ),
        ]),
        ...names.flatMap((code, row) =>
          dot(
            preview.focus.codes.find((one) => one.code === code),
            x0(at),
            y + top + row * ROW + 13,
            scale,
            tint(at),
            say.withheld,
          ),
        ),
      ]),
    ],
  };
}

function dot(
  code: FocusCode | undefined,
  x: number,
  y: number,
  scale: (value: number) => number,
  { dot: fill, pill }: ReturnType<typeof tint>,
  withheld: string,
): string[] {
  if (code === undefined) return [];
  if (code.shownAs === "withheld")
    return [
      s.mark("rect", {
        x: x + 2,
        y: y - 9,
        width: 8 * withheld.length + 12,
        height: 18,
        fill: s.AMBER_PALE,
        stroke: s.AMBER,
        "stroke-dasharray": "3 2",
        rx: 3,
      }),
      s.text(x + 8, y + 5, withheld, { size: 14, fill: s.AMBER }),
    ];
  const [from, to] = [scale(code.low), scale(code.high)];
  const wide = Math.max(to - from, 14);
  return [
    s.mark("rect", {
      x: x + (from + to - wide) / 2,
      y: y - 6.5,
      width: wide,
      height: 13,
      rx: 6.5,
      fill: pill,
      stroke: fill,
      "stroke-width": 1,
    }),
    ...(code.shownAs === "point"
      ? [s.mark("circle", { cx: x + scale(code.value), cy: y, r: 4.5, fill })]
      : []),
  ];
}

export function bars(four: readonly Shown[], language: Language): Panel {
  const say = words[language];
  const orders = [
    ...new Set(four.flatMap(({ preview }) => preview.orders.map(({ order }) => order))),
  ].sort();
  const track = COLUMN - 84;
  return {
    high: 46 + orders.length * ROW + 84,
    draw: (y) => [
      ...label(y, [say.pointsByOrder, ""]),
      ...orders.map((order, row) => s.text(20, y + 46 + row * ROW + 15, found(say.orders[order]))),
      ...key(20, y + 46 + orders.length * ROW + 14, say.key),
      ...four.flatMap(({ preview }, at) =>
        orders.flatMap((order, row) => {
          const one = preview.orders.find((other) => other.order === order);
          const top = y + 46 + row * ROW;
          if (one === undefined)
            return [s.text(x0(at), top + 15, say.notReleased, { fill: s.AMBER })];
          return [
            s.mark("rect", {
              x: x0(at),
              y: top + 2,
              width: track,
              height: 15,
              fill: s.AMBER_PALE,
              stroke: s.AMBER,
              "stroke-dasharray": "3 2",
            }),
            s.mark("rect", {
              x: x0(at),
              y: top + 2,
              width: track * (one.points + one.intervals),
              height: 15,
              fill: "url(#preview-hatch)",
              stroke: s.PEER,
            }),
            s.mark("rect", {
              x: x0(at),
              y: top + 2,
              width: track * one.points,
              height: 15,
              fill: tint(at).dot,
            }),
            s.text(x0(at) + track + 48, top + 15, percent(one.points, language), {
              size: 16,
              bold: true,
              anchor: "end",
            }),
          ];
        }),
      ),
    ],
  };
}

/** Keys to the bars, one below the other. */
function key(
  x: number,
  y: number,
  names: { readonly points: string; readonly intervals: string; readonly withheld: string },
): string[] {
  const fills = [
    { name: names.points, fill: s.PEER, stroke: s.PEER },
    { name: names.intervals, fill: "url(#preview-hatch)", stroke: s.PEER },
    { name: names.withheld, fill: s.AMBER_PALE, stroke: s.AMBER },
  ];
  return fills.flatMap(({ name, fill, stroke }, row) => [
    s.mark("rect", { x, y: y + 20 * row, width: 18, height: 13, fill, stroke }),
    s.text(x + 25, y + 20 * row + 12, name, { size: 14, fill: s.SLATE }),
  ]);
}
