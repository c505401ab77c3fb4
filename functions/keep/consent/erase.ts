/**
 * Erasure (GDPR, art. 17): the rows of persons go from the one stored version and from every draft, and with them what the node has
 * noted of their consent and the receipts that name them. What stays is one pseudonym a person, so that a later file cannot bring them
 * back; it is worth nothing without the key.
 * Top to bottom: finishRotation → versionInForce → namesOf → takeOut → deleteAll → log → issue.
 */
import { partitionOf } from "../../../schemas/items/item.ts";
import { consentEvent, receipt } from "../../../schemas/items/keep.ts";
import type { Item } from "../../../schemas/ports.ts";
import { inParallel } from "../in-parallel.ts";
import { finishRotation } from "../rekey.ts";
import { versionInForce } from "../version-store.ts";
import { issue, namesOf, type People, type Signed } from "./receipts.ts";
import { aboutOf, takeOut, type WithdrawDeps } from "./withdraw.ts";

interface Erasure extends People {
  readonly dataset: string;
}

/** Erases persons. The receipt is one for all, and names none. Undefined where nobody was named. Throws what `withdraw` throws. */
export async function erase(
  deps: WithdrawDeps,
  { dataset, ...people }: Erasure,
): Promise<Signed | undefined> {
  const now = deps.clock();
  await finishRotation(deps, dataset, now);
  const held = await versionInForce(deps.store, dataset);
  const who = await namesOf(deps, dataset, people, held?.pointer);
  if (who.names.length === 0) return undefined;
  const { after } = await takeOut(deps, dataset, who, "erasure", now);
  await inParallel(who.names, async (name) => {
    for (const kind of [consentEvent, receipt])
      await deleteAll(deps, partitionOf(kind, { dataset }), `${name}#`);
  });
  await deps.log("erasure", { dataset, persons: who.names.length });
  return issue(deps, { ...aboutOf(dataset, "erasure", after, now), at: now }, now);
}

async function deleteAll({ store }: WithdrawDeps, pk: string, prefix: string): Promise<void> {
  const found: Item[] = [];
  for await (const item of store.query(pk, { prefix })) found.push(item);
  for (const { sk } of found) await store.delete(pk, sk);
}
