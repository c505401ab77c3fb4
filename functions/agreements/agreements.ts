/**
 * Agreements as their parties make them: drafted by one, signed by both over the same bytes, and what either says of them later.
 * Nothing here needs a store or a machine: a browser signs by the same lines. Whether the terms are lawful is not for code to say.
 */
import { Agreement, AgreementEvent, type GeneralJws, type Terms } from "../../schemas/agreement.ts";
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import type { Responsibility } from "../../schemas/organisation.ts";
import type { Signer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { peek, sha256, signCompact, signGeneral } from "../signing/jws.ts";
import { agreementIn, EVENT, termsOf } from "./agreement-events.ts";
import { checkStep } from "./agreement-state.ts";
import { defaultTerms } from "./terms.ts";

export { agreementIn };

/** What is not said is as `defaultTerms` has it. */
export interface Draft extends Partial<Terms> {
  readonly consumer: DirectoryEntry;
  readonly provider: DirectoryEntry;
  readonly dataset: string;
  /** Who answers for the rows, as the dataset says; else as the provider's entry does. */
  readonly responsibility?: Responsibility | undefined;
  /** Which one between the two on this dataset; a change of terms is a new agreement. */
  readonly number: number;
}

/** What may sign a question: the member's own keys, and those that vouch for the keys of its people's browsers. */
const askingKeys = (keys: readonly MemberKey[], now: number) =>
  keys.filter(
    ({ use, until }) =>
      (use === "member" || use === "session") && (until === undefined || until >= now),
  );

/** The terms with both parties' keys as they are now. `by` is who drafts, and signs first. Throws `ZodError`. */
export function draftAgreement(
  { consumer, provider, number, responsibility = provider.responsibility, ...terms }: Draft,
  by: string,
  now: number,
): Agreement {
  const party = ({ id, keys }: DirectoryEntry) => ({ id, keys: askingKeys(keys, now) });
  const id = `${consumer.id}/${provider.id}/${terms.dataset}/${number}`;
  const parties = { consumer: party(consumer), provider: party(provider) };
  return Agreement.parse({
    v: responsibility === undefined ? 1 : 2,
    iss: by,
    iat: now,
    id,
    ...parties,
    ...(responsibility === undefined ? {} : { responsibility }),
    ...defaultTerms(now),
    ...terms,
  });
}

/** One more signature. Each party reads `describeAgreement` before it signs. */
export const signAgreement = (signer: Signer, what: Agreement | GeneralJws): Promise<GeneralJws> =>
  signGeneral(signer, "tavolo-agreement+jws", what);

/**
 * Whether the keys that an agreement pins for a party are among those by which `entry` knows it, and good now. A party looks at
 * both sides before it signs: what is pinned is what a node will believe. Throws `Refused` signature-invalid.
 */
export function checkPins(
  agreement: Agreement,
  entry: Pick<DirectoryEntry, "id" | "keys">,
  now: number,
): void {
  const party = [agreement.consumer, agreement.provider].find(({ id }) => id === entry.id);
  const known = askingKeys(entry.keys, now);
  const isKnown = ({ use, jwk }: MemberKey) =>
    known.some((key) => key.use === use && key.jwk.x === jwk.x && key.jwk.y === jwk.y);
  const strange = party?.keys.find((key) => !isKnown(key));
  if (party === undefined || strange !== undefined)
    throw new Refused(
      "signature-invalid",
      `the agreement pins a key of ${entry.id} that is not, or no more, its own; propose another`,
    );
}

export interface Saying {
  readonly by: string;
  readonly what: AgreementEvent["what"];
  readonly reason?: string | undefined;
}

/**
 * What one party says of an agreement, signed: suspend, resume, revoke. `events` are all that were said of it before, by either. On
 * a proposal, revoking is how it is refused, or taken back. Throws `Refused` agreement-state.
 */
export async function signEvent(
  signer: Signer,
  { agreement, events }: { readonly agreement: GeneralJws; readonly events: readonly string[] },
  { by, what, reason }: Saying,
  now: number,
): Promise<string> {
  const said = events.map((jws) => ({ jws, event: peek(jws, AgreementEvent) }));
  const own = said
    .filter(({ event }) => event.iss === by)
    .sort((a, b) => a.event.number - b.event.number);
  const last = own.at(-1);
  const payload: AgreementEvent = {
    ...{ v: 1, iss: by, iat: now, agreement: agreementIn(agreement).id, terms: termsOf(agreement) },
    number: (last?.event.number ?? 0) + 1,
    ...(last === undefined ? {} : { previous: sha256(last.jws) }),
    what,
    ...(reason === undefined ? {} : { reason }),
  };
  checkStep(
    payload,
    said.map(({ event }) => event),
    agreement.signatures.length < 2,
  );
  return signCompact(signer, EVENT, AgreementEvent.parse(payload));
}
