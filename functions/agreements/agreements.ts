/**
 * Agreements: drafted by one party, signed by both over the same bytes, kept by the hub and by the provider's node. Whether
 * the terms are lawful is not for code to say.
 */
import * as z from "zod";
import { Agreement, AgreementId, GeneralJws } from "../../schemas/agreement.ts";
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import type { Signer, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { peek, signGeneral, verifyAgreement } from "../shared/jws.ts";

export interface Terms extends Pick<Agreement, "dataset" | "purpose" | "measures" | "dimensions" | "from" | "until"> {
  readonly consumer: DirectoryEntry;
  readonly provider: DirectoryEntry;
  /** Which one between the two on this dataset; a change of terms is a new agreement. */
  readonly number: number;
}

/** The terms with both parties' member keys as they are now. `by` is who drafts, and signs first. */
export function draftAgreement({ consumer, provider, number, ...terms }: Terms, by: string, now: number): Agreement {
  const party = ({ id, keys }: DirectoryEntry) => ({ id, keys: keys.filter(({ use }) => use === "member") });
  const id = `${consumer.id}/${provider.id}/${terms.dataset}/${number}`;
  return Agreement.parse({ v: 1, iss: by, iat: now, id, consumer: party(consumer), provider: party(provider), ...terms });
}

/** One more signature. Each party reads `agreementIn` before it signs. */
export const signAgreement = (signer: Signer, what: Agreement | GeneralJws): Promise<GeneralJws> =>
  signGeneral(signer, "tavolo-agreement+jws", what);

/** What a JWS says, without any check of its signatures: to read it before signing, or after they were checked. */
export const agreementIn = ({ payload }: GeneralJws): Agreement => peek(`.${payload}.`, Agreement);

/** Whether it holds at this second, the last one included. */
export const inForce = ({ from, until }: Agreement, now: number): boolean => from <= now && now <= until;

type KeysOf = (member: string) => readonly MemberKey[];

/** Checks both signatures, and that the id says what the terms say: the id is where it is kept and found. */
async function checked(jws: GeneralJws, keysOf: KeysOf, now: number): Promise<Agreement> {
  const agreement = await verifyAgreement(jws, Agreement, keysOf, now);
  const { id, consumer, provider, dataset, iss } = agreement;
  const consistent = id.startsWith(`${consumer.id}/${provider.id}/${dataset}/`) && [consumer.id, provider.id].includes(iss);
  if (!consistent || agreement.from > agreement.until) throw new Refused("body-invalid", "the agreement's id and its terms differ");
  return agreement;
}

const AT_HUB = "hub#agreement";
/** The hub keeps what it has checked beside the signed bytes; a node checks again whenever it reads. */
const Stored = z.strictObject({ jws: GeneralJws, agreement: Agreement.optional() });

/** Keeps an agreement at the hub. Its id can be taken once: the same bytes again change nothing, others are a conflict. */
export async function keepAtHub(store: Store, jws: GeneralJws, members: readonly DirectoryEntry[], now: number): Promise<Agreement> {
  const agreement = await checked(jws, (id) => members.find((member) => member.id === id)?.keys ?? [], now);
  await putOnce(store, AT_HUB, agreement.id, { jws, agreement });
  return agreement;
}

/** Keeps an agreement at the provider's node. `keysOf` are the keys that the provider itself knows, not what a hub says. */
export async function keepAtNode(store: Store, self: string, jws: GeneralJws, keysOf: KeysOf, now: number): Promise<Agreement> {
  const agreement = await checked(jws, keysOf, now);
  const { id, provider, dataset, consumer, purpose } = agreement;
  if (provider.id !== self) throw new Refused("body-invalid", "this node is not the provider");
  const number = AgreementId.parse(id).split("/").at(-1);
  await putOnce(store, "answer#agreement", `${dataset}#${consumer.id}#${purpose.id}#${number}`, { jws });
  return agreement;
}

async function putOnce(store: Store, pk: string, sk: string, body: z.infer<typeof Stored>): Promise<void> {
  if (await store.put({ pk, sk, body, revision: 1 }, { kind: "absent" })) return;
  const held = Stored.parse((await store.get(pk, sk))?.body);
  // signatures differ each time they are made; what was agreed is the payload
  if (held.jws.payload !== body.jws.payload) throw new Refused("conflict", `there is another agreement ${sk}`);
}

export interface HubAgreements {
  all(): Promise<readonly Agreement[]>;
  /** Everything that a consumer may ask of a dataset now, of whatever provider. */
  inForce(consumer: string, dataset: string, now: number): Promise<readonly Agreement[]>;
}

/** The hub's copy, as it was checked when it was kept. A node never relies on it. */
export function hubAgreements(store: Store): HubAgreements {
  // what was agreed under a payload never changes: it is parsed once
  const parsed = new Map<string, Agreement>();
  const agreementOf = (body: unknown): Agreement => {
    const { jws } = z.looseObject({ jws: GeneralJws }).parse(body);
    const known = parsed.get(jws.payload) ?? agreementIn(jws);
    if (parsed.size > 10_000) parsed.clear();
    parsed.set(jws.payload, known);
    return known;
  };
  return {
    async all() {
      const found: Agreement[] = [];
      for await (const { body } of store.query(AT_HUB)) found.push(agreementOf(body));
      return found;
    },
    async inForce(consumer, dataset, now) {
      const found: Agreement[] = [];
      for await (const { sk, body } of store.query(AT_HUB, { prefix: `${consumer}/` }))
        if (sk.split("/")[2] === dataset) found.push(agreementOf(body));
      return found.filter((agreement) => inForce(agreement, now));
    },
  };
}
