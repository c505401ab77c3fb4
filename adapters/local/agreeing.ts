/** Agreements over HTTP, as a party works with them: read from the hub, checked here by the keys that this machine trusts, told to hub and node. */

import type * as z from "zod";
import {
  agreementIn,
  storedIn,
  verifiedEvents,
} from "../../functions/agreements/agreement-events.ts";
import { stateOf } from "../../functions/agreements/agreement-state.ts";
import { signersOf } from "../../functions/signing/jws.ts";
import { isUnverified } from "../../functions/signing/unverified.ts";
import {
  Agreement,
  AgreementFile,
  AgreementId,
  type AgreementState,
  AgreementTaken,
  type GeneralJws,
  Register,
} from "../../schemas/agreement.ts";
import { DatasetsResponse, type Offered } from "../../schemas/catalogue.ts";
import { nodeAgreement } from "../../schemas/items/agreements.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { byTime } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { send } from "../client/http.ts";

export interface Bundle {
  readonly agreement: GeneralJws;
  readonly events: readonly string[];
}

const trimmed = (url: string) => url.replace(/\/+$/, "");
const read = async <T>(url: string, schema: z.ZodType<T>): Promise<T> =>
  schema.parse(await (await send(url)).json());

export const registerAt = (hub: string): Promise<Register> =>
  read(`${trimmed(hub)}/v1/agreements`, Register);

/** One agreement as the hub has it. Throws `Refused` not-found. */
export async function agreementAt(hub: string, id: string): Promise<Bundle> {
  if (!AgreementId.safeParse(id).success)
    throw new Refused(
      "not-found",
      `${id}: an agreement is called consumer/provider/dataset/number`,
    );
  return read(`${trimmed(hub)}/v1/agreements/${id}`, AgreementFile).catch((error: unknown) => {
    if (error instanceof Refused && error.reason === "not-found")
      throw new Refused("not-found", `no agreement is called ${id}: npx tavolo agreement list`);
    throw error;
  });
}

/** The copy of an agreement that the provider's own node keeps; none at a consumer. */
export async function ownCopy(store: Store, id: string): Promise<Bundle | undefined> {
  const [consumer, , dataset] = id.split("/");
  const prefix = `${dataset}#${consumer}#`;
  const items = await Array.fromAsync(store.query(nodeAgreement.pk, { prefix }));
  const kept = storedIn(items).find(({ jws }) => agreementIn(jws).id === id);
  return kept && { agreement: kept.jws, events: kept.events };
}

/** The own node's copy, with what the hub has besides; where the hub has other terms under the id, nothing of its. */
export function withOwn(own: Bundle | undefined, held: Bundle): Bundle {
  if (own === undefined) return held;
  const more = own.agreement.payload === held.agreement.payload ? held.events : [];
  return {
    agreement: own.agreement,
    events: [...own.events, ...more.filter((event) => !own.events.includes(event))],
  };
}

export interface Checked {
  readonly agreement: Agreement;
  readonly signed: readonly string[];
  readonly state: AgreementState;
  /** Events that none of the parties signed: they count for nothing. */
  readonly unsigned: number;
}

/** What an agreement is, by the keys of its parties as this machine trusts them. Throws `Refused` signature-invalid. */
export async function check(
  { agreement: jws, events }: Bundle,
  entries: readonly DirectoryEntry[],
  now: number,
): Promise<Checked> {
  const keysOf = (id: string) => entries.find((entry) => entry.id === id)?.keys ?? [];
  const { agreement, signed } = await signersOf(jws, Agreement, keysOf, now);
  const said = await verifiedEvents(events, jws, keysOf, now);
  return {
    agreement,
    signed,
    state: stateOf({ agreement, signed, events: said, now }),
    unsigned: events.length - said.length,
  };
}

export interface Told {
  readonly where: string;
  /** How it stands there now; or why it could not be told. */
  readonly state?: AgreementState;
  readonly refused?: Refused;
}

async function giveTo(where: string, url: string, { agreement, events }: Bundle): Promise<Told> {
  const body = JSON.stringify({ v: 1, agreement, events });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  try {
    const { state } = AgreementTaken.parse(
      await (await send(`${trimmed(url)}/v1/agreements`, init)).json(),
    );
    return { where, state };
  } catch (error) {
    if (error instanceof Refused) return { where, refused: error };
    if (!isUnverified(error)) throw error;
    return { where, refused: new Refused("answer-invalid") };
  }
}

/** Tells the provider's node first, where it counts, then the hub. A node is told nothing that is not signed by both. */
export async function tellBoth(
  hub: string,
  node: string | undefined,
  bundle: Bundle,
): Promise<Told[]> {
  const { provider } = agreementIn(bundle.agreement);
  const isSigned = bundle.agreement.signatures.length === 2;
  const atNode =
    isSigned && node !== undefined
      ? [await giveTo(`the node of ${provider.id}`, node, bundle)]
      : [];
  return [...atNode, await giveTo("the hub", hub, bundle)];
}

/** The newest release that a member offers of a dataset, and why none can be seen. */
export async function offeredBy(
  hub: string,
  member: string,
  dataset: string,
): Promise<{ offered?: Offered; there: string[]; outcome?: string }> {
  const { members } = await read(`${trimmed(hub)}/v1/datasets`, DatasetsResponse);
  const found = members.find((one) => one.member === member);
  const releases = (found?.datasets ?? [])
    .filter((one) => one.dataset === dataset)
    .sort((a, b) => byTime(b.period, a.period));
  const there = [...new Set((found?.datasets ?? []).map((one) => one.dataset))];
  return {
    ...(releases[0] ? { offered: releases[0] } : {}),
    there,
    ...(found?.outcome ? { outcome: found.outcome } : {}),
  };
}
