/** The draft itself: a descriptor as far as a file can tell. What only a person can know is an empty text, which is refused. Pure. */

import { fileFormats } from "../../schemas/file-format.ts";
import { Name } from "../../schemas/words.ts";
import type { Manner } from "./number-detection.ts";
import type { Profile } from "./profile.ts";
import { isFiner, type Roles } from "./roles.ts";
import type { Table } from "./sample.ts";

/** JSON in the form of a descriptor, not yet one. */
export type Draft = Readonly<Record<string, unknown>>;

const MOST_DIMENSIONS = 5;
const MOST_FIELDS = 40;
/** Fewer fields, less noise: a draft for records begins with few. */
const FIRST_SUMS = 2;
const BANDS = ["0-2", "3-5", "6-13", "14-17", "18-34", "35-64", "65-79", "80+"];
const OTHER = "other";
const ENDINGS = new RegExp(`\\.(${[...Object.keys(fileFormats), "gz"].join("|")})\\b`, "gi");

export function draftOf(
  name: string,
  table: Table,
  manner: Manner,
  missing: readonly string[],
  roles: Roles,
  kind: "records" | "statistics",
): Draft {
  const ids = idMaker();
  const title = name.replace(ENDINGS, "").replace(/[_-]+/g, " ").trim() || "dataset";
  const years = new Set(name.match(/(?<!\d)(19|20)\d\d(?!\d)/g));
  const dimensions = roles.dimensions
    .slice(0, MOST_DIMENSIONS)
    .map(({ profile, by }) => dimensionOf(profile, by, ids, kind));
  const measures = kind === "records" ? roles.measures.slice(0, FIRST_SUMS) : roles.measures;
  const fields: DraftField[] = [
    { id: "any", kind: "any", title: both(kind === "records" ? title : "Rows") },
  ];
  for (const profile of measures) {
    const made = fieldsOf(profile, ids, kind);
    if (fields.length + made.length <= MOST_FIELDS) fields.push(...made);
  }
  return {
    // who has a value in a column is counted from `v` 2, and there are quarters
    v: fields.some(isKnown) || (roles.period && isFiner(roles.period)) ? 2 : 1,
    id:
      slug(title)
        .slice(0, 40)
        .replace(/^[^a-z]+/, "") || "dataset",
    kind,
    title: both(title),
    description: both(""),
    origin: "real",
    source: "",
    licence: "",
    level: "municipality",
    legalBasis: { basis: kind === "records" ? "public-task" : "open-data", reference: "" },
    file: fileOf(table, manner, missing),
    period: roles.period
      ? { column: roles.period.name }
      : { value: years.size === 1 ? [...years][0] : "" },
    ...(kind === "records"
      ? {
          subject: {
            unit: both(""),
            columns: roles.subject.map((profile) => profile.name),
            ...startOf(roles),
          },
        }
      : {}),
    dimensions,
    fields,
    policy: policyOf(kind),
  };
}

type DraftField = Readonly<Record<string, unknown>>;
const isKnown = ({ kind }: DraftField) => kind === "known";

/** Nothing is drafted as it is but what was said to be about nobody. */
const policyOf = (kind: "records" | "statistics") =>
  kind === "statistics"
    ? { method: "none", calendar: {}, smallest: 1 }
    : { method: "lattice", calendar: {}, advantage: 5 };

const startOf = ({ start }: Roles) => (start === undefined ? {} : { start: start.name });

function fileOf(
  { file }: Table,
  { decimal, thousands, dates, signs }: Manner,
  missing: readonly string[],
): object {
  return {
    ...file,
    decimal,
    ...(thousands ? { thousands } : {}),
    dates,
    missing,
    ...(signs.length > 0 ? { signs } : {}),
  };
}

/** The codes seen stand there so that a person need not type them: with an empty source, which is not accepted. */
function dimensionOf(
  profile: Profile,
  by: "code" | "age" | "band",
  ids: (name: string) => string,
  kind: "records" | "statistics",
): object {
  const id = ids(profile.name);
  const common = { id, title: both(profile.name), column: profile.name };
  if (by !== "code")
    return { ...common, generalise: by, codes: [...BANDS, OTHER], other: OTHER, source: "" };
  const seen = [...profile.times.keys()].sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
  const map: Record<string, string> = {};
  const codes: string[] = [];
  for (const raw of seen) {
    const text = raw.normalize("NFC");
    let code =
      Name.safeParse(text).success && text !== OTHER
        ? text
        : slug(text) || `code-${codes.length + 1}`;
    while (codes.includes(code)) code = `${code}-${codes.length + 1}`;
    if (code !== text) map[text] = code;
    codes.push(code);
  }
  const gaps = kind === "records" || profile.filled < profile.rows;
  return {
    ...common,
    ...(Object.keys(map).length > 0 ? { map } : {}),
    codes: gaps ? [...codes, OTHER] : codes,
    ...(gaps ? { other: OTHER } : {}),
    source: "",
  };
}

/**
 * A sum; where some rows have no value, over those that have one, so that they are no rejects and no mean divides by them. Bounds are a round number well
 * above what was seen, with an empty source: they come from law, tariff or a public table.
 */
function fieldsOf(
  profile: Profile,
  ids: (name: string) => string,
  kind: "records" | "statistics",
): DraftField[] {
  const { name, filled, rows, decimals, low, high } = profile;
  const id = ids(name);
  const grid = decimals === 0 ? 1 : decimals === 1 ? 0.1 : 0.01;
  const title = both(name);
  const reach = roundUp(Math.max(Math.abs(low), Math.abs(high)));
  const floor = low < 0 ? -reach : 0;
  const sum = {
    id,
    kind: "sum",
    title,
    column: name,
    combine: "sum",
    grid,
    unit: both(unitOf(name)),
    source: "",
  };
  const bounds = kind === "records" ? { bounds: [floor, reach] } : {};
  if (filled === rows) return [{ ...sum, of: "any", ...bounds }];
  const who = ids(`${name} known`);
  const counted = { id: who, title: both(`${name}: with a value`), column: name };
  return [
    kind === "records"
      ? { ...counted, kind: "known", of: "any", order: 1 }
      : { ...counted, kind: "when", above: low < 0 ? -reach : -1, grid, source: "" },
    { ...sum, of: who, ...bounds },
  ];
}

/** 10, 20, 50, 100 …: even, so that two bounds are together an even number of steps. */
function roundUp(value: number): number {
  let step = 10;
  for (;;)
    for (const times of [1, 2, 5])
      if (step * times >= value || step > 1e12) return step * times;
      else if (times === 5) step *= 10;
}

const unitOf = (name: string) =>
  /€|euro|\beur\b|importo|reddito|ammontare|amount|income/i.test(name) ? "EUR" : "";
const both = (text: string) => ({ it: text, en: text });

const slug = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);

/** Ids that stand for one thing each. */
function idMaker(): (name: string) => string {
  const taken = new Set(["any"]);
  return (name) => {
    const base = slug(name) || "column";
    let id = base;
    for (let number = 2; taken.has(id); number++) id = `${base}-${number}`;
    taken.add(id);
    return id;
  };
}
