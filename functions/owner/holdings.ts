/** What the node holds, read off pointers alone: descriptors and releases. No row, file or key is looked at. */
import type { Descriptor } from "../../schemas/descriptor.ts";
import { type VersionPointer, version } from "../../schemas/items/keep.ts";
import { pointer } from "../../schemas/items/release.ts";
import { inOrder, yearOf } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import { SignedManifest } from "../../schemas/release.ts";
import type { StoredAccount } from "../account/account.ts";
import { standingOf } from "../account/standing.ts";
import { accept } from "../disclosure/descriptor-rules.ts";
import type { Turn } from "../disclosure/fixed-policy.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { planRelease } from "../disclosure/release-plan.ts";
import { peek } from "../signing/jws.ts";
import { queryItems } from "../store/stored.ts";

/** A dataset of which there are rows. */
export interface StoredDataset {
  readonly descriptor: Descriptor;
  /** What was fixed of its policy, a period. */
  readonly fixed?: VersionPointer["fixed"] | undefined;
  readonly periods: readonly string[];
  /** How often it was written anew. */
  readonly number: number;
}
export interface Holdings {
  readonly kept: readonly StoredDataset[];
  /** The latest release of every dataset and period that is out. */
  readonly released: readonly SignedManifest[];
}

export async function holdingsOf(store: Store): Promise<Holdings> {
  const [kept, released] = await Promise.all([storedIn(store), releasedIn(store)]);
  return { kept, released };
}

async function storedIn(store: Store): Promise<StoredDataset[]> {
  const kept: StoredDataset[] = [];
  for await (const { body, revision } of queryItems(store, version, {})) {
    const { descriptor, fixed, periods } = body;
    kept.push({ descriptor, fixed, periods, number: revision });
  }
  return kept;
}

async function releasedIn(store: Store): Promise<SignedManifest[]> {
  const released: SignedManifest[] = [];
  // what the node's own release role signed and stored here is not verified anew
  for await (const { body } of queryItems(store, pointer, {}))
    released.push(peek(body.manifest, SignedManifest));
  return released;
}

/** The number of the latest release of a period that is out; 0 where none is. */
export const outOf = (
  { released }: Pick<Holdings, "released">,
  dataset: string,
  period: string,
): number => released.find((one) => one.dataset === dataset && one.period === period)?.number ?? 0;

/** mu² of one release of a period, by what it may spend. */
export function chargeOf({ descriptor }: StoredDataset, period: string, turn?: Turn): number {
  return readingOf(descriptor.policy.method).protects
    ? planRelease(accept(descriptor), period, turn).mu2
    : 0;
}

/** A release that nothing was charged for yet, with what it will spend. */
interface Planned {
  readonly period: string;
  readonly number: number;
  readonly day: string;
  readonly mu2: number;
}

/** Releases that the periods of a year may have and that nothing was charged for yet. */
export const plannedOf = (kept: StoredDataset, account: StoredAccount, year: string): Planned[] =>
  inOrder(Object.keys(kept.descriptor.policy.calendar))
    .filter((period) => yearOf(period) === year)
    .flatMap((period) => plannedIn(kept, account, period));

function plannedIn(kept: StoredDataset, account: StoredAccount, period: string): Planned[] {
  const { id } = kept.descriptor;
  const charged = Math.max(
    0,
    ...account.entries
      .filter((entry) => entry.dataset === id && entry.period === period)
      .map(({ number }) => number),
  );
  const { calendar, turns } = standingOf(account, kept, period);
  return calendar
    .map((day, at) => ({ number: at + 1, day, turn: turns?.[at] }))
    .filter(({ number }) => number > charged)
    .map(({ number, day, turn }) => ({ period, number, day, mu2: chargeOf(kept, period, turn) }));
}
