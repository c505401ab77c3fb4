/** Two cities and the key of one of them, for the client's tests. */
import { readFile } from "node:fs/promises";
import type { Ask } from "../../adapters/client/client.ts";
import { setClock } from "../../adapters/clock/clock.ts";
import { type Agreed, makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { aiuti, bytes, csv, tavola, tavolaCsv } from "../world/small.ts";

export const [ASKER, OTHER] = ["IT-020030", "IT-039014"] as const;
const agreed: Agreed = { consumer: ASKER, provider: OTHER, dataset: "aiuti" };

export interface Running {
  readonly world: World;
  readonly hub: string;
  readonly keyFile: string;
  readonly jwk: JsonWebKey;
}

export async function running(): Promise<Running> {
  const world = await makeWorld([member(ASKER), member(OTHER)], "2026-07-01");
  for (const id of [ASKER, OTHER]) await world.publish(id, aiuti(), bytes(csv()));
  await world.publish(OTHER, tavola, bytes(tavolaCsv));
  // from here on the clock is the machine's, as a program from outside has it
  await setClock(world.at.clock, new Date());
  const { hub } = await world.start([agreed]);
  const keyFile = world.at.key(ASKER, "member");
  return { world, hub, keyFile, jwk: JSON.parse(await readFile(keyFile, "utf8")) as JsonWebKey };
}

export const question = (change: Partial<Ask> = {}): Ask => ({
  ...{
    purposeId,
    members: [ASKER, OTHER],
    dataset: "aiuti",
    period: "2025",
    measures: [{ count: "any" }, { mean: "hours" }],
    by: ["sex"],
  },
  ...change,
});
