/**
 * Answers as CSV: the raw figure on its grid, its standard deviation and its mark. What is uncertain is all there, since leaving it out
 * would choose what came out high; what an owner or an agreement withholds is not.
 */

import { units } from "../../functions/disclosure/reliability.ts";
import { csvText, type Value } from "../../functions/formats/csv-text.ts";
import { manifestsOf, originOf } from "../../functions/indicators/compare/sheet.ts";
import { found } from "../../schemas/found.ts";
import type { Figure, Question, Statement } from "../../schemas/query.ts";

const COLUMNS = [
  ...["question", "member", "codes", "kind", "field", "of"],
  ...["value", "sd", "mark", "letter", "midpoint"],
];

function rowOf(
  name: string,
  member: string,
  by: string,
  figure: Figure,
  smallest: number,
): Value[] {
  const count = "count" in figure;
  // what is withheld is absent, never zero
  const shown = figure.mark !== "below-k" || smallest === 1;
  const values = [
    shown ? units(figure) : "",
    shown ? figure.sd : "",
    figure.mark,
    count ? (figure.letter ?? "") : "",
    count ? "" : figure.mid,
  ];
  return [
    name,
    member,
    by,
    count ? "count" : "centred-sum",
    count ? figure.count : figure.sum,
    count ? "" : figure.of,
    ...values,
  ];
}

export function csvOf(
  questions: Readonly<Record<string, Question>>,
  statements: Readonly<Record<string, Statement>>,
): string {
  const rows: Value[][] = [[...COLUMNS]];
  const codes = (by: Readonly<Record<string, string>>) =>
    Object.entries(by)
      .map(([axis, code]) => `${axis}=${code}`)
      .join(";");
  for (const name of Object.keys(questions)) {
    const statement = found(statements[name]);
    const { cells, totals } = statement.table;
    const manifests = manifestsOf(statement);
    const own = (member: string) => originOf([manifests.get(member)]).smallest;
    const all = originOf([...manifests.values()]).smallest;
    for (const { member, by, figures } of cells)
      for (const figure of figures) rows.push(rowOf(name, member, codes(by), figure, own(member)));
    for (const { by, figures } of totals)
      for (const figure of figures) rows.push(rowOf(name, "_T", codes(by), figure, all));
  }
  return csvText(rows, "\n");
}
