/** The stored rows that a release is computed from, and who left them since they were written. */
import * as z from "zod";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { pendingWithdrawal, version as versionItem } from "../../schemas/items/keep.ts";
import type { Blobs, RowsAt, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { dayOf } from "../disclosure/calendar.ts";
import { sha256 } from "../signing/jws.ts";
import { getItem, queryItems } from "../store/stored.ts";

export interface Rows {
  readonly path: string;
  readonly descriptor: unknown;
  /** Pseudonyms of those who left since: whoever left before is not among the rows. */
  readonly withdrawn: readonly string[];
  /** Another one where the rows, or who left them, have changed; as long however many left, since the draft holds it. */
  readonly state: string;
}

/** Its descriptor is refused by name where a release is planned, also where it got into the store past every check. */
const unchecked = {
  ...versionItem,
  body: versionItem.body.extend({ descriptor: z.unknown() }),
};

async function version(store: Store, dataset: string) {
  const item = await getItem(store, unchecked, { dataset });
  if (item === undefined)
    throw new Refused(
      "no-version",
      `ingest a file of ${dataset} first: tavolo ingest DESCRIPTOR FILE --as MEMBER`,
    );
  return { ...item.body, revision: item.revision };
}

/** The dataset's stored rows as the pointer names them. Throws `Refused` no-version. */
export async function currentVersion(
  store: Store,
  dataset: string,
): Promise<{ path: string; descriptor: unknown }> {
  const { path, descriptor } = await version(store, dataset);
  return { path, descriptor };
}

/** Where the rows of a version lie, as an engine is told. */
export const rowsAt = async (blobs: Blobs, { path }: Pick<Rows, "path">): Promise<RowsAt> => ({
  kind: "parquet",
  path: await blobs.local(path),
});

/**
 * The rows as they are now. Only who left since their version was written is read, however many left before. Throws `Refused`
 * no-version; rows-run-out where some have and are not gone; conflict where the pseudonyms of both are under different keys.
 */
export async function rowsNow(store: Store, dataset: string, now: number): Promise<Rows> {
  const ids: string[] = [];
  const withdrawn: string[] = [];
  const epochs = new Set<number>();
  for await (const { sk, body } of queryItems(store, pendingWithdrawal, { dataset })) {
    const { subjects, epoch } = body;
    ids.push(sk);
    withdrawn.push(...subjects);
    epochs.add(epoch);
  }
  const {
    path,
    descriptor,
    epoch,
    until = "9999",
    consentUntil = "9999",
    revision,
  } = await version(store, dataset);
  const end = found([until, consentUntil].sort()[0]);
  if (end <= dayOf(now))
    throw new Refused(
      "rows-run-out",
      `some should be gone since ${end}: tavolo schedule takes them out`,
    );
  if ([...epochs].some((one) => one !== epoch))
    throw new Refused(
      "conflict",
      "persons who left are being taken out under a new key; tavolo schedule finishes it",
    );
  return { path, descriptor, withdrawn, state: sha256([revision, ...ids].join(" ")) };
}

/** Whether the rows that a descriptor is of are those of one period, and of another than this. */
export const isOfAnother = ({ period: of }: Descriptor, period: string): boolean =>
  "value" in of && of.value !== period;

/** Throws `Refused` no-version where the rows in force are of another period: figures of none of them would all be zero. */
export function refuseOtherPeriod(descriptor: Descriptor, period: string): void {
  if (isOfAnother(descriptor, period))
    throw new Refused("no-version", `the rows in force are of another period than ${period}`);
}
