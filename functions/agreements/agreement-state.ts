/**
 * How an agreement stands: a pure function of its terms, who signed it, what its parties said of it since, and the time. Pure, and
 * the same at hub, node and in a browser.
 *
 *     proposed → signed by both → in force → expired
 *                                  ⇅ suspended        from anywhere but expired: revoked
 *
 * Each party speaks for its own side: either can suspend, and only who suspended resumes; either can revoke, for good. So what one
 * says never depends on what the other said before, and the order in which things arrive does not matter.
 */
import {
  type Agreement,
  type AgreementEvent,
  type AgreementState,
  EVENTS_AT_MOST,
} from "../../schemas/agreement.ts";
import { Refused } from "../../schemas/refusal.ts";

type Said = Pick<AgreementEvent, "iss" | "number" | "what">;
type Side = "stands" | "suspended" | "revoked";

export interface Facts {
  readonly agreement: Pick<Agreement, "from" | "until"> & {
    readonly consumer: { readonly id: string };
    readonly provider: { readonly id: string };
  };
  /** Parties whose signatures were verified. */
  readonly signed: readonly string[];
  /** Events whose signatures were verified, in any order. */
  readonly events: readonly Said[];
  readonly now: number;
}

/** What one party says of its own side: its latest word counts. Of two under one number, which an honest party never signs, the stricter. */
export function sideOf(party: string, events: readonly Said[]): Side {
  const own = events.filter(({ iss }) => iss === party);
  if (own.some(({ what }) => what === "revoke")) return "revoked";
  const last = Math.max(0, ...own.map(({ number }) => number));
  return own.some(({ number, what }) => number === last && what === "suspend")
    ? "suspended"
    : "stands";
}

/** Revoked is final, whatever the clock says; the last second of validity is included. */
export function stateOf({ agreement, signed, events, now }: Facts): AgreementState {
  const parties = [agreement.consumer.id, agreement.provider.id];
  const sides = parties.map((party) => sideOf(party, events));
  if (sides.includes("revoked")) return "revoked";
  if (now > agreement.until) return "expired";
  if (!parties.every((party) => signed.includes(party))) return "proposed";
  if (sides.includes("suspended")) return "suspended";
  return now < agreement.from ? "signed" : "in-force";
}

/** Who has not signed yet. */
export const awaitedBy = ({
  agreement: { consumer, provider },
  signed,
}: Pick<Facts, "agreement" | "signed">): string[] =>
  [consumer.id, provider.id].filter((party) => !signed.includes(party));

/**
 * Whether a party may say this now, after what it said before. A proposal can only be refused, or taken back: both are a revocation.
 * Throws `Refused` agreement-state.
 */
export function checkStep(said: Said, before: readonly Said[], proposed: boolean): void {
  const side = sideOf(said.iss, before);
  const refuse = (why: string) => {
    throw new Refused("agreement-state", why);
  };
  if (side === "revoked") refuse(`${said.iss} revoked it: that is final; propose another`);
  if (proposed && said.what !== "revoke")
    refuse("it is only proposed: sign it, or revoke it to refuse");
  if (said.what === "resume" && side !== "suspended")
    refuse(`${said.iss} has not suspended it: only who suspended resumes`);
  if (said.number === EVENTS_AT_MOST && said.what !== "revoke")
    refuse("it was suspended too often: revoke it, and propose another");
}
