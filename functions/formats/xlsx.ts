/** XLSX: a sheet of figures as numbers, and a sheet that says what they are. Nothing in it is a formula. */

import write, { type Cell, type Row } from "write-excel-file/universal";
import type { Language } from "../../schemas/words.ts";
import { ATTRIBUTES, attributesOf } from "./csv.ts";
import type { Contribution, TidyTable } from "./table.ts";

const WORDS = {
  it: {
    data: "Dati",
    notes: "Note",
    period: "Periodo",
    maker: "Composta da",
    made: "Il",
    statement: "Impronta della risposta firmata (SHA-256)",
  },
  en: {
    data: "Data",
    notes: "Notes",
    period: "Period",
    maker: "Put together by",
    made: "On",
    statement: "Digest of the signed statement (SHA-256)",
  },
} as const;
const COLUMNS = {
  it: ["Membro", "Nome", "Esito", "Rilascio", "Fonte", "Licenza"],
  en: ["Member", "Name", "Outcome", "Release", "Source", "Licence"],
} as const;

const text = (value: string): Cell => ({ type: String, value });
const head = (value: string): Cell => ({ type: String, value, fontWeight: "bold", wrap: true });
const cell = (value: string | number | null): Cell =>
  value === null ? null : typeof value === "number" ? { type: Number, value } : text(value);

/** Codes first, then figures; what a code is called stands on the second sheet. */
export async function xlsx(table: TidyTable, language: Language = "en"): Promise<Uint8Array> {
  const attributes = attributesOf(table);
  const titles = [...table.dimensions.map(({ id }) => id), ...ATTRIBUTES];
  const data: Row[] = [
    titles.map(head),
    ...table.rows.map((row) => [...row.codes.map(text), ...attributes(row).map(cell)]),
  ];
  const sheets = [
    {
      data,
      sheet: WORDS[language].data,
      stickyRowsCount: 1,
      columns: titles.map((title) => ({ width: Math.max(10, title.length + 2) })),
    },
    {
      data: notesOf(table, language),
      sheet: WORDS[language].notes,
      columns: [{ width: 34 }, ...Array(5).fill({ width: 30 })],
    },
  ];
  return new Uint8Array(await (await write(sheets).toBlob()).arrayBuffer());
}

function notesOf(table: TidyTable, language: Language): Row[] {
  const words = WORDS[language];
  const about: Row[] = [
    [head(table.title[language])],
    [text(words.period), text(table.period)],
    [text(words.maker), text(table.maker)],
    [
      text(words.made),
      text(`${new Date(table.at * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`),
    ],
    ...(table.statement === undefined ? [] : [[text(words.statement), text(table.statement)]]),
    ...table.notes.map((note) => [text(note[language])]),
  ];
  const lists = table.dimensions.flatMap(({ id, title, codes }): Row[] => [
    [],
    [head(id), head(title[language])],
    ...codes.map(({ code, label, unit }) => [
      text(code),
      text(label[language]),
      ...(unit === undefined ? [] : [text(unit[language])]),
    ]),
  ]);
  return [
    ...about,
    [],
    COLUMNS[language].map(head),
    ...table.contributions.map((part) => partRow(part, language)),
    ...lists,
  ];
}

const partRow = (
  { member, name, outcome, release, source, licence }: Contribution,
  language: Language,
): Row =>
  [member, name[language], outcome, release ?? null, source ?? null, licence ?? null].map(cell);
