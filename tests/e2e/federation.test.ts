/**
 * The demonstration as a newcomer meets it: `npm start` in a process of its own, and nothing but HTTP and the command line from
 * there. Its figures are held against the plain second implementation, which computes them from the same files without noise.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askHub } from "../../adapters/client/asking.ts";
import { HUB } from "../../adapters/demo/demonstration.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { listen } from "../../adapters/local/serving/http-server.ts";
import { paths } from "../../adapters/local/state.ts";
import { cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { meanOf, units } from "../../functions/disclosure/reliability.ts";
import { peek } from "../../functions/signing/jws.ts";
import { Accounts, DatasetsResponse } from "../../schemas/catalogue.ts";
import { DirectoryEntry } from "../../schemas/member.ts";
import { type CountFigure, Statement, type SumFigure } from "../../schemas/query.ts";
import { type Account, Manifest } from "../../schemas/release.ts";
import { Sheet } from "../../schemas/sheet.ts";
import { planOf } from "../reference/release.ts";
import { PERSON, readSubjects } from "../reference/rows.ts";
import { demonstration } from "../world/demonstration.ts";
import { npmStart, type Started, stop, tavolo, until } from "../world/process.ts";

const FIRST = join(import.meta.dirname, "../../docs/demo/questions/first.json");
const PADUA = "IT-028060";
const OLD = ["75-79", "80-84"];
let folder: string;
let state: string;
let running: Started;
let hub: string;
let printed: string;
let answers: { services: Statement; residents: Statement };

const cli = (args: readonly string[], input?: string) => tavolo(state, args, input);
const tableOf = (text: string) => text.slice(text.indexOf("┌"), text.indexOf("└")).split("\n");

/** A busy machine lets a node miss the hub's deadline. That is right, and not what is looked at here: then it is done again. */
async function inTime<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const done = await work();
    if (!JSON.stringify(done).includes("too-slow")) return done;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tavolo-e2e-"));
  await demonstration(folder);
  state = join(folder, "state");
  printed = await inTime(async () => {
    if (running) await stop(state, running);
    running = npmStart(state, 0);
    return until(running, "Stop with Ctrl-C.");
  });
  hub = /^hub +(http:\/\/127\.0\.0\.1:\d+)$/m.exec(printed)![1]!;
  const clock = () => Math.floor(Date.now() / 1000);
  const asker = {
    hub: { id: HUB.id, url: hub },
    member: PADUA,
    signer: await keyOf(paths(state), PADUA, "member"),
    clock,
  };
  const { questions } = Sheet.parse(JSON.parse(await readFile(FIRST, "utf8")));
  const ask = (name: string) =>
    inTime(async () => peek(await askHub(asker, questions[name]!), Statement));
  answers = { services: await ask("services"), residents: await ask("residents") };
});
afterAll(async () => {
  await stop(state, running).catch(() => {});
  await rm(folder, { recursive: true, force: true });
});

describe("the first question", () => {
  test("is answered in a table: eight cities by name, in the order of the question, with their columns", () => {
    const [, head, , ...rows] = tableOf(printed);
    expect(head!.split("│").map((cell) => cell.trim())).toEqual([
      "",
      "",
      "residents",
      "known, of 100",
      "helped at home, of 100",
      "known and not helped at home",
      "hours a month each",
      "",
    ]);
    const named = rows
      .filter((row) => row.startsWith("│"))
      .map((row) => row.split("│").map((cell) => cell.trim()));
    expect(named.map(([, name]) => name)).toEqual(cities.map(({ names }) => names.en));
    for (const row of named)
      expect(
        row.slice(3, -1).every((cell) => /^\d+\.\d {2}\(\d+\.\d–\d+\.\d\)$/.test(cell)),
        row.join("|"),
      ).toBe(true);
  });

  test("says one sentence, who answered, and what was promised", () => {
    const [any, helped, hours] = figuresOf(PADUA);
    const residents = units(residentsOf(PADUA));
    const hundred = (figure: CountFigure) => ((100 * units(figure)) / residents).toFixed(1);
    const mean = meanOf(hours, helped, 5).value.toFixed(1);
    // as the columns have them; hours whose interval is over a tenth of them are between what and what
    expect(printed).toMatch(
      new RegExp(
        `In Padua the city knows ${hundred(any)} of every 100 residents of 75 to 84; it helps ${hundred(helped)} at home, for (about ${mean}|between [\\d.]+ and [\\d.]+) hours a month\\.`,
      ),
    );
    expect(printed).toContain(
      `Answered: ${cities.map(({ names }) => names.en).join(", ")}.\nAnswered: ISTAT.`,
    );
    expect(printed).toContain("made rows, nobody in them exists. Promise:");
    expect(answers.services.outcomes.map(({ member, outcome }) => `${member} ${outcome}`)).toEqual(
      cities.map(({ id }) => `${id} answered`),
    );
  });

  test.each(cities)(
    "$name: each figure is the exact one within five of the standard deviations that it states",
    (city) => {
      const descriptor = prestazioni(city);
      const encoding = city.writing.encoding === "latin-1" ? "latin1" : city.writing.encoding;
      const text = new TextDecoder(encoding).decode(generate(city)["prestazioni-2022.csv"]);
      const plan = planOf(descriptor, "2022");
      const { subjects } = readSubjects(descriptor, text, "2022");
      const exact = (field: string) =>
        subjects.reduce(
          (sum, { dims, adds }) => sum + (OLD.includes(dims.age!) ? (adds[field] ?? 0) : 0),
          0,
        );
      const deviation = (field: string) => {
        const { half, grid, V } = plan.fields.find(({ id }) => id === field)!;
        return half * grid * Math.sqrt(V);
      };
      const [any, helped, hours] = figuresOf(city.id);
      for (const [figure, field] of [
        [any, "any"],
        [helped, "A2.07"],
      ] as const) {
        expect(figure.sd).toBeCloseTo(deviation(field), 9);
        expect(Math.abs(units(figure) - exact(field) / PERSON), field).toBeLessThan(5 * figure.sd);
      }
      expect(hours.sd).toBeCloseTo(deviation("hours"), 9);
      expect(Math.abs(units(hours) - exact("hours") * 0.01)).toBeLessThan(5 * hours.sd);
      const mean = meanOf(hours, helped, 5);
      const exactMean = 15 + (exact("hours") * 0.01) / (exact("A2.07") / PERSON);
      expect(Math.abs(mean.value - exactMean)).toBeLessThan(5 * mean.sd);
      // noise was added at all: to a grid of a thousandth, an exact figure would be a whole number
      expect([any, helped].some(({ value }) => value % PERSON !== 0)).toBe(true);
    },
  );

  test("has the residents of the public table, to the last one", async () => {
    const table = await readFile(
      join(import.meta.dirname, "../../docs/demo/public/residenti-2022.csv"),
      "utf8",
    );
    const rows = table
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    for (const { id } of cities) {
      const own = rows.filter(
        ([code, , age]) => `IT-${code}` === id && Number(age) >= 75 && Number(age) <= 84,
      );
      expect(units(residentsOf(id))).toBe(own.reduce((sum, row) => sum + Number(row[3]), 0));
      expect(residentsOf(id).sd).toBe(0);
    }
  });
});

function figuresOf(member: string) {
  const cells = answers.services.table.cells.filter((cell) => cell.member === member);
  expect(cells).toHaveLength(1);
  return cells[0]!.figures as [CountFigure, CountFigure, SumFigure];
}
const residentsOf = (city: string) =>
  answers.residents.table.cells.find(({ by }) => by.territory === city)!.figures[0] as CountFigure;

describe("the command line over a running federation", () => {
  test.each([
    ["members", /IT-028060 +│ Padova +│ provider, consumer/],
    ["datasets", /IT-028060 +│ prestazioni/],
    [
      "agreements",
      /IT-028060\/IT-034027\/prestazioni\/1 +│ 5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0001 +│ \d{4}-\d\d-\d\d +│ in-force +│ \d+ of 100000/,
    ],
  ])("%s, as a table and as JSON", async (command, row) => {
    const [table, json] = await Promise.all([cli([command]), cli([command, "--json"])]);
    expect([table.code, json.code, table.err, json.err]).toEqual([0, 0, "", ""]);
    expect(table.out).toMatch(row);
    expect(JSON.parse(json.out)).toMatchObject({ v: 1 });
  });

  test("query, in three formats, kept and from standard input", async () => {
    const saved = join(state, "saved.json");
    const first = await readFile(FIRST, "utf8");
    const [table, json, lines, piped] = await Promise.all([
      inTime(() => cli(["query", FIRST, "--as", PADUA, "--save", saved])),
      inTime(() => cli(["query", FIRST, "--as", PADUA, "--format", "json"])),
      inTime(() => cli(["query", FIRST, "--as", PADUA, "--format", "csv"])),
      inTime(() => cli(["query", "-", "--as", PADUA, "--format", "csv"], first)),
    ]);
    for (const { code, err } of [table, json, lines, piped]) expect([code, err]).toEqual([0, ""]);
    expect(tableOf(table.out)).toEqual(tableOf(printed));
    expect(JSON.parse(json.out).read.services.table).toEqual(answers.services.table);
    const [any] = figuresOf(PADUA);
    expect(lines.out).toContain(
      `\nservices,${PADUA},,count,any,,${units(any)},${any.sd},shown,A,\n`,
    );
    expect(lines.out).toContain("\nservices,_T,,count,any,,");
    expect(piped.out).toBe(lines.out);
  });

  test("query, in a format that holds one table: of a question that is named", async () => {
    const [table, unnamed] = await Promise.all([
      cli(["query", FIRST, "--as", PADUA, "--format", "json-stat", "--question", "services"]),
      cli(["query", FIRST, "--as", PADUA, "--format", "json-stat"]),
    ]);
    expect([table.code, table.err]).toEqual([0, ""]);
    expect(JSON.parse(table.out)).toMatchObject({
      version: "2.0",
      class: "dataset",
      extension: { dataset: "prestazioni" },
    });
    expect([unnamed.code, unnamed.out]).toEqual([1, ""]);
    expect(unnamed.err).toMatch(/choose with --question services or residents\. \[query-invalid\]/);
  });

  test("verify: every signature offline, and the figures themselves where a cube is given", async () => {
    const cube = join(state, "published", PADUA, "releases/prestazioni/2022/1/cube.parquet");
    const plain = await cli(["verify", join(state, "saved.json")]);
    expect([plain.code, plain.err]).toEqual([0, ""]);
    expect(plain.out).not.toContain("recomputed");
    const recomputed = await cli(["verify", join(state, "saved.json"), "--cube", cube]);
    expect([recomputed.code, recomputed.err]).toEqual([0, ""]);
    expect(recomputed.out).toContain(
      `✓ the figures of ${PADUA} are those of its release, recomputed`,
    );
    const damaged = await readFile(cube);
    damaged[200]! ^= 1;
    await writeFile(join(state, "damaged.parquet"), damaged);
    const other = await cli([
      "verify",
      join(state, "saved.json"),
      "--cube",
      join(state, "damaged.parquet"),
    ]);
    expect(other.code).toBe(1);
    expect(other.err).toMatch(
      /^[^\n]+damaged\.parquet is the cube of none of these answers\. \[statement-invalid\]\n$/,
    );
  });

  test.each([
    ["the header", (jws: string) => [10, jws]],
    ["the beginning of the payload", (jws: string) => [jws.indexOf(".") + 20, jws]],
    ["the middle", (jws: string) => [Math.floor(jws.length / 2), jws]],
    ["the end of the payload", (jws: string) => [jws.lastIndexOf(".") - 2, jws]],
    ["the signature", (jws: string) => [jws.length - 40, jws]],
  ] as const)("verify: not after one byte is changed in %s", async (_, place) => {
    const saved = JSON.parse(await readFile(join(state, "saved.json"), "utf8")) as {
      statements: Record<string, string>;
    };
    const [at, jws] = place(saved.statements.services!) as [number, string];
    saved.statements.services = `${jws.slice(0, at)}${jws[at] === "A" ? "B" : "A"}${jws.slice(at + 1)}`;
    const { code, err } = await cli(["verify", "-"], JSON.stringify(saved));
    expect(code).toBe(1);
    expect(err).toMatch(
      /^The statement does not verify: this does not hold: [^\n]+\. \[statement-invalid\]\n$/,
    );
  });

  test.each([
    ["another version", { v: 2, statements: {} }],
    ["no statements", { v: 1, statements: {} }],
    ["another name", { v: 1, statementz: {} }],
  ])("verify: %s is one sentence, and no success", async (_, file) => {
    const { code, err } = await cli(["verify", "-"], JSON.stringify(file));
    expect(code).toBe(1);
    expect(err).toMatch(/^The file cannot be read: [^\n]+ \[file-unreadable\]\n$/);
  });

  test("every command says what it is for", async () => {
    const { out } = await cli(["--help"]);
    const commands = [...out.slice(out.indexOf("Commands:")).matchAll(/^ {2}(\w+) /gm)].map(
      ([, name]) => name!,
    );
    expect(commands).toEqual(
      expect.arrayContaining([
        "start",
        "ingest",
        "release",
        "query",
        "verify",
        "withdraw",
        "members",
      ]),
    );
    const helps = await Promise.all(
      commands.filter((name) => name !== "help").map((name) => cli([name, "--help"])),
    );
    for (const help of helps)
      expect([help.code, /^Usage: tavolo \w+/.test(help.out)]).toEqual([0, true]);
  });
});

describe("quarters", () => {
  const NOVARA = "IT-003106";
  const quarters = [1, 2, 3, 4].map((quarter) => `2022-Q${quarter}`);
  const read = async (address: string) => (await fetch(address)).json();

  test("stand in the catalogue, a release each: INPS's of 2024 and the four of a desk", async () => {
    const { members } = DatasetsResponse.parse(await read(`${hub}/v1/datasets`));
    const periods = (member: string, dataset: string) =>
      (members.find((one) => one.member === member)?.datasets ?? [])
        .filter((one) => one.dataset === dataset)
        .map(({ period }) => period)
        .sort();
    expect(periods("inps", "pensioni")).toEqual(["2024-Q1"]);
    expect(periods(NOVARA, "accesso")).toEqual(quarters);
  });

  test("are asked for by their names, and no year stands for them", async () => {
    const asked = (period: string) =>
      fetch(`${hub}/v1/tables/pensioni/${period}?measure=pensions&format=sdmx-csv`);
    const [head, ...rows] = (await (await asked("2024-Q1")).text()).trim().split("\r\n");
    expect(head).toMatch(/^STRUCTURE,STRUCTURE_ID,ACTION,FREQ,/);
    expect(rows).toEqual([expect.stringMatching(/,I,Q,.*,2024-Q1,187223,/)]);
    expect((await asked("2024")).status).toBe(404);
  });

  test("add up in the account of their year, and each says how far all four go", async () => {
    const { accounts } = Accounts.parse(await read(`${hub}/v1/accounts`));
    const own = accounts.filter(({ member }) => member === NOVARA);
    expect(own.map(({ year, discrepancies }) => [year, discrepancies])).toEqual(
      ["2020", "2021", "2022"].map((year) => [year, []]),
    );
    const { out } = await cli(["account", "--as", NOVARA, "--period", "2022-Q3", "--json"]);
    const [[year, { entries, fixed }]] = Object.entries(JSON.parse(out)) as [
      [string, Pick<Account, "entries" | "fixed">],
    ];
    expect(year).toBe("2022");
    const of = (all: readonly { dataset: string; period: string }[] = []) =>
      all.filter(({ dataset }) => dataset === "accesso").map(({ period }) => period);
    expect([of(entries).sort(), of(fixed).sort()]).toEqual([quarters, quarters]);
    const { entries: signed } = (await read(`${hub}/v1/members`)) as { entries: string[] };
    const node = signed.map((jws) => peek(jws, DirectoryEntry)).find(({ id }) => id === NOVARA)!;
    for (const period of quarters) {
      const jws = await (
        await fetch(`${node.url}/v1/releases/accesso/${period}/1/manifest`)
      ).text();
      const { v, horizon, account } = peek(jws, Manifest);
      expect([v, horizon?.period, horizon?.year, account?.year]).toEqual([2, 55, 59.9, "2022"]);
    }
  });

  test("are looked at before they are made: what the year allows, and that no date is left", async () => {
    const asked = ["release", "accesso", "--as", NOVARA, "--period", "2022-Q2", "--dry-run"];
    const { out, code } = await cli(asked);
    expect(code).toBe(0);
    expect(out).toContain("Account 2022: ");
    expect(out).toContain("59.9 % after all periods of 2022, for who is in each of them, ");
    expect(out).toMatch(/The release would be refused now: not-due/);
  });

  test("are compared with each other, and told apart by their names", async () => {
    const asked = ["compare", "plan-made", "--as", NOVARA, "--lang", "it"];
    const { out, code } = await cli([
      ...asked,
      "--members",
      NOVARA,
      "--periods",
      quarters.join(","),
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/A Novara, nel primo trimestre 2022, per .* persone su 100/);
    expect(out).toMatch(/A Novara, dal primo trimestre 2022 al quarto trimestre 2022, progetti/);
  });
});

describe("starting", () => {
  test("a second one on the same state says who runs", async () => {
    const second = npmStart(state, 0);
    expect(await second.ended).not.toBe(0);
    expect(second.said.err).toContain(`this federation is running already, at ${hub} (process `);
  });

  test("a taken port is named, before anything is set up", async () => {
    const taken = createServer();
    const port = await listen(taken, 0);
    const folder = await mkdtemp(join(tmpdir(), "tavolo-e2e-"));
    const refused = npmStart(folder, port);
    expect(await refused.ended).not.toBe(0);
    expect(refused.said.err).toContain(`port ${port} is taken`);
    expect(refused.said.out).not.toContain("Setting up");
    taken.close();
    await rm(folder, { recursive: true });
  });

  test("Ctrl-C ends it; the next start sets nothing up and shows the same figures, and --once exits", async () => {
    expect(await stop(state, running)).toBe(0);
    const again = await inTime(async () => {
      const { ended, said } = npmStart(state, 0, ["--once"]);
      expect(await ended).toBe(0);
      return said.out;
    });
    expect(again).not.toContain("Setting up");
    expect(tableOf(again)).toEqual(tableOf(printed));
  });
});
