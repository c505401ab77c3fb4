/**
 * The account: one item a year over all datasets of a node, written under a condition on its revision, so that two
 * processes cannot both spend the last of it. Append-only.
 */
import { keyOf } from "../../schemas/items/item.ts";
import { account } from "../../schemas/items/release.ts";
import { formerPeriod, yearOf } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type AccountEntry,
  CEILING,
  type Correction,
  type FixedEntry,
  HIGHEST_CEILING,
  type Raise,
} from "../../schemas/release.ts";
import { bytesOf, MOST_BYTES } from "../disclosure/release-size.ts";
import { getItem, putNext } from "../store/stored.ts";

const ceilingOf = (raises: readonly Raise[]): number =>
  Math.min(
    HIGHEST_CEILING,
    raises.reduce((most, { points }) => Math.max(most, points), CEILING),
  );

/** A year's account as it is stored. Append-only: what is in its lists is never changed. */
export interface StoredAccount {
  readonly ceiling: number;
  readonly raises: readonly Raise[];
  readonly fixed: readonly FixedEntry[];
  readonly corrections: readonly Correction[];
  readonly entries: readonly AccountEntry[];
  readonly revision: number;
}

/** Of a year of which nothing was ever said. */
export const NO_ACCOUNT: StoredAccount = {
  ...{ ceiling: CEILING, raises: [], fixed: [], corrections: [], entries: [], revision: 0 },
};

export async function readAccount(store: Store, year: string): Promise<StoredAccount> {
  const item = await getItem(store, account, { year });
  if (item === undefined) return NO_ACCOUNT;
  return { ...item.body, ceiling: ceilingOf(item.body.raises), revision: item.revision };
}

/**
 * What is added to an account, by one conditional write of the whole year. Undefined where somebody else wrote in between. Throws
 * `Refused` account-exceeded where the item would be larger than a store takes: then nothing is charged that could not be told.
 */
export async function append(
  store: Store,
  year: string,
  before: StoredAccount,
  more: Partial<Pick<StoredAccount, "raises" | "fixed" | "corrections" | "entries">>,
): Promise<StoredAccount | undefined> {
  const raises = [...before.raises, ...(more.raises ?? [])];
  const body = {
    ceiling: ceilingOf(raises),
    raises,
    fixed: [...before.fixed, ...(more.fixed ?? [])],
    corrections: [...before.corrections, ...(more.corrections ?? [])],
    entries: [...before.entries, ...(more.entries ?? [])],
  };
  if (bytesOf(body) > MOST_BYTES.account)
    throw new Refused(
      "account-exceeded",
      `the account of ${year} would have more bytes than can be stored: release fewer fields, or less often`,
    );
  const held = before.revision === 0 ? undefined : { revision: before.revision };
  const won = await putNext(store, held, { ...keyOf(account, { year }), body });
  return won ? { ...body, revision: before.revision + 1 } : undefined;
}

/** The year before that of a period. */
export const formerYear = (period: string): string => formerPeriod(yearOf(period));

/** Of which dataset and period something is. */
export interface Of {
  readonly dataset: string;
  readonly period: string;
}
export const isOf =
  ({ dataset, period }: Of) =>
  (one: Of): boolean =>
    one.dataset === dataset && one.period === period;
