/** The hub's copy of the agreements: what it has checked, for everybody to read, and for reportText no before a node is asked in vain. A node never relies on it. */

import {
  type Agreement,
  AgreementEvent,
  type AgreementState,
  type GeneralJws,
} from "../../schemas/agreement.ts";
import { hubAgreement } from "../../schemas/items/agreements.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { Item, Store } from "../../schemas/ports.ts";
import { readCache } from "../members/read-cache.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { kidOf, peek } from "../signing/jws.ts";
import { agreementIn, type StoredAgreement, storedAt, storedIn } from "./agreement-events.ts";
import { awaitedBy, stateOf } from "./agreement-state.ts";
import { type UsageBook, type Used, usageBook } from "./usage.ts";

/** An agreement as it stands now. */
export interface Standing {
  readonly agreement: Agreement;
  readonly state: AgreementState;
  /** Who has not signed yet. */
  readonly awaits: readonly string[];
  readonly used: Used;
}

interface HubAgreements {
  all(now: number): Promise<readonly Standing[]>;
  /** All that a consumer ever agreed on a dataset, with whatever provider. */
  of(consumer: string, dataset: string, now: number): Promise<readonly Standing[]>;
  /** The whole of it, as it was signed. */
  get(id: string): Promise<StoredAgreement | undefined>;
  /** Counts answers that were given under agreements of one consumer on one dataset. */
  used: UsageBook["count"];
}

const UNUSED: Used = { today: 0, total: 0 };

export function hubAgreements(store: Store): HubAgreements {
  const usage = usageBook(store);
  // what was agreed under a payload never changes: it is parsed once
  const parsed = boundedCache<Agreement>(10_000);
  const standing = (
    kept: StoredAgreement,
    used: ReadonlyMap<string, Used>,
    now: number,
  ): Standing => {
    const agreement = parsed.of(kept.jws.payload, () => agreementIn(kept.jws));
    return {
      agreement,
      used: used.get(agreement.id) ?? UNUSED,
      ...standingOf(kept, agreement, now),
    };
  };
  return {
    async all(now) {
      const [items, used] = await Promise.all([collected(store), usage.all(now)]);
      return storedIn(items).map((kept) => standing(kept, used, now));
    },
    async of(consumer, dataset, now) {
      const [items, used] = await Promise.all([
        collected(store, `${consumer}/`),
        usage.of(consumer, dataset, now),
      ]);
      return storedIn(items.filter(({ sk }) => sk.split("/")[2] === dataset)).map((kept) =>
        standing(kept, used, now),
      );
    },
    get: (id) => storedAt(store, keyOf(hubAgreement, { agreement: id })),
    used: usage.count,
  };
}

/** The same as it was a moment ago, for questions: see functions/members/read-cache.ts for how long, and for whom. */
export function cachedAgreements({
  of,
  used,
}: Pick<HubAgreements, "of" | "used">): Pick<HubAgreements, "of" | "used"> {
  const look = readCache<readonly Standing[]>();
  return {
    used,
    async of(consumer, dataset, now) {
      const current = look();
      // whether one is in force depends on the second
      const name = `${consumer}/${dataset} ${now}`;
      const held = current.known(name);
      if (held !== undefined) return held.value;
      const value = await of(consumer, dataset, now);
      current.keep(name, value);
      return value;
    },
  };
}

/** Signatures and events were verified when they were taken up, each by its own party's keys. */
export function standingOf(
  { jws, events }: Pick<StoredAgreement, "jws" | "events">,
  agreement: Agreement,
  now: number,
) {
  const signed = signedBy(jws, agreement);
  const state = stateOf({
    agreement,
    signed,
    events: events.map((event) => peek(event, AgreementEvent)),
    now,
  });
  return { state, awaits: awaitedBy({ agreement, signed }) };
}

/** By whose pinned keys the signatures say that they are. */
const signedBy = ({ signatures }: GeneralJws, { consumer, provider }: Agreement): string[] => {
  const kids = signatures.map(({ protected: header }) => kidOf(header, "tavolo-agreement+jws"));
  return [consumer, provider]
    .filter(({ keys }) => keys.some(({ kid }) => kids.includes(kid)))
    .map(({ id }) => id);
};

const collected = (store: Store, prefix?: string): Promise<Item[]> =>
  Array.fromAsync(store.query(hubAgreement.pk, prefix === undefined ? {} : { prefix }));
