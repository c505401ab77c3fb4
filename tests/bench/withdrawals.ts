/** Whether those who left weigh on every later release: one with many withdrawals behind it, against one with none. */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { localClient, tableOf } from "../../adapters/local/serving/stores.ts";
import { openStores, paths, type Stores } from "../../adapters/local/state.ts";
import type { Withdrawn } from "../../schemas/consent.ts";
import { partitionOf } from "../../schemas/items/item.ts";
import { withdrawal } from "../../schemas/items/keep.ts";
import { compare, type Round, type Section, spreadOf, timed } from "./measure.ts";
import type { Run } from "./once.ts";
import { releaseCopy } from "./releasing.ts";
import { writeRows } from "./rows.ts";
import { createCity, DATASET, LARGE, putVersion } from "./world.ts";

const ROWS = 1_000_000;
/** A tenth where less is measured than the targets are for. */
const LEFT = 100_000;
/** Items that one BatchWriteItem takes. */
const BATCH = 25;

/**
 * Notes that so many persons left, as `settle` leaves it once their rows are gone from what is stored. In batches, straight to the
 * store: one after another, as `tavolo withdraw` would, takes minutes and is not what is measured.
 */
async function noteLeft(stores: Stores, count: number): Promise<void> {
  const { url, accessKeyId } = stores.access.private;
  const client = localClient(url, accessKeyId);
  const body: Withdrawn = {
    at: Math.floor(Date.now() / 1000) - 86_400,
    kind: "objection",
    epoch: 0,
  };
  const item = () => ({
    pk: { S: partitionOf(withdrawal, { dataset: DATASET }) },
    sk: { S: randomBytes(16).toString("base64url") },
    body: { S: JSON.stringify(body) },
    revision: { N: "1" },
    write: { S: "bench" },
  });
  for (let from = 0; from < count; from += BATCH) {
    const puts = Array.from({ length: Math.min(BATCH, count - from) }, () => ({
      PutRequest: { Item: item() },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableOf(LARGE.id)]: puts } }));
  }
  client.destroy();
}

/** A city with its rows, and with so many who left. */
async function prepare(folder: string, rows: string, left: number): Promise<void> {
  const at = paths(folder);
  await createCity(at, LARGE);
  const stores = await openStores(at);
  try {
    const store = await stores.store(LARGE.id);
    await putVersion(at, store, LARGE, rows);
    await noteLeft(stores, left);
    const found = store.query(partitionOf(withdrawal, { dataset: DATASET }), { limit: left });
    let count = 0;
    for await (const _ of found) count += 1;
    if (count !== left) throw new Error(`${count} who left are in the store, not ${left}`);
  } finally {
    await stores.close();
  }
}

export const withdrawn: Section = {
  name: "withdrawals",
  title: "Withdrawals behind a release",
  about: "a release with 100,000 withdrawals behind it, against one with none",
  async measure({ scratch, rows: most, rounds, say }) {
    const rowCount = Math.min(ROWS, most);
    const left = rowCount < ROWS ? LEFT / 10 : LEFT;
    const rows = join(scratch, "rows.parquet");
    await writeRows(rows, LARGE, rowCount, rowCount / 10);
    const [many, none] = [join(scratch, "many"), join(scratch, "none")];
    const { ms } = await timed(() => prepare(many, rows, left));
    await prepare(none, rows, 0);
    say(`  ${left.toLocaleString("en")} withdrawals noted in ${(ms / 1000).toFixed(1)} s`);
    for (const state of [many, none]) await releaseCopy(state, scratch);
    const runs: { many: Run; none: Run }[] = [];
    for (let round = 0; round < rounds; round++) {
      // who goes first changes, so that neither always finds what the other left
      const [first, second] = round % 2 === 0 ? [many, none] : [none, many];
      const took = [await releaseCopy(first, scratch), await releaseCopy(second, scratch)];
      const [withMany, withNone] = round % 2 === 0 ? took : took.reverse();
      runs.push({ many: withMany!, none: withNone! });
      say(
        `  round ${round + 1} of ${rounds}: ${withMany!.ms.toFixed(0)} ms, ${withNone!.ms.toFixed(0)} ms without`,
      );
    }
    const measured = runs.map((run): Round => ({ ours: [run.many.ms], other: [run.none.ms] }));
    const memory = [
      spreadOf(runs.map((run) => run.many.rss)),
      spreadOf(runs.map((run) => run.none.rss)),
    ] as const;
    const comparison = compare(
      {
        name: `A release with ${left.toLocaleString("en")} withdrawals behind it, against one with none`,
        target: { at: "most", value: 1.2 },
        sides: [`after ${left.toLocaleString("en")} withdrawals`, "after none"],
        memory,
        notes: [
          `${rowCount.toLocaleString("en")} rows on both sides, those of the persons who stayed; each run is a process of its own over a copy of its state. The withdrawals lie in the store as carried out: a release reads who left since its version was written, and not who left before.`,
        ],
      },
      measured,
    );
    return { comparisons: [comparison], tables: [] };
  },
};
