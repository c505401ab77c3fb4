/** The same grouped question over the same rows: asked of the hub, and of what a developer would put up instead. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { tokenFor } from "../../adapters/client/asking.ts";
import { HUB, PURPOSE } from "../../adapters/demo/demonstration.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { httpPeer } from "../../adapters/peer/http.ts";
import { peek } from "../../functions/signing/jws.ts";
import { Statement } from "../../schemas/query.ts";
import type { Run } from "./abreast.ts";
import { ASKER, envelope, now, question, sameTable } from "./asking.ts";
import type { Orders } from "./load.ts";
import {
  type Comparison,
  compare,
  quantile,
  type Round,
  type Section,
  type Table,
  timed,
} from "./measure.ts";
import {
  loadRows,
  POSTGRAPHILE,
  postgresHome,
  SETTINGS,
  startPostgraphile,
  startPostgres,
} from "./postgres.ts";
import { writeRows } from "./rows.ts";
import { LARGE, startWorld, type World } from "./world.ts";

const ROWS = 1_000_000;
/** Requests under way at once, on every side. */
const AT_ONCE = 8;
/** Requests of one run: ours take a hundredth of the time. */
const OURS = 256;
const OTHERS = 40;
const ROUNDS = 6;

const grouped = (figure: string) =>
  JSON.stringify({
    query: `{ allBenefits { groupedAggregates(groupBy: [AGE, SEX]) { keys ${figure} } } }`,
  });
const PERSONS = grouped("distinctCount { subject }");
const HOURS = grouped("sum { hours }");

async function load(orders: Orders): Promise<Run> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "load.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(orders));
  return (await json(child.stdout)) as Run;
}

type Way = () => Promise<Run>;

/** The question as another city sends it to the hub, for the one city; and as the hub sends it to that city's node. */
async function ourWays(
  world: World,
): Promise<{ hub: Way; node: Way; figures(): Promise<Statement> }> {
  const hub = { id: HUB.id, url: world.federation.hub };
  const signer = await keyOf(world.at, ASKER, "member");
  const headers = async () => ({
    authorization: `DPoP ${await tokenFor({ hub, member: ASKER, signer, clock: now }, PURPOSE.id)}`,
    "content-type": "application/jose",
  });
  const ask = () => question(world, [LARGE.id]);
  const many = (make: () => Promise<string>) => Promise.all(Array.from({ length: OURS }, make));
  const url = world.federation.nodes.find(({ member }) => member === LARGE.id)!.url;
  return {
    hub: async () =>
      load({
        url: `${hub.url}/v1/query`,
        headers: await headers(),
        bodies: await many(ask),
        atOnce: AT_ONCE,
      }),
    node: async () => {
      const bodies = await many(() => envelope(world));
      return load({
        url: `${url}/v1/answer`,
        headers: { "content-type": "application/jose" },
        bodies,
        atOnce: AT_ONCE,
      });
    },
    async figures() {
      const response = await fetch(`${hub.url}/v1/query`, {
        method: "POST",
        headers: await headers(),
        body: await ask(),
      });
      return peek(await response.text(), Statement);
    },
  };
}

const theirWay = (url: string, body: string): Way => {
  const bodies = Array.from({ length: OTHERS }, () => body);
  return () =>
    load({ url, headers: { "content-type": "application/json" }, bodies, atOnce: AT_ONCE });
};

/** Both must have answered the same question: the hub's figures are those of the rows, but for the noise. */
async function sameFigures(statement: Statement, url: string): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: PERSONS,
  });
  const { data } = (await response.json()) as {
    data: {
      allBenefits: {
        groupedAggregates: { keys: [string, string]; distinctCount: { subject: string } }[];
      };
    };
  };
  sameTable(
    statement.table.cells,
    data.allBenefits.groupedAggregates.map(({ keys, distinctCount }) => [
      ...keys,
      distinctCount.subject,
    ]),
  );
}

const p95 = ({ waits }: Run) => quantile(waits, 0.95);
const WAYS = ["hub", "node", "persons", "hours"] as const;
type Measured = Readonly<Record<(typeof WAYS)[number], Run>>;

async function measureWays(
  ways: Readonly<Record<(typeof WAYS)[number], Way>>,
  rounds: number,
  say: (line: string) => void,
) {
  for (const way of WAYS) await ways[way]();
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    const runs = new Map<string, Run>();
    // who goes first changes
    for (const way of round % 2 === 0 ? WAYS : [...WAYS].reverse())
      runs.set(way, await ways[way]());
    measured.push(Object.fromEntries(runs) as Measured);
    const line = WAYS.map((way) => `${way} ${(1000 / runs.get(way)!.each).toFixed(1)}`).join(", ");
    say(`  round ${round + 1} of ${rounds}, answers a second: ${line}`);
  }
  return measured;
}

/** Of the node that has the rows, which is what stands where PostGraphile would; and of hub and node together, which is what an asker calls. */
function comparisonsOf(measured: readonly Measured[], notes: readonly string[]): Comparison[] {
  const target = { at: "least", value: 10 } as const;
  const both = (way: "node" | "hub", said: string, more: readonly string[]) => {
    const rounds = (of: (run: Run) => number) =>
      measured.map((run): Round => ({ ours: [of(run[way])], other: [of(run.persons)] }));
    return [
      compare(
        {
          name: `Answers in the same time, ${said}, against PostGraphile`,
          sides: [`an answer, ${said}`, "PostGraphile"],
          target,
          notes: more,
        },
        rounds(({ each }) => each),
      ),
      compare(
        {
          name: `What 19 of 20 askers wait at most, ${said}, against PostGraphile`,
          sides: [`p95, ${said}`, "PostGraphile"],
          target,
          notes: [],
        },
        rounds(p95),
      ),
    ];
  };
  const through =
    "The same question from the asker to the hub and on to the node: hub, its store and the node's store share one process here.";
  return [
    ...both("node", "of the city's node", notes),
    ...both("hub", "through the hub", [through]),
  ];
}

function tableOf(measured: readonly Measured[], note: string): Table {
  const names: Record<(typeof WAYS)[number], string> = {
    hub: "persons by age and sex, through the hub",
    node: "the same, of the city's node",
    persons: "PostGraphile, the same",
    hours: "PostGraphile, hours added up by age and sex",
  };
  const rows = WAYS.map((way) => {
    const runs = measured.map((run) => run[way]);
    const each = quantile(
      runs.map((run) => run.each),
      0.5,
    );
    const waits = runs.flatMap((run) => run.waits);
    return [
      names[way],
      (1000 / each).toFixed(1),
      `${quantile(waits, 0.5).toFixed(0)} ms`,
      `${quantile(waits, 0.95).toFixed(0)} ms`,
    ];
  });
  return {
    title: `Answers with ${AT_ONCE} askers at once`,
    head: ["", "a second", "p50", "p95"],
    rows,
    notes: [note],
  };
}

export const postgraphile: Section = {
  name: "postgraphile",
  title: "Against PostGraphile",
  about:
    "the same grouped question over the same million rows, against PostGraphile with pg-aggregates on PostgreSQL",
  async measure({ scratch, rows: most, rounds: atMost, say }) {
    const home = await postgresHome();
    if (home === undefined) {
      say(
        "  Left out: there is no PostgreSQL on this machine (Debian: apt-get install postgresql)",
      );
      return { comparisons: [], tables: [] };
    }
    const [rowCount, rounds] = [Math.min(ROWS, most), Math.min(ROUNDS, atMost)];
    const rows = join(scratch, "rows.parquet");
    await writeRows(rows, LARGE, rowCount, rowCount / 10);
    const postgres = await startPostgres(home);
    const closing: (() => Promise<void>)[] = [() => postgres.close()];
    try {
      const { ms } = await timed(() => loadRows(postgres, rows));
      say(
        `  PostgreSQL ${postgres.version} with ${rowCount.toLocaleString("en")} rows after ${(ms / 1000).toFixed(1)} s`,
      );
      const other = await startPostgraphile(postgres.url).catch((error: Error) => error);
      if (other instanceof Error) {
        say(`  Left out: PostGraphile cannot be had (${other.message.split("\n")[0]})`);
        return { comparisons: [], tables: [] };
      }
      closing.push(() => other.close());
      const world = await startWorld(join(scratch, "world"), rows, httpPeer(), say);
      closing.push(() => world.close());
      const ours = await ourWays(world);
      await sameFigures(await ours.figures(), other.url);
      const ways = {
        hub: ours.hub,
        node: ours.node,
        persons: theirWay(other.url, PERSONS),
        hours: theirWay(other.url, HOURS),
      };
      const measured = await measureWays(ways, rounds, say);
      const settings = Object.entries(SETTINGS).map(([name, value]) => `\`${name} = ${value}\``);
      const notes = [
        `Persons by age and sex, 30 cells, of ${rowCount.toLocaleString("en")} rows about ${(rowCount / 10).toLocaleString("en")} persons; ${AT_ONCE} askers at once on both sides, from a load generator in a process of its own. Ours: every question signed anew by another city and wrapped by the hub, with every check, the log and the signature. The other side: ${POSTGRAPHILE.join(" with ")} in production mode, no authentication, the question as GraphQL (\`groupedAggregates\` with \`distinctCount\`), PostgreSQL ${postgres.version} over TCP with ${settings.join(", ")}, statistics fresh, everything in memory, and an index on age, sex and person from which the whole answer is read. The figures of both are held against each other before anything is measured.`,
      ];
      const note =
        "Adding up hours is easier for PostgreSQL than counting persons: it works in three processes at once and needs no person told from another.";
      return { comparisons: comparisonsOf(measured, notes), tables: [tableOf(measured, note)] };
    } finally {
      for (const close of closing.reverse()) await close();
    }
  },
};
