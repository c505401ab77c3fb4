/** What people see in the terminal. */
import Table from "cli-table3";
import { accountNotes } from "../../functions/disclosure/account-notes.ts";
import { numeral } from "../../functions/disclosure/number-format.ts";
import { revisionNote, signOf, statusOf } from "../../functions/disclosure/said.ts";
import {
  type Origin,
  type Reading,
  readMeasure,
  withInterval,
} from "../../functions/indicators/compare/measure.ts";
import { notAbout, spanIn, spokenIn } from "../../functions/indicators/compare/sentences.ts";
import { manifestsOf, originOf, readSheet } from "../../functions/indicators/compare/sheet.ts";
import { found } from "../../schemas/found.ts";
import { obsStatuses } from "../../schemas/obs-status.ts";
import { labelOf } from "../../schemas/period.ts";
import {
  byOf,
  type Cell,
  type Measure,
  type Question,
  type Said,
  type Statement,
} from "../../schemas/query.ts";
import { isReason, refusals } from "../../schemas/refusal.ts";
import type { Manifest } from "../../schemas/release.ts";
import type { Sheet } from "../../schemas/sheet.ts";
import type { Language, Names } from "../../schemas/words.ts";

const WORDS = {
  it: { withheld: "non mostrato (accordo)" },
  en: { withheld: "withheld" },
} as const;

/** A number with the sign that belongs to it. */
export const signed = (figure: string, said: Said): string =>
  signOf(said) === "" ? figure : `${figure} ${signOf(said)}`;

/** The sign of what has no figure by its source, with what it means; undefined of everything else. */
function noneText(
  { state, why }: { readonly state: string; readonly why?: string },
  language: Language,
): string | undefined {
  const status = state === "withheld" || state === "absent" ? statusOf(why) : undefined;
  if (status === undefined) return undefined;
  const { sign, title } = obsStatuses[status];
  return `${sign} (${title[language]})`;
}

/** One figure with its interval, or its interval alone; what is withheld is never zero. */
function spoken(reading: Reading, decimals: number, language: Language): string {
  const none = noneText(reading, language);
  if (none !== undefined) return none;
  if (reading.state === "withheld") return WORDS[language].withheld;
  if (reading.state === "absent") return "–";
  if (reading.state === "interval") return spanIn(reading, decimals, language);
  const { value, low, high } = reading;
  const figure = signed(numeral(value, decimals, language), reading);
  return low === high
    ? figure
    : `${figure}  (${numeral(low, decimals, language)}–${numeral(high, decimals, language)})`;
}

const grid = (head: string[], numbers: number) =>
  new Table({
    head,
    style: { head: [], border: [] },
    colAligns: head.map((_, at) => (at < head.length - numbers ? "left" : "right")),
    wordWrap: true,
  });

/** A sheet as a table: a row a member in the order of the question, never by rank. */
export function sheetTable(
  sheet: Sheet,
  statements: Readonly<Record<string, Statement>>,
  names: Names,
  language: Language,
): string {
  const table = grid(
    ["", ...sheet.columns.map(({ title }) => title[language])],
    sheet.columns.length,
  );
  for (const { member, readings } of readSheet(sheet, statements))
    table.push([
      names.get(member)?.[language] ?? member,
      ...sheet.columns.map(({ id, decimals }) => spoken(found(readings[id]), decimals, language)),
    ]);
  return table.toString();
}

/** One plain sentence, made from a row's figures as its columns have them; undefined where one is no point, or too wide to say. */
export function sentenceOf(
  sheet: Sheet,
  statements: Readonly<Record<string, Statement>>,
  member: string,
  names: Names,
  language: Language,
): string | undefined {
  const row = readSheet(sheet, statements).find((one) => one.member === member);
  if (row === undefined) return undefined;
  const said = sheet.sentence[language].replace(/\{(\w+)\}/g, (whole, id: string) => {
    if (id === "name") return names.get(member)?.[language] ?? member;
    const reading = row.readings[id];
    const decimals = sheet.columns.find((column) => column.id === id)?.decimals ?? 0;
    return (reading?.state === "shown" && spokenIn(reading, decimals, language)) || whole;
  });
  return said.includes("{") ? undefined : notAbout(said);
}

/** Who answered, and who did not and why. */
export function outcomes(statement: Statement, names: Names, language: Language): string {
  const name = (member: string) => names.get(member)?.[language] ?? member;
  const answered = statement.outcomes
    .filter(({ outcome }) => outcome === "answered")
    .map(({ member }) => name(member));
  const missing = statement.outcomes
    .filter(({ outcome }) => outcome !== "answered")
    .map(
      ({ member, outcome }) =>
        `${name(member)} (${outcome}${isReason(outcome) ? `: ${refusals[outcome].title}` : ""})`,
    );
  const all = language === "it" ? "Hanno risposto" : "Answered";
  const none = language === "it" ? "Non hanno risposto" : "Did not answer";
  return [
    `${all}: ${answered.join(", ") || "–"}.`,
    ...(missing.length > 0 ? [`${none}: ${missing.join("; ")}.`] : []),
  ].join("\n");
}

/** The promise that figures were released under, and what is real and what is made, from the signed manifests themselves. */
export function promise(
  statements: readonly Statement[],
  names: Names,
  language: Language,
): string[] {
  const lines = new Set<string>();
  for (const statement of statements)
    for (const [member, manifest] of manifestsOf(statement)) {
      lines.add(promiseOf(manifest, names.get(member)?.[language] ?? member, language));
      const revision = revisionNote(manifest);
      if (revision !== undefined) lines.add(revision[language]);
    }
  return [...lines];
}

function promiseOf(manifest: Manifest, member: string, language: Language): string {
  const { title, period, origin, policy, horizon, source, licence, dataset } = manifest;
  const notes = accountNotes(manifest).map((note) => ` ${note[language]}`);
  const it = language === "it";
  const of = labelOf(period)[language];
  if (horizon === undefined)
    return it
      ? `${title.it} ${of} (${member}): cifre reali e pubbliche, senza rumore. ${source}, ${licence}.`
      : `${title.en} ${of} (${member}): ${origin} public figures, nothing added. ${source}, ${licence}.`;
  const inYear = horizon.year === undefined ? "" : numeral(horizon.year, 1, language);
  const all =
    inYear &&
    `, ${it ? "e, di chi è in tutti i periodi dell'anno," : "and, of who is in all periods of the year,"} ${inYear}`;
  const made = it
    ? origin === "made"
      ? "righe inventate, nessuno vi esiste"
      : "righe reali"
    : origin === "made"
      ? "made rows, nobody in them exists"
      : "real rows";
  return it
    ? `${title.it} ${of} (${dataset}): ${made}. Promessa: chi avesse tutte le cifre pubblicate e conoscesse tutti gli altri saprebbe dire se una persona c'è al più ${numeral(horizon.period, 1, "it")} volte su 100 (a caso sarebbero 50)${all}. Vantaggio ${policy.advantage} punti.${notes.join("")}`
    : `${title.en} ${of} (${dataset}): ${made}. Promise: whoever had every figure released and knew everybody else could tell whether one person is there at most ${numeral(horizon.period, 1, "en")} times in 100 (a coin: 50)${all}. Advantage ${policy.advantage} points.${notes.join("")}`;
}

/** Any question's statement as a table: members and codes as rows, measures as columns. */
export function statementTable(
  question: Question,
  statement: Statement,
  names: Names,
  language: Language,
): string {
  const manifests = manifestsOf(statement);
  const origin = originOf([...manifests.values()]);
  const table = grid(
    ["", ...question.by, ...question.measures.map(measureName)],
    question.measures.length,
  );
  const row = (name: string, cell: Cell) =>
    table.push([
      name,
      ...question.by.map((id) => cell.by[byOf(id).id] ?? ""),
      ...question.measures.map((measure) => measured(measure, cell, origin, language)),
    ]);
  for (const { member, ...cell } of statement.table.cells)
    row(names.get(member)?.[language] ?? member, cell);
  if (manifests.size > 1)
    for (const cell of statement.table.totals)
      row(language === "it" ? "insieme" : "together", cell);
  return table.toString();
}

const measureName = (measure: Measure): string => {
  if ("count" in measure) return measure.count;
  if ("share" in measure) return `${measure.share} / ${measure.over}`;
  if ("quantile" in measure)
    return measure.at === 0.5
      ? `median ${measure.quantile}`
      : `${measure.quantile}, quantile ${measure.at}`;
  return "sum" in measure ? `sum ${measure.sum}` : `mean ${measure.mean}`;
};

function measured(measure: Measure, cell: Cell, origin: Origin, language: Language): string {
  const reading = readMeasure(measure, cell, origin);
  const letter = reading.state === "shown" && reading.sd > 0 ? ` ${reading.letter ?? ""}` : "";
  return spoken(withInterval(reading), "count" in measure ? 0 : 2, language) + letter;
}
