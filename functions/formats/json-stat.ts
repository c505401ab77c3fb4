/**
 * JSON-stat 2.0 (json-stat.org/full). The standard deviation and the limits stand beside the figure, under the dimension `STATISTIC`: a
 * reader that knows nothing of us finds all four. What they cover is in the notes. Pure; runs in a browser.
 */
import { found } from "../../schemas/found.ts";
import type { Language } from "../../schemas/words.ts";
import type { Code, TidyDimension, TidyTable } from "./table.ts";

const STATISTIC: TidyDimension = {
  id: "STATISTIC",
  title: { it: "Statistica", en: "Statistic" },
  codes: [
    { code: "value", label: { it: "Cifra", en: "Figure" } },
    { code: "sd", label: { it: "Deviazione standard", en: "Standard deviation" } },
    {
      code: "low",
      label: {
        it: "Limite inferiore dell'intervallo al 95 %",
        en: "Lower limit of the 95 % interval",
      },
    },
    {
      code: "high",
      label: {
        it: "Limite superiore dell'intervallo al 95 %",
        en: "Upper limit of the 95 % interval",
      },
    },
  ],
};

/** Without codes that no row has: a category without a cell would only make the cube larger. */
const used = (
  { codes, ...dimension }: TidyDimension,
  seen: ReadonlySet<string>,
): TidyDimension => ({
  ...dimension,
  codes: codes.filter(({ code }) => seen.has(code)),
});

function category(codes: readonly Code[], language: Language) {
  const here = new Set(codes.map(({ code }) => code));
  const child: Record<string, string[]> = {};
  for (const { code, parent } of codes)
    if (parent !== undefined && here.has(parent)) child[parent] = [...(child[parent] ?? []), code];
  const unit = Object.fromEntries(
    codes.flatMap(({ code, unit }) =>
      unit === undefined ? [] : [[code, { label: unit[language] }]],
    ),
  );
  return {
    index: codes.map(({ code }) => code),
    label: Object.fromEntries(codes.map(({ code, label }) => [code, label[language]])),
    ...(Object.keys(child).length > 0 ? { child } : {}),
    ...(Object.keys(unit).length > 0 ? { unit } : {}),
  };
}

export function jsonStat(table: TidyTable, language: Language = "en"): string {
  const seen = (at: number) => new Set(table.rows.map(({ codes }) => found(codes[at])));
  const dimensions = [
    ...table.dimensions.map((dimension, at) => used(dimension, seen(at))),
    STATISTIC,
  ];
  const size = dimensions.map(({ codes }) => codes.length);
  const position = dimensions.map(({ codes }) => new Map(codes.map(({ code }, at) => [code, at])));
  const value: Record<string, number | null> = {};
  const status: Record<string, string> = {};
  const mark: Record<string, string> = {};
  const letter: Record<string, string> = {};
  const revised: Record<string, string> = {};
  for (const row of table.rows) {
    const cell = row.codes.reduce(
      (at, code, axis) => at * found(size[axis]) + found(position[axis]?.get(code)),
      0,
    );
    const figure = STATISTIC.codes.length * cell;
    for (const [at, number] of [row.value, row.sd, row.low, row.high].entries()) {
      value[figure + at] = number;
      status[figure + at] = row.obsStatus;
    }
    mark[figure] = row.mark;
    if (row.letter !== null) letter[figure] = row.letter;
    if (row.revised !== null) revised[figure] = row.revised;
  }
  const roleOf = (role: TidyDimension["role"]) =>
    dimensions.filter((dimension) => dimension.role === role).map(({ id }) => id);
  const role = Object.fromEntries(
    (["time", "geo", "metric"] as const)
      .map((name) => [name, roleOf(name)] as const)
      .filter(([, ids]) => ids.length > 0),
  );
  const { statement, dataset, maker, contributions, notes } = table;
  return `${JSON.stringify({
    version: "2.0",
    class: "dataset",
    label: `${table.title[language]}, ${table.period}`,
    source: [...new Set(contributions.flatMap(({ source }) => source ?? []))].join("; "),
    updated: new Date(table.at * 1000).toISOString().replace(".000Z", "Z"),
    note: notes.map((note) => note[language]),
    id: dimensions.map(({ id }) => id),
    size,
    role,
    dimension: Object.fromEntries(
      dimensions.map(({ id, title, codes }) => [
        id,
        { label: title[language], category: category(codes, language) },
      ]),
    ),
    value,
    status,
    extension: {
      dataset,
      maker,
      ...(statement === undefined ? {} : { statement }),
      licence: licencesOf(table),
      members: contributions,
      mark,
      letter,
      ...(Object.keys(revised).length > 0 ? { revised } : {}),
    },
  })}\n`;
}

const licencesOf = ({ contributions }: TidyTable): string[] => [
  ...new Set(contributions.flatMap(({ licence }) => licence ?? [])),
];
