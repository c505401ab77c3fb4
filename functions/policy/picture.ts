/** Four policies side by side on the same scale, as SVG: what a reader would see, what is hidden, the margins, the attacker, the account. */
import type { Neighbour } from "./neighbours.ts";
import type { FocusCode, Preview } from "./preview.ts";
import * as s from "./svg.ts";
import { type Language, number, percent, plural, width, words } from "./words.ts";

export interface Shown {
  readonly neighbour: Neighbour;
  readonly preview: Preview;
}

const LEFT = 250;
const COLUMN = 262;
const WIDE = LEFT + 4 * COLUMN + 20;
const ROW = 27;
const MOST_CODES = 12;

/** The four to be drawn: today's, one field fewer, a lower order and 20 points, or whichever neighbours there are. */
export const fourOf = (all: readonly Shown[]): Shown[] => {
  const liked = ["today", "fewer-fields", "lower-order", "contract", "fewer-dimensions", "open"];
  return [...all].sort((a, b) => liked.indexOf(a.neighbour.key) - liked.indexOf(b.neighbour.key)).slice(0, 4);
};

/** A part of the picture: how high it is, and its marks from a given y on. */
interface Part {
  readonly high: number;
  draw(y: number): string[];
}

export function previewPicture(all: readonly Shown[], title: string, language: Language): string {
  const four = fourOf(all);
  const say = words[language];
  const subjects = number(four[0]!.preview.subjects, 0, language);
  const parts = [
    heads(four, language),
    dots(four, language),
    bars(four, language),
    margins(four, language),
    said(four, [say.apart, ""], language, ({ preview: { focus } }) => [
      { words: focus.apart.length === 0 ? say.noPairs : say.pairs(focus.apart.length, focus.pairs), bold: true },
    ]),
    said(four, [say.attacker, ""], language, ({ preview: { reach } }) => [
      { words: say.inHundred(number(reach.period, 0, language)), bold: true },
      { words: say.later(number(reach.fiveYears, 0, language)) },
    ]),
    said(four, [say.account, ""], language, ({ preview: { fit } }) => fitLines(fit, language)),
  ];
  const marks: string[] = [
    s.text(20, 38, title, { size: 24, bold: true }),
    s.text(20, 64, say.standIn(subjects), { size: 16, fill: s.SLATE }),
  ];
  let y = 84;
  const high = parts.reduce((sum, part) => sum + part.high, y) + 16;
  marks.push(
    s.mark("rect", { x: LEFT, y, width: COLUMN, height: high - y - 16, fill: s.BAND }),
    s.mark("rect", { x: LEFT, y, width: COLUMN, height: 4, fill: s.BLUE }),
  );
  for (const [at, part] of parts.entries()) {
    if (at > 0) marks.push(s.mark("rect", { x: 20, y, width: WIDE - 40, height: 1, fill: s.GRID }));
    marks.push(...part.draw(y));
    y += part.high;
  }
  return s.picture("preview", [WIDE, high], title, describe(four, language), marks);
}

const x0 = (at: number) => LEFT + at * COLUMN + 14;
const tint = (at: number) => (at === 0 ? { dot: s.BLUE, pill: s.OWN_PILL } : { dot: s.PEER, pill: s.PILL });

function heads(four: readonly Shown[], language: Language): Part {
  const notes = four.map(({ neighbour }) => s.wrap(neighbour.note[language], 32));
  return {
    high: 48 + 19 * Math.max(...notes.map((lines) => lines.length)),
    draw: (y) =>
      four.flatMap(({ neighbour }, at) => [
        s.text(x0(at), y + 32, neighbour.title[language], { size: 19, bold: true }),
        ...notes[at]!.map((line, row) => s.text(x0(at), y + 54 + 19 * row, line, { fill: s.SLATE })),
      ]),
  };
}

const label = (y: number, [title, note]: readonly [string, string]): string[] => [
  ...s.wrap(title, 27).map((line, row) => s.text(20, y + 28 + 20 * row, line, { size: 16, bold: true })),
  ...s.wrap(note, 33).map((line, row) => s.text(20, y + 28 + 20 * s.wrap(title, 27).length + 18 * row, line, { size: 14, fill: s.SLATE })),
];

function dots(four: readonly Shown[], language: Language): Part {
  const say = words[language];
  const { focus } = four[0]!.preview;
  const names = focus.codes.slice(0, MOST_CODES).map(({ code }) => code);
  const over = focus.codes.length - names.length;
  const all = four.flatMap(({ preview }) => preview.focus.codes);
  const marks = s.ticks(Math.max(1, ...all.map(({ high }) => high)));
  const scale = (value: number) => (Math.max(0, value) / marks.at(-1)!) * (COLUMN - 62);
  const head: [string, string] = [say.sees, say.withMargin(focus.field.title[language], plural(focus.field.unit, language))];
  const top = 38 + 20 * s.wrap(head[0], 27).length + 18 * s.wrap(head[1], 33).length;
  const rows = names.length + (over > 0 ? 1 : 0);
  return {
    high: top + rows * ROW + 40,
    draw: (y) => [
      ...label(y, head),
      ...names.map((code, row) => s.text(20, y + top + row * ROW + 18, code.length > 30 ? `${code.slice(0, 29)}…` : code)),
      ...(over > 0 ? [s.text(20, y + top + names.length * ROW + 18, say.more(over), { fill: s.SLATE })] : []),
      ...four.flatMap(({ preview }, at) => [
        ...marks.flatMap((tick) => [
          s.mark("rect", {
            x: x0(at) + scale(tick),
            y: y + top - 6,
            width: 1,
            height: names.length * ROW + 12,
            fill: tick === 0 ? s.AXIS : s.GRID,
          }),
          s.text(x0(at) + scale(tick), y + top + names.length * ROW + 24, number(tick, 0, language), {
            size: 13,
            fill: s.SLATE,
            anchor: tick === 0 ? "start" : "middle",
          }),
        ]),
        ...names.flatMap((code, row) =>
          dot(
            preview.focus.codes.find((one) => one.code === code),
            x0(at),
            y + top + row * ROW + 13,
            scale,
            tint(at),
            say.hidden,
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
  hidden: string,
): string[] {
  if (code === undefined) return [];
  if (code.hidden)
    return [
      s.mark("rect", {
        x: x + 2,
        y: y - 9,
        width: 8 * hidden.length + 12,
        height: 18,
        fill: s.AMBER_PALE,
        stroke: s.AMBER,
        "stroke-dasharray": "3 2",
        rx: 3,
      }),
      s.text(x + 8, y + 5, hidden, { size: 14, fill: s.AMBER }),
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
    s.mark("circle", { cx: x + scale(code.value), cy: y, r: 4.5, fill }),
  ];
}

function bars(four: readonly Shown[], language: Language): Part {
  const say = words[language];
  const orders = [...new Set(four.flatMap(({ preview }) => preview.orders.map(({ order }) => order)))].sort();
  const track = COLUMN - 84;
  return {
    high: 46 + orders.length * ROW + 62,
    draw: (y) => [
      ...label(y, [say.shownByOrder, ""]),
      ...orders.map((order, row) => s.text(20, y + 46 + row * ROW + 15, say.orders[order]!)),
      ...key(20, y + 46 + orders.length * ROW + 14, say.key),
      ...four.flatMap(({ preview }, at) =>
        orders.flatMap((order, row) => {
          const one = preview.orders.find((other) => other.order === order);
          const top = y + 46 + row * ROW;
          if (one === undefined) return [s.text(x0(at), top + 15, say.notReleased, { fill: s.AMBER })];
          const firm = track * (one.shown - one.flagged);
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
            s.mark("rect", { x: x0(at), y: top + 2, width: track * one.shown, height: 15, fill: "url(#preview-hatch)", stroke: s.PEER }),
            s.mark("rect", { x: x0(at), y: top + 2, width: firm, height: 15, fill: tint(at).dot }),
            s.text(x0(at) + track + 48, top + 15, percent(one.shown, language), { size: 16, bold: true, anchor: "end" }),
          ];
        }),
      ),
    ],
  };
}

/** Keys to the bars, one after the other. */
function key(x: number, y: number, names: { readonly shown: string; readonly flagged: string; readonly hidden: string }): string[] {
  const fills = [
    { name: names.shown, fill: s.PEER, stroke: s.PEER },
    { name: names.flagged, fill: "url(#preview-hatch)", stroke: s.PEER },
    { name: names.hidden, fill: s.AMBER_PALE, stroke: s.AMBER },
  ];
  let at = x;
  return fills.flatMap(({ name, fill, stroke }) => {
    const from = at;
    at += 44 + 7.6 * name.length;
    return [
      s.mark("rect", { x: from, y, width: 18, height: 13, fill, stroke }),
      s.text(from + 25, y + 12, name, { size: 14, fill: s.SLATE }),
    ];
  });
}

interface Line {
  readonly words: string;
  readonly bold?: boolean;
  readonly amber?: boolean;
}
function said(four: readonly Shown[], head: readonly [string, string], _language: Language, lines: (one: Shown) => readonly Line[]): Part {
  const all = four.map((one) => lines(one).flatMap((line) => s.wrap(line.words, 31).map((part) => ({ ...line, words: part }))));
  const rows = Math.max(...all.map((one) => one.length), s.wrap(head[0], 27).length + (head[1] === "" ? 0 : 1));
  return {
    high: 24 + 21 * rows,
    draw: (y) => [
      ...label(y, head),
      ...all.flatMap((one, at) =>
        one.map(({ words: line, bold, amber }, row) =>
          s.text(x0(at), y + 28 + 21 * row, line, {
            size: bold ? 17 : 15,
            bold: bold ?? false,
            fill: amber ? s.AMBER : bold ? s.INK : s.SLATE,
          }),
        ),
      ),
    ],
  };
}

function margins(four: readonly Shown[], language: Language): Part {
  const say = words[language];
  return said(four, [say.margin, say.at95], language, ({ preview: { fields, focus } }) => {
    const count = fields.find(({ id }) => id === focus.field.id);
    const sums = fields.filter(({ kind }) => kind === "sum");
    return [
      ...(count ? [{ words: `± ${width(count.margin, language)} ${plural(count.unit, language)}`, bold: true }] : []),
      ...sums.map(({ margin, unit }) => ({ words: `± ${width(margin, language)} ${unit[language]}` })),
    ];
  });
}

export function fitLines(fit: Preview["fit"], language: Language): Line[] {
  const points = (value: number) => number(value, Math.abs(value - Math.round(value)) < 0.05 ? 0 : 1, language);
  return fit.fits
    ? [{ words: words[language].fits(points(fit.points)), bold: true }]
    : [{ words: words[language].fitsNot(points(fit.points), points(fit.room), points(fit.ceiling)), bold: true, amber: true }];
}

/** What the picture finds, a sentence a policy. */
function describe(four: readonly Shown[], language: Language): string {
  const say = words[language];
  return four
    .map(({ neighbour, preview: { fields, focus, orders, reach, fit } }) => {
      const margin = fields.find(({ id }) => id === focus.field.id)!;
      const shown = orders.map(({ order, shown: share }) => `${say.orders[order]} ${percent(share, language)}`).join(", ");
      return `${neighbour.title[language]}: ± ${width(margin.margin, language)} ${plural(margin.unit, language)}; ${say.shownByOrder.toLowerCase()}: ${shown}; ${say.pairs(focus.apart.length, focus.pairs)}; ${say.inHundred(number(reach.period, 0, language))}; ${fitLines(fit, language)[0]!.words}.`;
    })
    .join(" ");
}
