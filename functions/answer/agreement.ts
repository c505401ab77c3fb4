/** On what ground a question may be answered: the node's own copy of an agreement and of what was said of it, whatever the hub says. */

import { Agreement, type AgreementState, type GeneralJws } from "../../schemas/agreement.ts";
import { nodeAgreement } from "../../schemas/items/agreements.ts";
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { byOf, type Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type StoredAgreement, storedIn, verifiedEvents } from "../agreements/agreement-events.ts";
import { stateOf } from "../agreements/agreement-state.ts";
import type { Plan } from "../disclosure/figure-plan.ts";
import { keyring } from "../members/keyring.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { verifyAgreement } from "../signing/jws.ts";

interface Verified {
  readonly signatures: string;
  readonly agreement: Agreement;
}
// by node and terms: signatures over the same bytes need no second check; what was said since is read from the store each time
const verified = boundedCache<Verified>(1000);

async function agreementOf(jws: GeneralJws, self: DirectoryEntry, now: number): Promise<Agreement> {
  const name = `${self.id} ${jws.payload}`;
  const known = verified.get(name);
  const signatures = jws.signatures
    .map(({ protected: header, signature }) => `${header}.${signature}`)
    .join(" ");
  if (known?.signatures === signatures) return known.agreement;
  const agreement = await verifyAgreement(
    jws,
    Agreement,
    (id, claimed) => (id === self.id ? self.keys : claimed),
    now,
  );
  verified.set(name, { signatures, agreement });
  return agreement;
}

interface Held {
  readonly agreement: Agreement;
  readonly state: AgreementState;
}

/** How an agreement that this node keeps stands at this moment. What nobody who is a party signed counts for nothing. */
async function standing(
  store: Store,
  self: DirectoryEntry,
  { jws, events }: StoredAgreement,
  now: number,
): Promise<Held> {
  const agreement = await agreementOf(jws, self, now);
  const { consumer } = agreement;
  // most agreements are never spoken of again: then nobody's keys are needed
  const theirs = events.length === 0 ? [] : await keyring(store).keysOf(consumer);
  const keysOf = (id: string): readonly MemberKey[] => (id === self.id ? self.keys : theirs);
  const said = await verifiedEvents(events, jws, keysOf, now);
  return {
    agreement,
    state: stateOf({ agreement, signed: [self.id, consumer.id], events: said, now }),
  };
}

const REFUSED: Readonly<
  Partial<Record<AgreementState, "agreement-suspended" | "agreement-revoked">>
> = {
  suspended: "agreement-suspended",
  revoked: "agreement-revoked",
};

/**
 * The agreement in force under which this member may ask for this dataset and purpose. Throws `Refused`: no-agreement,
 * purpose-denied, agreement-suspended, agreement-revoked.
 */
export async function agreementFor(
  store: Store,
  self: DirectoryEntry,
  query: Pick<Query, "dataset" | "iss" | "purposeId">,
  now: number,
): Promise<Agreement> {
  // one that has left gives nothing to others any more, whoever still passes their questions on
  if (self.left !== undefined) throw new Refused("no-agreement");
  const prefix = `${query.dataset}#${query.iss}#`;
  const items = await Array.fromAsync(store.query(nodeAgreement.pk, { prefix }));
  let another = false;
  let ended: "agreement-suspended" | "agreement-revoked" | undefined;
  for (const kept of storedIn(items)) {
    const { agreement, state } = await standing(store, self, kept, now);
    const holds =
      agreement.provider.id === self.id &&
      agreement.consumer.id === query.iss &&
      agreement.dataset === query.dataset;
    if (!holds) continue;
    const isFor = agreement.purpose.id === query.purposeId;
    if (state === "in-force" && isFor) return agreement;
    if (isFor) ended = REFUSED[state] ?? ended;
    if (state === "in-force") another = true;
  }
  throw new Refused(ended ?? (another ? "purpose-denied" : "no-agreement"));
}

/** Throws `Refused` beyond-agreement where the question needs a field or dimension that the agreement does not name. */
export function withinAgreement(agreement: Agreement, query: Query, plan: Plan): void {
  const { measures, dimensions } = agreement;
  const needed = plan.figures.map(({ id }) => id);
  const used = [...query.by.map((by) => byOf(by).id), ...Object.keys(query.where)];
  const beyond =
    (measures !== "all" && needed.find((id) => !measures.includes(id))) ||
    (dimensions !== "all" && used.find((id) => !dimensions.includes(id)));
  const most = agreement.tighter?.order ?? Number.POSITIVE_INFINITY;
  if (plan.by.length + plan.filter.length > most)
    throw new Refused("beyond-agreement", `the agreement allows ${most} dimensions at once`);
  if (beyond) throw new Refused("beyond-agreement", `${beyond} is not in the agreement`);
}
