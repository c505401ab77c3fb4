/** From lines to a table: which lines name the columns, which at the end are notes, and names that stand twice. Pure. */
import { type Finding, isSign, plural, type Table } from "./sample.ts";

export interface TextLine {
  readonly line: number;
  readonly fields: readonly string[];
}
/** Lines looked at for a beginning and for an end. */
const NEAR = 20;

const filled = ({ fields }: TextLine) => fields.filter((text) => text.trim() !== "").length;
/** What a name of a column is not: a number or a date, with any signs. */
const looksNumeric = (text: string) =>
  /^[€$+-]?\s*[\d.,'/:\s-]*\d[\d.,'/:\s€%-]*$/.test(text.trim());

export function layOut(
  lines: readonly TextLine[],
  file: Table["file"],
  found: readonly Finding[],
  whole: boolean,
): Omit<Table, "typed"> {
  const findings = [...found];
  const { start, height } = headerOf(lines);
  const header = lines.slice(start, start + height);
  const body = lines.slice(start + height);
  const [top, second] = header;
  const skipRows = (top?.line ?? 1) - 1;
  if (skipRows > 0)
    findings.push({
      what: "lines-before",
      say: `${plural(skipRows, "line")} before the names of the columns; skipRows leaves them out.`,
    });
  if (top !== undefined && second !== undefined)
    findings.push({
      what: "two-header-lines",
      say: `Lines ${top.line} and ${second.line} name the columns together; headerRows joins them with " / ".`,
    });
  if (top !== undefined && top.fields.filter(looksNumeric).length * 2 > filled(top))
    findings.push({
      what: "no-header",
      say: `Line ${top.line} has numbers rather than names: add a line of names above it.`,
    });
  const skipLast = whole ? notesAtEnd(body) : 0;
  const [note] = body.slice(body.length - skipLast);
  if (note !== undefined)
    findings.push({
      what: "notes-at-end",
      say: `${plural(skipLast, "last row")} (from line ${note.line}) ${skipLast === 1 ? "is a note or a total and no row" : "are notes or totals and no rows"}; skipLast leaves ${skipLast === 1 ? "it" : "them"} out.`,
    });
  const rows = body.slice(0, body.length - skipLast);
  const names = namesOf(header);
  const named = names.findLastIndex((name) => name !== "") + 1;
  const ragged = raggedness(rows, names.length, named, findings);
  const used = names.slice(0, ragged ? named : names.length);
  return {
    names: addressable(used, findings),
    rows: rows.map(({ fields }) => fields),
    file: {
      ...file,
      ...(ragged ? { ragged: "blank-ends" } : {}),
      ...(skipRows > 0 ? { skipRows } : {}),
      ...(height > 1 ? { headerRows: height } : {}),
      ...(skipLast > 0 ? { skipLast } : {}),
    },
    findings,
  };
}

/** The first line that is about as full as the fullest near it; with the one above or below where two name the columns together. */
function headerOf(lines: readonly TextLine[]): { start: number; height: number } {
  const near = lines.slice(0, NEAR);
  const full = Math.max(1, ...near.map(filled));
  const start = Math.max(
    0,
    near.findIndex((line) => filled(line) >= 0.6 * full),
  );
  const names = lines[start]?.fields.map((name) => name.trim()) ?? [];
  const above = lines[start - 1];
  const doubled = new Set(names).size < names.length;
  if (
    above !== undefined &&
    doubled &&
    filled(above) > 1 &&
    !above.fields.slice(1).every((text) => text.trim() === "")
  )
    return { start: start - 1, height: 2 };
  return { start, height: belowNames(lines, start) ? 2 : 1 };
}

/** Whether the line below has words where nearly all other lines have numbers. */
function belowNames(lines: readonly TextLine[], start: number): boolean {
  const below = lines[start + 1]?.fields ?? [];
  const rest = lines.slice(start + 2, start + 200);
  if (rest.length < 3) return false;
  const numeric = below.map(
    (_, at) =>
      rest.filter(({ fields }) => looksNumeric(fields[at] ?? "")).length > 0.8 * rest.length,
  );
  const words = below.filter(
    (text, at) => numeric[at] && text.trim() !== "" && !looksNumeric(text) && !isSign(text.trim()),
  ).length;
  return words >= 2 && words * 2 >= numeric.filter(Boolean).length;
}

/** Rows at the end with hardly anything in them where others are full, or that begin with `Totale`. */
function notesAtEnd(body: readonly TextLine[]): number {
  const widths = body
    .slice(0, 1000)
    .map(filled)
    .sort((a, b) => a - b);
  const usual = widths[widths.length >> 1] ?? 0;
  const isNote = (line: TextLine) =>
    (usual >= 3 && filled(line) <= Math.max(1, usual * 0.2)) ||
    /^\s*(totale|total)(\s|$)/i.test(line.fields.find((text) => text.trim() !== "") ?? "");
  const last = body.slice(1).slice(-NEAR).reverse();
  const count = last.findIndex((line) => !isNote(line));
  return count < 0 ? last.length : count;
}

/** Names as the source joins them: an upper cell that is blank goes on from its left. */
function namesOf(header: readonly TextLine[]): string[] {
  const width = Math.max(0, ...header.map(({ fields }) => fields.length));
  const parts = header.map(({ fields }, at) => {
    let last = "";
    return Array.from({ length: width }, (_, column) => {
      const text = fields[column]?.trim() ?? "";
      last = text || (at < header.length - 1 ? last : "");
      return last;
    });
  });
  return Array.from({ length: width }, (_, column) =>
    parts
      .map((line) => line[column] ?? "")
      .filter((text) => text !== "")
      .join(" / "),
  );
}

/** Whether lines differ in blanks at their ends alone; says where others differ in more. */
function raggedness(
  rows: readonly TextLine[],
  width: number,
  named: number,
  findings: Finding[],
): boolean {
  const odd = rows.filter(({ fields }) => fields.length !== width);
  if (odd.length === 0) return false;
  const isBlank = ({ fields }: TextLine) =>
    fields.length >= named && fields.slice(named).every((text) => text.trim() === "");
  const blank = odd.filter(isBlank);
  const ragged = blank.length > 0;
  if (ragged)
    findings.push({
      what: "ragged",
      say: `${plural(blank.length, "line")} have more or fewer blank fields at their end than the line of names; ragged takes them.`,
    });
  const first = odd.find((line) => !isBlank(line));
  if (first !== undefined)
    findings.push({
      what: "ragged",
      say: `${plural(odd.length - blank.length, "line")} have another number of fields (the first is line ${first.line}) and will be rejects by the rule columns.`,
    });
  return ragged;
}

/** A name that stands twice gets its number: `name#2`. */
function addressable(names: readonly string[], findings: Finding[]): string[] {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  for (const [name, count] of times) {
    if (name === "")
      findings.push({
        what: "unnamed",
        say: `${plural(count, "column")} without a name; the draft leaves them out.`,
      });
    else if (count > 1)
      findings.push({
        column: name,
        what: "named-twice",
        say: `${count} columns are called ${name}; the descriptor says ${name}#1, ${name}#2 from the left.`,
      });
  }
  const seen = new Map<string, number>();
  return names.map((name) => {
    if ((times.get(name) ?? 0) < 2 || name === "") return name;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${name}#${seen.get(name)}`;
  });
}
