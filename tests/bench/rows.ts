/** Rows by the million: one statement straight to a version's Parquet file, with the columns that ingest would have written. */
import { DuckDBInstance } from "@duckdb/node-api";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { type City, cities } from "../../docs/demo/cities.ts";
import { classes, type Mix } from "../../docs/demo/marginals.ts";
import { leavesOf } from "../../functions/shared/axes.ts";
import { axesOf } from "../../functions/shared/layout.ts";

export const PERIOD = "2022";
const MEASURES = ["ORE_MESE", "COSTO_ANNO"] as const;

export const cityOf = (id: string): City => cities.find((city) => city.id === id)!;

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const list = (values: readonly string[]) => `[${values.map(text).join(", ")}]`;

/** A number of [0, 1) from a column and a name for the draw: the same on every machine, and of no other draw. */
const draw = (column: string, name: string) => `((hash(${column}, ${text(name)}) >> 11)::DOUBLE / 9007199254740992)`;

/** SQL that takes each code as often as its weight says. */
function weighted(uniform: string, weights: readonly (readonly [string, number])[]): string {
  const whole = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let sum = 0;
  const whens = weights.slice(0, -1).map(([code, weight]) => {
    sum += weight / whole;
    return `WHEN ${uniform} < ${sum} THEN ${text(code)}`;
  });
  return whens.length === 0 ? text(weights[0]![0]) : `CASE ${whens.join(" ")} ELSE ${text(weights.at(-1)![0])} END`;
}

/** A benefit by the weights of the demonstration, a class of age each; home care where it is asked for. */
const familySql = () =>
  `CASE age ${classes
    .map(({ leaf, helped, mix }) => {
      const home = Math.min(0.5, helped * 0.3);
      const rest = Object.entries(mix as Mix).map(([code, weight]): [string, number] => [code, weight]);
      const whole = rest.reduce((sum, [, weight]) => sum + weight, 0);
      const all: [string, number][] = [["A2.07", home], ...rest.map(([code, weight]): [string, number] => [code, ((1 - home) * weight) / whole])];
      return `WHEN ${text(leaf)} THEN ${weighted("b", all)}`;
    })
    .join(" ")} END`;

/**
 * Writes `count` rows about `subjects` subjects, shuffled as a year of benefits is. A subject has ten rows on average where there are
 * ten times as many rows; nobody has none.
 */
export async function writeRows(file: string, city: City, count: number, subjects: number): Promise<void> {
  const descriptor = prestazioni(city);
  const districts = leavesOf(axesOf(descriptor).find(({ id }) => id === "district")!.codes);
  const ages = classes.map(({ leaf, from, to, others }): [string, number] => [leaf, (to - from + 1) * (others + 0.05)]);
  const quarter = districts.map((code, at): [string, number] => [code, 1 / (at + 2)]);
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    // one row a subject: who they are does not change within the year, but for one in fifty who moves
    await connection.run(`CREATE TABLE subjects AS SELECT
        translate(left(to_base64(from_hex(md5('subject' || n))), 22), '+/', '-_') AS subject, n,
        ${weighted(draw("n", "age"), ages)} AS age, ${weighted(draw("n", "sex"), [["F", 57], ["M", 43]])} AS sex,
        ${weighted(draw("n", "citizenship"), [["IT", 80], ["EU", 5], ["other", 15]])} AS citizenship,
        ${weighted(draw("n", "district"), quarter)} AS district, ${draw("n", "moves")} < 0.02 AS moves
      FROM range(${subjects}) AS t(n)`);
    await connection.run(`COPY (
      WITH drawn AS (
        SELECT i, CASE WHEN i % ${Math.max(1, Math.floor(count / subjects))} = 0 AND i // ${Math.max(1, Math.floor(count / subjects))} < ${subjects}
          THEN i // ${Math.max(1, Math.floor(count / subjects))} ELSE (hash(i) % ${subjects})::BIGINT END AS n FROM range(${count}) AS t(i)),
      rows AS (SELECT i, subjects.*, ${draw("i", "benefit")} AS b, ${draw("i", "start")} AS s, ${draw("i", "amount")} AS h FROM drawn JOIN subjects USING (n)),
      coded AS (SELECT *, ${familySql()} AS family FROM rows)
      SELECT subject, ${text(PERIOD)} AS period, (18993 + floor(s * 365))::INTEGER AS start, age AS dim_age, sex AS dim_sex,
        citizenship AS dim_citizenship,
        CASE WHEN moves AND s > 0.5 THEN ${list(districts)}[1 + (n % ${districts.length})] ELSE district END AS dim_district, family,
        CASE WHEN family IN ('A2.07', 'A2.08') THEN (200 + floor(h * 2600))::BIGINT END AS val_${MEASURES[0]},
        CASE WHEN family IN ('A2.07', 'A2.08') THEN (20000 + floor(h * 400000))::BIGINT END AS val_${MEASURES[1]}
      FROM coded) TO ${text(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
