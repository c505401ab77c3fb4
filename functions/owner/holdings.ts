/** What the node holds, read off pointers alone: descriptors and releases. No row, file or key is looked at. */
import type { Descriptor } from "../../schemas/descriptor.ts";
import { version } from "../../schemas/items/keep.ts";
import { pointer } from "../../schemas/items/release.ts";
import type { Store } from "../../schemas/ports.ts";
import { type AccountEntry, Manifest } from "../../schemas/release.ts";
import { accept } from "../disclosure/descriptor-rules.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { planRelease } from "../disclosure/release-plan.ts";
import { peek } from "../signing/jws.ts";
import { queryItems } from "../store/stored.ts";

/** A dataset of which there are rows. */
export interface StoredDataset {
  readonly descriptor: Descriptor;
  readonly periods: readonly string[];
  /** How often it was written anew. */
  readonly number: number;
}
export interface Holdings {
  readonly kept: readonly StoredDataset[];
  /** The latest release of every dataset and period that is out. */
  readonly released: readonly Manifest[];
}

export async function holdingsOf(store: Store): Promise<Holdings> {
  const [kept, released] = await Promise.all([storedIn(store), releasedIn(store)]);
  return { kept, released };
}

async function storedIn(store: Store): Promise<StoredDataset[]> {
  const kept: StoredDataset[] = [];
  for await (const { body, revision } of queryItems(store, version, {})) {
    const { descriptor, periods } = body;
    kept.push({ descriptor, periods, number: revision });
  }
  return kept;
}

async function releasedIn(store: Store): Promise<Manifest[]> {
  const released: Manifest[] = [];
  // what the node's own release role signed and stored here is not verified anew
  for await (const { body } of queryItems(store, pointer, {}))
    released.push(peek(body.manifest, Manifest));
  return released;
}

/** The number of the latest release of a period that is out; 0 where none is. */
export const outOf = (
  { released }: Pick<Holdings, "released">,
  dataset: string,
  period: string,
): number => released.find((one) => one.dataset === dataset && one.period === period)?.number ?? 0;

/** mu² of one release of a period under the stored policy. */
export function chargeOf({ descriptor }: StoredDataset, period: string): number {
  return readingOf(descriptor.policy.method).protects
    ? planRelease(accept(descriptor), period).mu2
    : 0;
}

/** Releases of the calendar that nothing was charged for yet, a period. */
export function plannedOf(
  kept: StoredDataset,
  entries: readonly AccountEntry[],
  period: string,
): { readonly number: number; readonly day: string }[] {
  const { id, policy } = kept.descriptor;
  const charged = Math.max(
    0,
    ...entries
      .filter((entry) => entry.dataset === id && entry.period === period)
      .map(({ number }) => number),
  );
  return (policy.calendar[period] ?? [])
    .map((day, at) => ({ number: at + 1, day }))
    .filter(({ number }) => number > charged);
}
