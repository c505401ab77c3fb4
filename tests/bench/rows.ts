/** Rows by the million: one statement straight to a version's Parquet file, with the columns that ingest would have written. */
import { DuckDBInstance } from "@duckdb/node-api";
import { type City, cities } from "../../docs/demo/cities.ts";
import { rates } from "../../docs/demo/marginals.ts";
import { residentsByAge } from "../../docs/demo/public-tables.ts";

export const PERIOD = "2022";
/** 1 January 2022, in days since 1970. */
const FIRST_DAY = 18_993;
const ROW_GROUP = 122_880;

export const cityOf = (id: string): City => cities.find((city) => city.id === id)!;

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** SQL of a number of [0, 1): the same on every machine. The name goes into what is hashed: two hashes put together would follow each other. */
const draw = (column: string, name: string) =>
  `((hash(${column} || ${text(`:${name}`)}) >> 11)::DOUBLE / 9007199254740992)`;

/** SQL that takes each code as often as its weight says. */
function weighted(
  uniform: string,
  weights: readonly (readonly [code: string, weight: number])[],
): string {
  const whole = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let sum = 0;
  const whens = weights.slice(0, -1).map(([code, weight]) => {
    sum += weight / whole;
    return `WHEN ${uniform} < ${sum} THEN ${text(code)}`;
  });
  return `CASE ${whens.join(" ")} ELSE ${text(weights.at(-1)![0])} END`;
}

/** Ages and benefits as the demonstration draws them for a city; quarters as it orders them. */
function weightsOf(city: City) {
  const classes = rates(city);
  const residents = residentsByAge(city.id);
  const users = ({ from, to, home, elsewhere }: (typeof classes)[number]) =>
    residents.slice(from, to + 1).reduce((sum, one) => sum + one, 0) * (home + elsewhere);
  const whole = (mix: object) =>
    Object.values(mix).reduce((sum: number, weight: number) => sum + weight, 0);
  const benefits = classes.map(({ leaf, home, elsewhere, mix }) => {
    const others = Object.entries(mix).map(
      ([code, weight]) => [code, (elsewhere * weight) / whole(mix)] as const,
    );
    return `WHEN ${text(leaf)} THEN ${weighted("benefit", [["A2.07", home], ...others])}`;
  });
  return {
    age: classes.map((one) => [one.leaf, users(one)] as const),
    benefit: `CASE age ${benefits.join(" ")} END`,
  };
}

/** Who the subjects are, and their rows in no order. Each has at least one where there are as many rows as subjects. */
function statements(city: City, rows: number, subjects: number, file: string): string[] {
  const { age, benefit } = weightsOf(city);
  const each = Math.max(1, Math.floor(rows / subjects));
  const person = {
    age: weighted(draw("n", "age"), age),
    sex: weighted(draw("n", "sex"), [
      ["F", 57],
      ["M", 43],
    ]),
    citizenship: weighted(draw("n", "citizenship"), [
      ["IT", 80],
      ["EU", 5],
      ["other", 15],
    ]),
  };
  return [
    `CREATE TABLE subjects AS SELECT n, translate(left(to_base64(from_hex(md5('subject' || n))), 22), '+/', '-_') AS subject,
      ${Object.entries(person)
        .map(([name, sql]) => `${sql} AS ${name}`)
        .join(", ")} FROM range(${subjects}) AS t(n)`,
    `COPY (
      WITH drawn AS (SELECT i, CASE WHEN i % ${each} = 0 AND i // ${each} < ${subjects} THEN i // ${each}
          ELSE floor(${draw("i", "subject")} * ${subjects})::BIGINT END AS n,
          ${draw("i", "benefit")} AS benefit, ${draw("i", "start")} AS starts, ${draw("i", "measure")} AS measure FROM range(${rows}) AS t(i)),
        coded AS (SELECT *, ${benefit} AS family FROM drawn JOIN subjects USING (n))
      SELECT subject, ${text(PERIOD)} AS period, (${FIRST_DAY} + floor(starts * 365))::INTEGER AS start, age AS dim_age, sex AS dim_sex,
        citizenship AS dim_citizenship, family,
        CASE WHEN family IN ('A2.07', 'A2.08') THEN (200 + floor(measure * 2600))::BIGINT END AS "val_ORE_MESE",
        CASE WHEN family IN ('A2.07', 'A2.08') THEN (20000 + floor(measure * 400000))::BIGINT END AS "val_COSTO_ANNO"
      FROM coded) TO ${text(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP})`,
  ];
}

/** Writes `rows` rows about `subjects` subjects. Nobody in them exists. */
export async function writeRows(
  file: string,
  city: City,
  rows: number,
  subjects: number,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    for (const statement of statements(city, rows, subjects, file)) await connection.run(statement);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
