/** On what ground a question may be answered: the node's own copy of an agreement, whatever the hub says. */
import * as z from "zod";
import { Agreement, GeneralJws } from "../../schemas/agreement.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import type { Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { sha256, verifyAgreement } from "../shared/jws.ts";
import type { Plan } from "../shared/plan.ts";

const Stored = z.looseObject({ jws: GeneralJws });

// signatures over the same bytes need no second check; what is in force is read from the store each time
const verified = new Map<string, Agreement>();

async function agreementOf(body: unknown, self: DirectoryEntry, now: number): Promise<Agreement> {
  const { jws } = Stored.parse(body);
  const name = sha256(`${self.id}.${JSON.stringify(jws)}`);
  let agreement = verified.get(name);
  if (agreement === undefined) {
    agreement = await verifyAgreement(jws, Agreement, (id, claimed) => (id === self.id ? self.keys : claimed), now);
    if (verified.size > 1000) verified.clear();
    verified.set(name, agreement);
  }
  return agreement;
}

/** The agreement in force under which this member may ask for this dataset and purpose. Throws `Refused` no-agreement or purpose-denied. */
export async function agreementFor(
  store: Store,
  self: DirectoryEntry,
  query: Pick<Query, "dataset" | "iss" | "purposeId">,
  now: number,
): Promise<Agreement> {
  let another = false;
  for await (const { body } of store.query("answer#agreement", { prefix: `${query.dataset}#${query.iss}#` })) {
    const agreement = await agreementOf(body, self, now);
    const holds = agreement.provider.id === self.id && agreement.consumer.id === query.iss && agreement.dataset === query.dataset;
    if (!holds || now < agreement.from || now > agreement.until) continue;
    if (agreement.purpose.id === query.purposeId) return agreement;
    another = true;
  }
  throw new Refused(another ? "purpose-denied" : "no-agreement");
}

/** Throws `Refused` beyond-agreement where the question needs a field or dimension that the agreement does not name. */
export function withinAgreement(agreement: Agreement, query: Query, plan: Plan): void {
  const { measures, dimensions } = agreement;
  const needed = plan.figures.map(({ id }) => id);
  const used = [...query.by, ...Object.keys(query.where)];
  const beyond =
    (measures !== "all" && needed.find((id) => !measures.includes(id))) ||
    (dimensions !== "all" && used.find((id) => !dimensions.includes(id)));
  const most = agreement.tighter?.order ?? Number.POSITIVE_INFINITY;
  if (plan.by.length + plan.filter.length > most) throw new Refused("beyond-agreement", `the agreement allows ${most} dimensions at once`);
  if (beyond) throw new Refused("beyond-agreement", `${beyond} is not in the agreement`);
}
