/** Answers as CSV: the raw figure on its grid, its standard deviation and its mark. Hidden is for readers, and readers see the mark. */

import { units } from "../../functions/disclosure/reliability.ts";
import { csvText, type Value } from "../../functions/formats/csv-text.ts";
import { found } from "../../schemas/found.ts";
import type { Figure, Question, Statement } from "../../schemas/query.ts";

const COLUMNS = [
  ...["question", "member", "codes", "kind", "field", "of"],
  ...["value", "sd", "mark", "letter", "midpoint"],
];

function rowOf(name: string, member: string, by: string, figure: Figure): Value[] {
  const count = "count" in figure;
  const shown = figure.mark === "shown";
  // a hidden figure is absent, never zero
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
    const { cells, totals } = found(statements[name]).table;
    for (const { member, by, figures } of cells)
      for (const figure of figures) rows.push(rowOf(name, member, codes(by), figure));
    for (const { by, figures } of totals)
      for (const figure of figures) rows.push(rowOf(name, "_T", codes(by), figure));
  }
  return csvText(rows, "\n");
}
