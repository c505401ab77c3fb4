/** The default engine: one statement over a version's Parquet file, in DuckDB. */

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { found } from "../../schemas/found.ts";
import type {
  Cross,
  CrossDerived,
  CrossField,
  CrossMoment,
  CrossRequest,
  Engine,
  RowsAt,
} from "../../schemas/ports.ts";

interface DuckDbOptions {
  /** As DuckDB has it, e.g. `512MB`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
/** Codes in the order of their UTF-8 bytes: ties between rows of the same day go to the smallest. */
const byBytes = (codes: readonly string[]) =>
  [...codes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

/**
 * The statement. Two steps: `s` makes one row of each subject (its latest codes, the family codes it keeps, its combined
 * measures), the last GROUP BY counts and adds. Integers throughout, so that no order of addition shows.
 */
function crossSql(request: CrossRequest): string {
  const { dimensions, family, fields } = request;
  const measures = measuresOf(fields);
  const rows = `SELECT * FROM ${tableOf(request.rows)} WHERE period = ${text(request.period)}${
    request.withdrawn.length > 0 ? " AND subject NOT IN (SELECT subject FROM withdrawn)" : ""
  }`;
  const perSubject = request.per === "subject";
  // the latest start, then the smallest code: one integer to take the least of
  const latest = dimensions.map(({ id }, at) =>
    perSubject
      ? `min((1000000 - start)::BIGINT * 65536 + enum_code(${name(`dim_${id}`)}::axis_${at})) % 65536 AS d${at}`
      : `enum_code(${name(`dim_${id}`)}::axis_${at}) AS d${at}`,
  );
  const held = family
    ? [
        perSubject
          ? "bit_or(1::BIGINT << enum_code(family::family)) AS held"
          : "(1::BIGINT << enum_code(family::family)) AS held",
      ]
    : [];
  const combined = measures.map(({ measure, combine, code }, at) => {
    const column = name(`val_${measure}`);
    if (!perSubject) return `${column} AS m${at}`;
    const filter = code === undefined ? "" : ` FILTER (WHERE family = ${text(code)})`;
    return `${combine === "sum" ? "sum" : "max"}(${column})${filter}::BIGINT AS m${at}`;
  });
  const joined = request.derived.map(joinOf);
  const columns = [
    ...(perSubject ? ["subject"] : ["1 AS one"]),
    ...latest,
    ...held,
    ...combined,
    ...request.derived.map(aggregateOf),
  ];
  const subjects = `SELECT ${columns.filter((column) => column !== "").join(", ")} FROM r${perSubject ? " GROUP BY subject" : ""}`;
  const joins = joined
    .map((join) => (join === "" ? "" : ` LEFT JOIN (${join}) USING (subject)`))
    .join("");
  const kept = family
    ? `, ${family.codes.map((_, i) => `(held >> ${i} & 1 = 1 AND bit_count(held & ${2n ** BigInt(i) - 1n}) < ${family.atMost}) AS k${i}`).join(", ")}`
    : "";
  const values = fields.map(
    (field) => `coalesce(sum(${contribution(field, request, measures)}), 0)::DOUBLE`,
  );
  const codes = dimensions.map(({ codes: list }, at) => `(${arrayOf(byBytes(list))})[d${at} + 1]`);
  return `WITH r AS (${rows}), s AS (${subjects}), t AS (SELECT *${kept} FROM s${joins}) SELECT ${[...codes, ...values].join(", ")} FROM t${
    dimensions.length > 0
      ? ` GROUP BY ${dimensions.map((_, at) => `d${at}`).join(", ")} ORDER BY ${dimensions.map((_, at) => `d${at}`).join(", ")}`
      : ""
  }`;
}

/** The rows as a table of the statement. Throws where DuckDB is not to read them. */
function tableOf(rows: RowsAt): string {
  switch (rows.kind) {
    case "parquet":
      return `read_parquet(${text(rows.path)})`;
    default:
      throw new TypeError(`DuckDB reads no rows of the kind ${String(rows.kind satisfies never)}`);
  }
}

/** A derived value as an aggregate over a subject's rows; empty where it takes a statement of its own. */
function aggregateOf(derived: CrossDerived, at: number): string {
  if (derived.kind === "days")
    return `(${momentOf(derived.to)} - ${momentOf(derived.from)})::BIGINT AS x${at}`;
  if (derived.kind !== "change") return "";
  const value = name(`val_${derived.measure}`);
  // by start, then by value: no order of rows shows
  const end = (pick: "min" | "max") =>
    `(${pick}({'s': start, 'v': ${value}}) FILTER (WHERE ${value} IS NOT NULL)).v`;
  return `CASE WHEN count(${value}) > 1 THEN (${end("max")} - ${end("min")})::BIGINT END AS x${at}`;
}

function momentOf(moment: CrossMoment): string {
  if ("day" in moment) return String(moment.day);
  const column = name(`val_${moment.measure}`);
  return `${moment.pick === "first" ? "min" : "max"}(${moment.open === undefined ? column : `coalesce(${column}, ${moment.open})`})`;
}

/** A row without an end runs on: later than any day that occurs. */
const FOREVER = 1_000_000;

/** A derived value that compares rows of one subject with each other. */
function joinOf(derived: CrossDerived, at: number): string {
  if (derived.kind === "gap") {
    const [start, end] = [
      name(`val_${derived.start}`),
      `coalesce(${name(`val_${derived.end}`)}, ${FOREVER})`,
    ];
    const before = `max(${end}) OVER (PARTITION BY subject ORDER BY ${start}, ${end} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
    return `SELECT subject, min(gap)::BIGINT AS x${at} FROM (SELECT subject, ${start} - ${before} AS gap FROM r WHERE ${start} IS NOT NULL) WHERE gap > 0 GROUP BY subject`;
  }
  if (derived.kind === "overlap") {
    const [start, end] = [name(`val_${derived.start}`), name(`val_${derived.end}`)];
    const days = `least(coalesce(a.${end}, ${FOREVER}), coalesce(b.${end}, ${FOREVER})) - greatest(a.${start}, b.${start}) + 1`;
    const [one, other] = derived.of.map(text);
    return `SELECT a.subject AS subject, max(${days})::BIGINT AS x${at} FROM r a JOIN r b ON a.subject = b.subject WHERE a.family = ${one} AND b.family = ${other} GROUP BY a.subject`;
  }
  return "";
}

const arrayOf = (codes: readonly string[]) => `[${codes.map(text).join(", ")}]`;

interface MeasureUse {
  readonly measure: string;
  readonly combine: "sum" | "max";
  readonly code?: string;
}

/** The combined measures that the fields need, once each. A sum over a family's code combines the rows of that code alone. */
function measuresOf(fields: readonly CrossField[]): MeasureUse[] {
  const uses = fields.map((field) => useOf(field, fields)).filter((use) => use !== undefined);
  return uses.filter((use, at) => uses.findIndex((other) => sameUse(use, other)) === at);
}
const sameUse = (a: MeasureUse, b: MeasureUse) =>
  a.measure === b.measure && a.combine === b.combine && a.code === b.code;

function useOf(field: CrossField, fields: readonly CrossField[]): MeasureUse | undefined {
  if (
    field.kind === "any" ||
    field.kind === "code" ||
    field.kind === "both" ||
    field.measure.startsWith("=")
  )
    return undefined;
  if (field.kind === "when" || field.kind === "band")
    return { measure: field.measure, combine: field.combine };
  if (field.kind === "count") return { measure: field.measure, combine: "sum" };
  const code = codeOf(field.of, fields);
  return {
    measure: field.measure,
    combine: field.kind === "known" ? "sum" : field.combine,
    ...(code === undefined ? {} : { code }),
  };
}

/** The family's code whose rows a count is about, if it is about some alone. */
function codeOf(id: string, fields: readonly CrossField[]): string | undefined {
  const basis = fields.find((field) => field.id === id);
  if (basis?.kind === "known") return codeOf(basis.of, fields);
  return basis?.kind === "code" ? basis.code : undefined;
}

/** What one subject adds to a field. */
function contribution(
  field: CrossField,
  request: CrossRequest,
  measures: readonly MeasureUse[],
): string {
  const use = useOf(field, request.fields);
  const derived =
    "measure" in field ? request.derived.findIndex(({ id }) => `=${id}` === field.measure) : -1;
  const column = use ? `m${measures.findIndex((other) => sameUse(use, other))}` : `x${derived}`;
  const position = (code: string) => found(request.family).codes.indexOf(code);
  const countedBy = (of: string) =>
    contribution(found(request.fields.find(({ id }) => id === of)), request, measures);
  switch (field.kind) {
    case "any":
      return "1";
    case "code":
      return `k${position(field.code)}::INT`;
    case "both":
      return `(k${position(field.of[0])} AND k${position(field.of[1])})::INT`;
    case "when":
      return `(${column} > ${field.above})::INT`;
    case "band": {
      const edges = [`${column} IS NOT NULL`];
      if (field.from !== undefined) edges.push(`${column} >= ${field.from}`);
      if (field.below !== undefined) edges.push(`${column} < ${field.below}`);
      return `(${edges.join(" AND ")})::INT`;
    }
    case "known":
      return `(${countedBy(field.of)} = 1 AND ${column} IS NOT NULL)::INT`;
    case "count":
      return column;
    case "sum": {
      const counted = countedBy(field.of);
      if (field.clip === undefined) return `CASE WHEN ${counted} <> 0 THEN ${column} END`;
      const { low, high, mid } = field.clip;
      // a subject without a value stands at the midpoint: it adds nothing, and moves nobody else
      return `CASE WHEN ${counted} = 1 AND ${column} IS NOT NULL THEN least(greatest(${column}, ${low}), ${high}) - ${mid} ELSE 0 END`;
    }
  }
}

/** Enumerations and the list of those who withdrew: what the statement refers to by name. */
async function prepare(
  connection: DuckDBConnection,
  { dimensions, family, withdrawn }: CrossRequest,
): Promise<void> {
  for (const [at, { codes }] of dimensions.entries())
    await connection.run(`CREATE TYPE axis_${at} AS ENUM (${byBytes(codes).map(text).join(", ")})`);
  if (family)
    await connection.run(`CREATE TYPE family AS ENUM (${family.codes.map(text).join(", ")})`);
  if (withdrawn.length === 0) return;
  await connection.run("CREATE TABLE withdrawn (subject VARCHAR)");
  const appender = await connection.createAppender("withdrawn");
  for (const subject of withdrawn) {
    appender.appendVarchar(subject);
    appender.endRow();
  }
  appender.closeSync();
}

export const duckDbEngine = (options: DuckDbOptions = {}): Engine => ({
  async cross(request): Promise<Cross> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(options.threads ?? 2),
      ...(options.memoryLimit ? { memory_limit: options.memoryLimit } : {}),
    });
    const connection = await instance.connect();
    try {
      await prepare(connection, request);
      const result = await connection.runAndReadAll(crossSql(request));
      const width = request.dimensions.length;
      const rows = result.getRowsJS().map((row) => ({
        codes: row.slice(0, width).map(String),
        values: row.slice(width).map(Number),
      }));
      // without dimensions SQL gives one row even where there is nobody
      return { rows };
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  },
});
