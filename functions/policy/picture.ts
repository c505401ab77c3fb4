/** Four policies side by side on the same scale, as SVG: what a reader would see, how much of it is a number, the margins, the attacker, the account. */

import { found } from "../../schemas/found.ts";
import type { Language } from "../../schemas/words.ts";
import { numeral } from "../disclosure/number-format.ts";
import { percent, plural, sumsLine, width, words } from "./messages.ts";
import { COLUMN, LEFT, label, type Panel, type Shown, WIDE, x0 } from "./panel.ts";
import { bars, dots } from "./panels.ts";
import type { Preview } from "./preview.ts";
import * as s from "./svg.ts";

/** The four to be drawn: today's, one field fewer, a lower order and 20 points, or whichever neighbours there are. */
export const fourOf = (all: readonly Shown[]): Shown[] => {
  const liked = ["today", "fewer-fields", "lower-order", "contract", "fewer-dimensions", "open"];
  return [...all]
    .sort((a, b) => liked.indexOf(a.neighbour.key) - liked.indexOf(b.neighbour.key))
    .slice(0, 4);
};

export function previewPicture(all: readonly Shown[], title: string, language: Language): string {
  const four = fourOf(all);
  const say = words[language];
  const subjects = numeral(found(four[0]).preview.subjects, 0, language);
  const parts = [
    heads(four, language),
    dots(four, language),
    bars(four, language),
    margins(four, language),
    said(four, [say.apart, ""], ({ preview: { focus } }) => [
      {
        words: focus.apart.length === 0 ? say.noPairs : say.pairs(focus.apart.length, focus.pairs),
        bold: true,
      },
    ]),
    said(four, [say.attacker, ""], ({ preview: { reach } }) => [
      { words: say.inHundred(numeral(reach.period, 0, language)), bold: true },
      { words: say.later(numeral(reach.fiveYears, 0, language)) },
    ]),
    said(four, [say.account, ""], ({ preview: { fit } }) => fitLines(fit, language)),
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

function heads(four: readonly Shown[], language: Language): Panel {
  const all = four.map(({ neighbour: { title, note } }) => ({
    title: title[language],
    lines: s.wrap(note[language], 32),
  }));
  return {
    high: 48 + 19 * Math.max(...all.map(({ lines }) => lines.length)),
    draw: (y) =>
      all.flatMap(({ title, lines }, at) => [
        s.text(x0(at), y + 32, title, { size: 19, bold: true }),
        ...lines.map((line, row) => s.text(x0(at), y + 54 + 19 * row, line, { fill: s.SLATE })),
      ]),
  };
}

interface Line {
  readonly words: string;
  readonly bold?: boolean;
  readonly amber?: boolean;
}
function said(
  four: readonly Shown[],
  head: readonly [string, string],
  lines: (one: Shown) => readonly Line[],
): Panel {
  const all = four.map((one) =>
    lines(one).flatMap((line) => s.wrap(line.words, 31).map((part) => ({ ...line, words: part }))),
  );
  const rows = Math.max(
    ...all.map((one) => one.length),
    s.wrap(head[0], 27).length + (head[1] === "" ? 0 : 1),
  );
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

function margins(four: readonly Shown[], language: Language): Panel {
  const say = words[language];
  return said(four, [say.margin, say.at95], ({ preview }) => {
    const { fields, focus } = preview;
    const line = sumsLine(preview, language);
    const count = fields.find(({ id }) => id === focus.field.id);
    const sums = fields.filter(({ kind }) => kind === "sum");
    return [
      ...(count
        ? [
            {
              words: `± ${width(count.margin, language)} ${plural(count.unit, language)}`,
              bold: true,
            },
          ]
        : []),
      ...sums.map(({ margin, unit }) => ({
        words: `± ${width(margin, language)} ${unit[language]}`,
      })),
      ...(line === undefined ? [] : [{ words: line }]),
    ];
  });
}

export function fitLines(fit: Preview["fit"], language: Language): [Line] {
  const points = (value: number) =>
    numeral(value, Math.abs(value - Math.round(value)) < 0.05 ? 0 : 1, language);
  return fit.fits
    ? [{ words: words[language].fits(points(fit.points)), bold: true }]
    : [
        {
          words: words[language].fitsNot(points(fit.points), points(fit.room), points(fit.ceiling)),
          bold: true,
          amber: true,
        },
      ];
}

/** What the picture finds, a sentence a policy. */
function describe(four: readonly Shown[], language: Language): string {
  const say = words[language];
  return four
    .map(({ neighbour, preview: { fields, focus, orders, reach, fit } }) => {
      const margin = found(fields.find(({ id }) => id === focus.field.id));
      const shown = orders
        .map(({ order, points }) => `${say.orders[order]} ${percent(points, language)}`)
        .join(", ");
      return `${neighbour.title[language]}: ± ${width(margin.margin, language)} ${plural(margin.unit, language)}; ${say.pointsByOrder.toLowerCase()}: ${shown}; ${say.pairs(focus.apart.length, focus.pairs)}; ${say.inHundred(numeral(reach.period, 0, language))}; ${fitLines(fit, language)[0].words}.`;
    })
    .join(" ");
}
