/** Bytes become a table of text: encoding, delimiter, quotes, where the rows of a JSON file are. Pure. */
import type { Sample } from "../../schemas/ports.ts";
import { layOut, type TextLine } from "./lines.ts";
import type { Finding, Table } from "./sample.ts";

type Bytes = Extract<Sample, { kind: "bytes" }>;

export function tableOfBytes({ bytes, whole }: Bytes): Table {
  const { text: decoded, encoding } = decode(bytes, whole);
  const findings: Finding[] = [];
  if (encoding !== "utf-8")
    findings.push({
      what: "encoding",
      say: `The file is not UTF-8; it is read as ${encoding}. Look at a name with an accent.`,
    });
  const twice = encoding === "utf-8" && encodedTwice(decoded);
  if (twice)
    findings.push({
      what: "encoded-twice",
      say: "Accents were encoded twice (Ã¨ for è); repair puts them right. Rows where it cannot become rejects.",
    });
  const text = twice ? decoded.replace(TWICE, (letters) => onceMore(letters)) : decoded;
  const repair = twice ? { repair: "utf-8-twice" } : {};
  if (/^\s*[[{]/.test(text)) {
    const json = tableOfJson(text, findings, repair);
    if (json !== undefined) return json;
  }
  const quote = quoteOf(text);
  const delimiter = delimiterOf(text, quote);
  const lines = linesOf(whole ? text : text.slice(0, text.lastIndexOf("\n")), delimiter, quote);
  const file = {
    format: "csv",
    delimiter,
    ...(quote === '"' ? {} : { quote }),
    encoding,
    ...repair,
  } as const;
  return { ...layOut(lines, file, findings, whole), typed: false };
}

function decode(
  bytes: Uint8Array,
  whole: boolean,
): { text: string; encoding: "utf-8" | "windows-1252" } {
  try {
    return {
      text: new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !whole }),
      encoding: "utf-8",
    };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

/** Letters of two and of three bytes of UTF-8, read as Latin letters. */
const TAIL = "[\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]";
const TWICE = new RegExp(`[ÂÃ]${TAIL}|â${TAIL}${TAIL}`, "g");

/** Where nearly every letter beyond ASCII is part of such a pair. */
function encodedTwice(text: string): boolean {
  const pairs = text.match(TWICE)?.join("").length ?? 0;
  return pairs > 0 && pairs >= 0.9 * (text.match(/[^\0-\x7f]/g)?.length ?? 0);
}

const c1 = new Map(
  Array.from({ length: 32 }, (_, at) => [
    new TextDecoder("windows-1252").decode(Uint8Array.of(128 + at)),
    128 + at,
  ]),
);
const onceMore = (letters: string) =>
  new TextDecoder().decode(
    Uint8Array.from([...letters].map((letter) => c1.get(letter) ?? letter.charCodeAt(0))),
  );

const quoteOf = (text: string) =>
  !text.includes('"') && (text.match(/(^|[;,\t|])'[^'\n]*'(?=[;,\t|\r\n])/gm)?.length ?? 0) > 10
    ? "'"
    : '"';

/** The sign that parts most lines into the same number of fields, more than one; the more fields, the better. */
function delimiterOf(text: string, quote: string): string {
  const head = text.slice(0, 200_000);
  const scores = [";", ",", "\t", "|"].map((delimiter) => {
    const widths = linesOf(head, delimiter, quote, 300).map(({ fields }) => fields.length);
    const width = commonest(widths);
    const alike = widths.filter((one) => one === width).length / widths.length;
    return { delimiter, score: width < 2 ? 0 : alike + Math.min(width, 50) / 1000 };
  });
  const best = scores.reduce((one, other) => (other.score > one.score ? other : one));
  return best.score === 0 ? "," : best.delimiter;
}

function commonest(numbers: readonly number[]): number {
  const times = new Map<number, number>();
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
  return [...times].reduce((one, other) => (other[1] > one[1] ? other : one), [0, 0])[0];
}

/** Records of CSV, leniently: a quote is one at the beginning of a field only. Blank lines are left out. */
function linesOf(
  text: string,
  delimiter: string,
  quote: string,
  most = Number.POSITIVE_INFINITY,
): TextLine[] {
  const lines: TextLine[] = [];
  let line = 1;
  for (let at = 0; at < text.length && lines.length < most; ) {
    const next = text.indexOf("\n", at);
    const end = next === -1 ? text.length : next;
    const plain = text.slice(at, end).replace(/\r$/, "");
    if (!plain.includes(quote)) {
      if (plain !== "") lines.push({ line, fields: plain.split(delimiter) });
      at = end + 1;
      line += 1;
      continue;
    }
    const record = recordAt(text, at, delimiter, quote);
    lines.push({ line, fields: record.fields });
    line += text.slice(at, record.end).split("\n").length - 1;
    at = record.end;
  }
  return lines;
}

function recordAt(
  text: string,
  from: number,
  delimiter: string,
  quote: string,
): { fields: string[]; end: number } {
  const fields: string[] = [];
  let at = from;
  for (;;) {
    let field = "";
    if (text[at] === quote) {
      for (at += 1; at < text.length; at++) {
        if (text[at] !== quote) field += text[at];
        else if (text[at + 1] === quote) field += text[at++];
        else break;
      }
      at += 1;
    }
    const begin = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
    fields.push((field + text.slice(begin, at)).replace(/\r$/, ""));
    if (text[at] !== delimiter) return { fields, end: at + 1 };
    at += 1;
  }
}

/** The largest array of objects that there is, at most four keys deep. Undefined where the text is no JSON that has one. */
function tableOfJson(
  text: string,
  findings: readonly Finding[],
  repair: object,
): Table | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  const found = arraysOf(root, []).sort((one, other) => other.rows.length - one.rows.length)[0];
  if (found === undefined) return undefined;
  const names = [...new Set(found.rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown) =>
    value === null || value === undefined ? "" : typeof value === "object" ? "{}" : String(value);
  const rows = found.rows.map((row) => names.map((name) => cell(row[name])));
  const file = { format: "json", rows: found.path, ...repair } as const;
  return { names, rows, file, typed: true, findings };
}

type Rows = readonly Readonly<Record<string, unknown>>[];
function arraysOf(
  value: unknown,
  path: readonly string[],
): { path: readonly string[]; rows: Rows }[] {
  if (Array.isArray(value)) {
    const rows = value.filter(
      (row): row is Rows[number] => typeof row === "object" && row !== null && !Array.isArray(row),
    );
    return rows.length > 0 ? [{ path, rows }] : [];
  }
  if (typeof value !== "object" || value === null || path.length >= 4) return [];
  return Object.entries(value).flatMap(([key, inner]) => arraysOf(inner, [...path, key]));
}
