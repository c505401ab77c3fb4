/** The leak report as one page: self-contained HTML, no script, readable on paper (A4) and in grey. */
import { found } from "../../schemas/found.ts";
import type { Language } from "../../schemas/words.ts";
import { numeral } from "../disclosure/number-format.ts";
import { reachChart } from "./chart.ts";
import { percent, plural, width, words } from "./messages.ts";
import type { Draft } from "./report.ts";
import { type ReportText, reportText } from "./report-text.ts";
import { escaped } from "./svg.ts";

const STYLE = `
@page { size: A4; margin: 11mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0; color: #17324D; background: #fff; font: 16px/1.45 "Titillium Web", "Segoe UI", Roboto, Helvetica, Arial, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 920px; margin: 0 auto; padding: 24px 20px 40px; }
h1 { font-size: 30px; line-height: 1.15; margin: 4px 0 10px; }
h2 { font-size: 19px; margin: 22px 0 4px; }
p, ul { margin: 4px 0 8px; }
ul { padding-left: 20px; }
.over { color: #455A6F; margin: 0; }
.made { display: inline-block; color: #995C00; background: #FFF8E6; border: 1px dashed #995C00; border-radius: 3px; padding: 0 8px; }
.lead { font-size: 18px; }
.note, .how { color: #455A6F; }
svg { display: block; width: 100%; min-width: 760px; height: auto; margin: 6px 0; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
caption { text-align: left; color: #455A6F; padding-bottom: 2px; }
th, td { text-align: right; padding: 3px 0 3px 14px; border-bottom: 1px solid #E3E9EF; vertical-align: bottom; }
th:first-child { text-align: left; padding-left: 0; font-weight: 400; }
thead th { color: #455A6F; font-weight: 600; line-height: 1.2; }
thead th:first-child { font-weight: 600; }
.scroll { overflow-x: auto; }
@media print {
  body { font-size: 8.4pt; line-height: 1.28; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 16pt; margin: 0 0 3pt; } h2 { font-size: 10pt; margin: 6pt 0 0; break-after: avoid; }
  p, ul { margin: 1pt 0 3pt; } .lead { font-size: 9.2pt; } table { font-size: 8pt; }
  th, td { padding: 0.6pt 0 0.6pt 9pt; } svg { min-width: 0; margin: 2pt 0; } tr, svg { break-inside: avoid; }
}`;

interface Header {
  /** The member, as people call it. */
  readonly member: string;
  readonly language: Language;
}

export function reportPage(draft: Draft, { member, language }: Header): string {
  const say = reportText[language];
  const title = `${member} · ${draft.title[language]} · ${draft.period}`;
  const subjects = numeral(draft.standIn.subjects, 0, language);
  const presence = numeral(found(draft.reach[0]).period, 0, language);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(say.heading)}: ${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="over">${escaped(title)}</p>
<h1>${escaped(say.heading)}</h1>
${draft.origin === "made" ? `<p><span class="made">${escaped(say.made)}</span></p>` : ""}
<p class="lead">${escaped(say.lead(plural(draft.unit, language), presence))}</p>
<h2>${escaped(say.most)}</h2>
<p class="note">${escaped(say.mostNote)}</p>
<div class="scroll">${reachChart(draft.reach, language)}</div>
${reachTable(draft, say, language)}
<h2>${escaped(say.lose)}</h2>
<p class="note">${escaped(say.loseNote(draft.smallest, subjects))} ${margins(draft, say, language)}</p>
${shareTable(draft, say, language)}
<h2>${escaped(say.tried)}</h2>
${attacks(draft, say, language)}
<h2>${escaped(say.limits)}</h2>
<ul>
${say.limitList.map((line) => `<li>${escaped(line)}</li>`).join("\n")}
</ul>
<h2>${escaped(say.how)}</h2>
<p class="how">${escaped(say.howText(numeral(draft.advantage, 0, language), draft.releases, numeral(draft.epsilon, 2, language), subjects))}${
    draft.standIn.source
      ? ` ${escaped(say.totals)}: ${escaped(draft.standIn.source[language])}.`
      : ""
  } ${escaped(say.sign)}</p>
</main>
</body>
</html>
`;
}

/** A table with a head of columns and a name a row; every cell is text. */
function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly [string, ...string[]])[],
): string {
  const cells = ([name, ...rest]: readonly [string, ...string[]]) =>
    `<tr><th scope="row">${escaped(name)}</th>${rest.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
  return `<div class="scroll"><table>
<caption>${escaped(caption)}</caption>
<thead><tr>${head.map((name) => `<th scope="col">${escaped(name)}</th>`).join("")}</tr></thead>
<tbody>
${rows.map(cells).join("\n")}
</tbody>
</table></div>`;
}

const reachTable = ({ reach }: Draft, say: ReportText, language: Language): string =>
  table(
    say.chartTitle,
    say.columns,
    reach.map(({ what, period, twoYears, fiveYears, twoCities }) => [
      what[language],
      ...[period, twoYears, fiveYears, twoCities].map((value) => numeral(value, 1, language)),
    ]),
  );

const shareTable = ({ orders }: Draft, say: ReportText, language: Language): string =>
  table(
    words[language].pointsByOrder,
    say.shareColumns,
    orders.map(({ order, points, intervals, withheld, medianError }) => [
      found(words[language].orders[order]).replace(" ", "\u00a0"),
      ...[points, intervals, withheld, medianError].map((value) => percent(value, language)),
    ]),
  );

function margins({ fields }: Draft, say: ReportText, language: Language): string {
  const counts = fields.filter(({ kind }) => kind === "count");
  const widest = counts.reduce((most, one) => (one.margin > most.margin ? one : most));
  const sums = fields.filter(({ kind }) => kind === "sum");
  return [
    say.totalMargin(width(widest.margin, language), plural(widest.unit, language)),
    ...sums.map(({ title, margin, unit, meanMargin }) => {
      const mean = meanMargin === undefined ? "." : say.meanMargin(width(meanMargin, language));
      return `${say.sumMargin(title[language], width(margin, language), unit[language])}${mean}`;
    }),
  ]
    .map(escaped)
    .join(" ");
}

function attacks({ attacks: lines }: Draft, say: ReportText, language: Language): string {
  if (lines === "not-run") return `<p>${escaped(say.notRun)}</p>`;
  const one = (value: number | undefined) =>
    value === undefined ? "–" : numeral(value, 1, language);
  return table(
    say.triedNote,
    say.triedColumns,
    lines.map(({ name, trials, success, bound, unprotected }) => [
      name[language],
      numeral(trials, 0, language),
      one(success),
      one(bound),
      one(unprotected),
    ]),
  );
}
