/** The questions that are measured, and the two ways to get at their answer: from the node or the hub, and from the rows. */
import { DuckDBInstance } from "@duckdb/node-api";
import { tokenFor } from "../../adapters/client/asking.ts";
import { HUB, PURPOSE } from "../../adapters/demo/demonstration.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { httpPeer } from "../../adapters/peer/http.ts";
import { cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { leavesOf } from "../../functions/disclosure/axes.ts";
import { axesOf } from "../../functions/disclosure/fields.ts";
import { units } from "../../functions/disclosure/reliability.ts";
import { freshId, peek, signCompact } from "../../functions/signing/jws.ts";
import type { Peer } from "../../schemas/ports.ts";
import {
  type Ask,
  type Cell,
  Partial,
  QUERY_LIFE,
  type Query,
  Statement,
} from "../../schemas/query.ts";
import { type Comparison, compare, type Round, timed } from "./measure.ts";
import { PERIOD } from "./rows.ts";
import { DATASET, LARGE, type World } from "./world.ts";

/** Another city than the one that is asked: its questions need an agreement. */
export const ASKER = cities.find(({ name }) => name === "Bergamo")!.id;
const AGES = leavesOf(axesOf(prestazioni(LARGE)).find(({ id }) => id === "age")!.codes);
const FIRST = 3;

export const now = () => Math.floor(Date.now() / 1000);
/** From now on: read once, for a second may begin between two readings. */
const lasting = (seconds: number) => {
  const iat = now();
  return { iat, exp: iat + seconds };
};

/** Counts by age and sex, signed by the city that asks. A question can be asked once. */
export async function question({ at }: World, members: readonly string[]): Promise<string> {
  const query: Query = {
    v: 1,
    iss: ASKER,
    aud: HUB.id,
    ...lasting(QUERY_LIFE),
    jti: freshId(),
    purposeId: PURPOSE.id,
    members: [...members],
    dataset: DATASET,
    period: PERIOD,
    measures: [{ count: "any" }],
    by: ["age", "sex"],
    where: { age: AGES },
  };
  return signCompact(await keyOf(at, ASKER, "member"), "tavolo-query+jws", query);
}

/** The hub's envelope around a question, for the node with the many rows. */
export async function envelope(world: World): Promise<string> {
  const query = await question(world, [LARGE.id]);
  const ask: Ask = {
    v: 1,
    iss: HUB.id,
    ...lasting(30),
    aud: LARGE.id,
    jti: freshId(),
    query,
  };
  return signCompact(await keyOf(world.at, HUB.id, "hub"), "tavolo-ask+jws", ask);
}

/** A node's answer over HTTP, against DuckDB that counts the stored pseudonyms of the same table. */
export async function fromNode(
  world: World,
  rows: string,
  rounds: number,
  say: (line: string) => void,
): Promise<Comparison> {
  const url = world.federation.nodes.find(({ member }) => member === LARGE.id)!.url;
  const line = httpPeer();
  const ask = async () => {
    const sent = await envelope(world);
    return timed(() => line.ask(url, sent, AbortSignal.timeout(10_000)));
  };
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const sql = `SELECT dim_age, dim_sex, count(DISTINCT subject) FROM read_parquet('${rows}') WHERE period = '${PERIOD}' GROUP BY dim_age, dim_sex`;
  const count = () => timed(async () => (await connection.runAndReadAll(sql)).getRowsJS());
  try {
    for (let run = 0; run < 5; run++) await ask();
    for (let run = 0; run < FIRST; run++) await count();
    sameTable(peek((await ask()).result, Partial).cells, (await count()).result);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const ours: number[] = [];
      for (let run = 0; run < 25; run++) ours.push((await ask()).ms);
      measured.push({ ours, other: [(await count()).ms] });
      if (round % 10 === 9)
        say(`  round ${round + 1} of ${rounds}: ${(ours.at(-1) ?? 0).toFixed(1)} ms a question`);
    }
    return compare(
      {
        name: "Counts by age and sex from a release, against counting the rows",
        target: { at: "least", value: 20 },
        sides: ["a node over HTTP, from its release", "DuckDB, counting distinct pseudonyms"],
        notes: [
          "The node answers in its own process behind its wall, with every check: the hub's signature, the question's, the agreement, the replay and the log written to the embedded store, and the answer signed; the time is that of the HTTP exchange. DuckDB reads the stored pseudonyms of the same rows from Parquet, warm, in two threads; making a connection or sending its answer anywhere is not counted. Both give the same 30 cells, and the run stops if they differ by more than the noise explains. p50 is over single questions.",
        ],
      },
      measured,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Both sides must have answered the same: every cell within six standard deviations of its noise. */
export function sameTable(cells: readonly Cell[], rows: readonly (readonly unknown[])[]): void {
  const exact = new Map(rows.map(([age, sex, count]) => [`${age} ${sex}`, Number(count)]));
  if (cells.length !== exact.size)
    throw new Error(`the node gave ${cells.length} cells, DuckDB ${exact.size}`);
  for (const { by, figures } of cells) {
    const [figure] = figures;
    const counted = exact.get(`${by.age} ${by.sex}`);
    if (
      figure === undefined ||
      counted === undefined ||
      Math.abs(units(figure) - counted) > 6 * figure.sd
    )
      throw new Error(`${by.age} ${by.sex}: the node's figure is not that of the rows`);
  }
}

/** A line to the nodes that remembers how long each took, as its user saw it. */
export function timingPeer(): { peer: Peer; taken: number[] } {
  const line = httpPeer();
  const taken: number[] = [];
  const peer: Peer = {
    ...line,
    async ask(...sent) {
      const { ms, result } = await timed(() => line.ask(...sent));
      taken.push(ms);
      return result;
    },
  };
  return { peer, taken };
}

/** The hub over eight nodes, against the slowest of them in the very same question. */
export async function fromHub(
  world: World,
  taken: number[],
  rounds: number,
  say: (line: string) => void,
): Promise<Comparison> {
  const hub = { id: HUB.id, url: world.federation.hub };
  const signer = await keyOf(world.at, ASKER, "member");
  const members = cities.map(({ id }) => id);
  const token = () => tokenFor({ hub, member: ASKER, signer, clock: now }, PURPOSE.id);
  let authorization = `DPoP ${await token()}`;
  const ask = async () => {
    const headers = { authorization, "content-type": "application/jose" };
    const body = await question(world, members);
    taken.length = 0;
    const { ms, result } = await timed(async () =>
      (await fetch(`${hub.url}/v1/query`, { method: "POST", headers, body })).text(),
    );
    const { outcomes } = peek(result, Statement);
    if (taken.length !== members.length || outcomes.some(({ outcome }) => outcome !== "answered"))
      throw new Error(
        `not everybody answered: ${outcomes.map(({ member, outcome }) => `${member} ${outcome}`).join(", ")}`,
      );
    return { ours: [ms], other: [Math.max(...taken)] };
  };
  for (let run = 0; run < 20; run++) await ask();
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 100 === 99) authorization = `DPoP ${await token()}`;
    measured.push(await ask());
    if (round % 50 === 49)
      say(`  question ${round + 1} of ${rounds}: ${measured.at(-1)!.ours[0]!.toFixed(1)} ms`);
  }
  return compare(
    {
      name: "The hub over eight nodes, against the slowest of them",
      target: { at: "most", value: 1.25 },
      sides: ["the whole question at the hub", "the slowest node, as the hub saw it"],
      notes: [
        "Seen from the asker: one HTTP exchange with the hub, with authentication, authorisation (members and agreements as they were read within the last fifth of a second), planning, merging, the statement's signature and its log. The slowest node is the longest of the eight HTTP exchanges of that very question, as the hub saw it. All eight nodes share one process, and the store of all nine members is embedded in the hub's own: on one machine the nodes are near and the hub's own reads are dear; nodes that are a network away make the ratio smaller.",
      ],
    },
    measured,
  );
}
