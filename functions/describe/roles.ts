/** What each column is probably for, and why: who a row is about, what to cut by, what to add up. Pure. */
import { isPeriod, lengthOf } from "../../schemas/period.ts";
import type { Profile } from "./profile.ts";
import { type Finding, plural } from "./sample.ts";

export interface Roles {
  /** Columns that together say who or what a row is about. */
  readonly subject: readonly Profile[];
  readonly period: Profile | undefined;
  /** The date that says which of a subject's rows is the latest, where a subject has several. */
  readonly start: Profile | undefined;
  readonly dimensions: readonly {
    readonly profile: Profile;
    readonly by: "code" | "age" | "band";
  }[];
  readonly measures: readonly Profile[];
}

/** Words of a name: `codice_fiscale`, `codiceFiscale` and `Codice Fiscale` are codice and fiscale. */
const wordsOf = (name: string) =>
  name
    .replace(/([a-zà-ù])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u);
const says = (name: string, words: RegExp) => wordsOf(name).some((word) => words.test(word));

const ID =
  /^(id|ids|uuid|key|chiave|codice|cod|code|tessera|matricola|pratica|protocollo|numero|nr|n)$|^(hid|pid|.{3,}id)$/;
const PERSON =
  /^(person|persona|personal|personalid|soggetto|utente|client|cliente|beneficiario|assistito|cittadino|paziente|pid|fiscale|cf)$/;
const PLACE =
  /^(istat|comune|comuni|com|municip\p{L}*|catastale|belfiore|provinc\p{L}*|prov|pr|regione|regioni|reg|region|territorio|geo|nuts\d?|country|citt[aà]|city|area|areas|den)$/u;
const CODE = /^(id|.{3,}id|codice|cod|code)$/;
const RUNNING = /^(prog|progr|progressivo|riga|row|index|idx)$/;
const SEX_AGE = /^(sex|sesso|gender|genere|age|et[aà]|eta|anni|cittadinanza|citizenship|cit)$/;
const AGE = /^(age|et[aà]|eta|anni)$/;
const BIRTH = /^(birth|birthdate|born|nascita|nasc|dob|nato|nata)$/;
const YEAR = /^(anno|year|periodo|period|annualit[aà]|esercizio|rif)$/;
const AMOUNT =
  /^(importo|importi|amount|reddito|income|spesa|costo|euro|eur|ammontare|valore|numero|frequenza|count|quota|ore|hours|posti)$/;

const TAX_CODE = /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/i;
const patterns: readonly [RegExp, string][] = [
  [TAX_CODE, "tax codes of persons"],
  [/^IT\d{2}[A-Z]\d{10}[0-9A-Z]{12}$/i, "bank accounts"],
  [/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i, "e-mail addresses"],
  [/^(\+39|0039)?\s?3\d{2}[\s.-]?\d{6,7}$/, "mobile telephone numbers"],
];
const share = (profile: Profile, test: (text: string) => boolean) =>
  profile.times.size === 0 ? 0 : [...profile.times.keys()].filter(test).length / profile.times.size;

export function rolesOf(
  columns: readonly Profile[],
  rows: readonly (readonly string[])[],
  findings: Finding[],
): Roles {
  const used = columns.filter(({ type, name }) => type !== "empty" && name !== "");
  const finer = used.find(isFiner);
  const period = finer ?? used.find(isYear);
  if (period)
    findings.push({
      column: period.name,
      what: "period",
      say: `${period.name} holds ${finer ? "quarters or months" : "years"}: the period that a row is of.`,
    });
  const rest = used.filter((profile) => profile !== period);
  const judged = new Map(rest.map((profile) => [profile, judge(profile, findings)]));
  const kept = rest.filter(
    (profile) => !["identifier", "direct", "text", "running"].includes(judged.get(profile) ?? ""),
  );
  // rows that are about places have other words that hardly repeat: the names of the places
  const ofPlaces = rest.some(
    (profile) => judged.get(profile) === "place" && profile.distinct > 0.95 * profile.rows,
  );
  const candidates = rest.filter(
    (profile) =>
      judged.get(profile) === "identifier" &&
      (!ofPlaces || says(profile.name, ID) || says(profile.name, PERSON)),
  );
  const subject = subjectOf(candidates, kept, rows, findings);
  const open = kept.filter((profile) => !subject.includes(profile));
  const dimensions = open.flatMap((profile) =>
    dimensionOf(profile, judged.get(profile) === "place"),
  );
  const byRank = dimensions.sort(
    (one, other) =>
      rank(one.profile) - rank(other.profile) || one.profile.distinct - other.profile.distinct,
  );
  const measures = open.filter(
    (profile) =>
      profile.type === "number" &&
      judged.get(profile) !== "place" &&
      !says(profile.name, CODE) &&
      !dimensions.some((dimension) => dimension.profile === profile),
  );
  wide(measures, findings);
  for (const group of rest.filter((profile) => judged.get(profile) === "identifier"))
    repeated(group, measures, rows, findings);
  return { subject, period, start: startOf(subject, open, findings), dimensions: byRank, measures };
}

/** Quarters or months, as SDMX writes them. */
export const isFiner = ({ type, times }: Profile) =>
  type === "text" && [...times.keys()].every((text) => isPeriod(text) && lengthOf(text) !== "year");

const isYear = (profile: Profile) =>
  profile.type === "number" &&
  profile.distinct <= 40 &&
  profile.low >= 1990 &&
  profile.high <= 2100 &&
  profile.decimals === 0 &&
  says(profile.name, YEAR);

/** Findings about what a column holds that the draft must not use as a dimension or measure. */
function judge(
  profile: Profile,
  findings: Finding[],
): "identifier" | "direct" | "text" | "running" | "place" | undefined {
  const { name, type, distinct, filled, rows, length } = profile;
  const unique = distinct / (filled || 1);
  const tell = (what: Finding["what"], say: string) =>
    findings.push({ column: name, what, say: `${name} ${say}` });
  const [, kind] =
    patterns.find(([pattern]) => share(profile, (text) => pattern.test(text)) > 0.8) ?? [];
  if (kind === "tax codes of persons") {
    tell("identifier", "holds tax codes of persons, by their form: it says who a row is about.");
    return "identifier";
  }
  if (kind !== undefined) {
    tell(
      "direct-identifier",
      `holds ${kind}, by their form: it is not needed, and better not in the file at all.`,
    );
    return "direct";
  }
  if (
    says(name, PLACE) ||
    (type === "number" &&
      distinct > 20 &&
      share(profile, (text) => /^(0\d\d|10\d|11[01])\d{3}$/.test(text)) > 0.95)
  ) {
    if (distinct > 50)
      tell(
        "place",
        `names places (${plural(distinct, "value")}): not an identifier of persons, and too many for a dimension as they are; group them by a public list.`,
      );
    return "place";
  }
  if (share(profile, (text) => /^\d{11}$/.test(text)) > 0.8) {
    tell(
      "direct-identifier",
      "holds numbers of eleven digits, as tax numbers of bodies are: no persons, and not needed for figures.",
    );
    return "direct";
  }
  if (/(^|_)(cognome|surname|last_?name|nome_?e_?cognome|nominativo)($|_)/i.test(name)) {
    tell(
      "direct-identifier",
      "holds names of persons, by its own name: it is not needed, and better not in the file at all.",
    );
    return "direct";
  }
  const whole = type === "number" && profile.decimals === 0;
  if (says(name, RUNNING) && whole && unique > 0.95) {
    tell("running-number", "counts the rows: it says nothing about anybody, and is left out.");
    return "running";
  }
  if (type === "date" || (type === "number" && !whole)) return undefined;
  if (says(name, ID) && !says(name, AMOUNT) && distinct > 50 && unique > 0.2) {
    tell(
      "identifier",
      `looks like an identifier by its name, with ${plural(distinct, "value")} in ${plural(filled, "row")}.`,
    );
    return "identifier";
  }
  if (profile.at === 0 && whole && distinct > 50 && unique > 0.2 && profile.grouped) {
    tell(
      "identifier",
      `may be an identifier: first column, whole numbers, equal ones together (${plural(distinct, "value")} in ${plural(rows, "row")}).`,
    );
    return "identifier";
  }
  if (type === "text" && distinct > 50 && length > 30) {
    tell(
      "free-text",
      "is long text that hardly repeats: it may hold anything about anybody, and is left out.",
    );
    return "text";
  }
  if (type === "text" && filled > 50 && unique > 0.95) {
    tell(
      "identifier",
      `has another value on nearly every row (${plural(distinct, "value")} in ${plural(filled, "row")}): it may identify somebody.`,
    );
    return "identifier";
  }
  return undefined;
}

/** The best candidate, alone or with a small number inside it (a person's number in a household), and why. */
function subjectOf(
  candidates: readonly Profile[],
  others: readonly Profile[],
  rows: readonly (readonly string[])[],
  findings: Finding[],
): Profile[] {
  const score = (profile: Profile) =>
    (share(profile, (text) => TAX_CODE.test(text)) > 0.8 ? 8 : 0) +
    (says(profile.name, PERSON) ? 4 : 0) +
    (says(profile.name, ID) ? 2 : 0) +
    (profile.distinct === profile.rows ? 1 : 0);
  const best = [...candidates].sort(
    (one, other) => score(other) - score(one) || one.at - other.at,
  )[0];
  if (best === undefined) return [];
  const twin =
    best.distinct === best.rows || score(best) >= 4 ? undefined : partnerOf(best, others, rows);
  const subject = twin === undefined ? [best] : [best, twin];
  const names = subject.map(({ name }) => name).join(" with ");
  findings.push({
    column: best.name,
    what: "identifier",
    say: `The draft takes ${names} for who a row is about, the privacy unit${twin ? " (together they are another on every row)" : ""}. If one person can have several of them, name the column that identifies the person instead.`,
  });
  return subject;
}

function startOf(
  subject: readonly Profile[],
  open: readonly Profile[],
  findings: Finding[],
): Profile | undefined {
  const [only, ...others] = subject;
  if (only === undefined || others.length > 0 || only.distinct === only.rows) return undefined;
  const start = open.find(
    ({ type, name, filled, rows }) => type === "date" && filled === rows && !says(name, BIRTH),
  );
  if (start)
    findings.push({
      column: start.name,
      what: "period",
      say: `${only.name} stands on several rows; ${start.name}, a date on every row, may say which of them is the latest (subject.start).`,
    });
  return start;
}

function partnerOf(
  best: Profile,
  others: readonly Profile[],
  rows: readonly (readonly string[])[],
): Profile | undefined {
  const small = others.filter(
    ({ type, decimals, distinct, filled }) =>
      type === "number" && decimals === 0 && distinct <= 30 && filled === rows.length,
  );
  return small.find(
    (other) => new Set(rows.map((row) => `${row[best.at]}\n${row[other.at]}`)).size === rows.length,
  );
}

function dimensionOf(
  profile: Profile,
  place: boolean,
): { profile: Profile; by: "code" | "age" | "band" }[] {
  const { name, type, distinct, filled, rows, decimals, low, high } = profile;
  if (type === "date") return says(name, BIRTH) ? [{ profile, by: "age" }] : [];
  if (
    type === "number" &&
    says(name, AGE) &&
    decimals === 0 &&
    low >= -2 &&
    high <= 130 &&
    distinct > 12
  )
    return [{ profile, by: "band" }];
  if (distinct > 50 || filled < 0.02 * rows || (distinct < 2 && filled === rows)) return [];
  const few =
    says(name, CODE) ||
    (distinct <= 12 && rows >= 20 * distinct) ||
    (distinct <= 30 && high < 100 && rows > 100 * distinct);
  if (type === "number" && !place && (decimals > 0 || !few || low < 0 || says(name, AMOUNT)))
    return [];
  const label = type === "text" && rows <= 100;
  return distinct > 0.5 * filled && !label ? [] : [{ profile, by: "code" }];
}

/** Lower is better: what is usually asked for, then what is usually filled. */
const rank = (profile: Profile) =>
  (says(profile.name, SEX_AGE)
    ? 0
    : says(profile.name, BIRTH)
      ? 1
      : says(profile.name, PLACE)
        ? 2
        : profile.type === "text"
          ? 3
          : 4) +
  (profile.filled < 0.5 * profile.rows ? 5 : 0) +
  (profile.distinct < 2 ? 5 : 0);

/** Columns that differ in a year alone: a table with the periods side by side. */
function wide(measures: readonly Profile[], findings: Finding[]): void {
  const years = measures.filter(({ name }) => /(^|\D)(19|20)\d\d$/.test(name));
  const stems = new Set(years.map(({ name }) => name.replace(/\d{4}$/, "")));
  const [first, last] = [years[0], years.at(-1)];
  if (first === undefined || last === undefined) return;
  if (years.length < 3 || stems.size > years.length / 3) return;
  findings.push({
    what: "wide",
    say: `${first.name} to ${last.name} are periods side by side. A row is of one period: describe one column at a time, with its year under period.`,
  });
}

/** Amounts that are the same on all rows of one household, or of whatever a column groups: adding them up counts them several times. */
function repeated(
  group: Profile,
  measures: readonly Profile[],
  rows: readonly (readonly string[])[],
  findings: Finding[],
): void {
  if (group.distinct > 0.9 * group.filled || group.filled < group.rows) return;
  const found = measures.filter(({ at, distinct }) => {
    if (distinct < 10) return false;
    const first = new Map<string, string>();
    return rows.every((row) => {
      const [key, value] = [row[group.at] ?? "", row[at] ?? ""];
      if (!first.has(key)) first.set(key, value);
      return first.get(key) === value;
    });
  });
  if (found.length === 0) return;
  findings.push({
    column: group.name,
    what: "repeated",
    say: `${found.map(({ name }) => name).join(", ")} ${found.length === 1 ? "is" : "are"} the same on all rows of one ${group.name}: adding up over rows would count ${found.length === 1 ? "it" : "them"} several times. Make ${group.name} the subject, with combine max.`,
  });
}
