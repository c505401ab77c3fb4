/**
 * What the asker may have, member by member. Own data needs nothing, open data a token, records an agreement in force for
 * this purpose. This is the hub's word on it, so that nobody is asked in vain; each node decides again by its own copy.
 * Which fields and dimensions an agreement covers is left to the node.
 */
import type { Agreement, AgreementState } from "../../schemas/agreement.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest } from "../../schemas/release.ts";
import { rulesOfKind } from "../disclosure/kinds.ts";
import type { Directory } from "../members/directory.ts";
import type { Authenticated } from "./authenticate.ts";
import { type MemberPart, partOf } from "./part.ts";

export interface AuthoriseDeps {
  readonly directory: Pick<Directory, "some">;
  /** What a member offers for a dataset and period. Throws `Refused` as data for that member. */
  readonly offers: {
    release(
      member: DirectoryEntry,
      dataset: string,
      period: string,
      now: number,
    ): Promise<Manifest>;
  };
  readonly agreements: {
    /** All that a consumer ever agreed on a dataset, with whatever provider, as it stands now. */
    of(consumer: string, dataset: string, now: number): Promise<readonly Agreed[]>;
    /** Counts answers that were given under agreements of one consumer on one dataset. */
    used(
      consumer: string,
      dataset: string,
      agreements: readonly string[],
      now: number,
    ): Promise<void>;
  };
}

/** An agreement as the hub sees it. */
export interface Agreed {
  readonly agreement: Pick<Agreement, "id" | "provider" | "purpose" | "callsADay" | "retention">;
  readonly state: AgreementState;
  /** Who has not signed it: nobody, where it ever was in force. */
  readonly awaits: readonly string[];
  /** Answers that the hub counted under it. */
  readonly used: { readonly today: number };
}

export interface Allowed {
  readonly entry: DirectoryEntry;
  readonly manifest: Manifest;
}

/** A question with the members of whom it may be asked. Only `authorise` can make one. */
export class Authorised {
  readonly #parts: readonly MemberPart<Allowed>[];
  readonly query: Query;
  readonly jws: string;
  private constructor({ query, jws }: Authenticated, parts: readonly MemberPart<Allowed>[]) {
    this.query = query;
    this.jws = jws;
    this.#parts = parts;
  }
  get parts(): readonly MemberPart<Allowed>[] {
    return this.#parts;
  }

  /**
   * A member that may not be asked is data. Nothing has gone out to anybody before the question is known to be used for the first
   * time. Throws `Refused`: replayed, too-many-calls.
   */
  static async authorise(
    register: AuthoriseDeps,
    authenticated: Authenticated,
    now: number,
  ): Promise<Authorised> {
    const { query } = authenticated;
    const [entries, agreed] = await Promise.all([
      register.directory.some(query.members),
      register.agreements.of(query.iss, query.dataset, now),
      authenticated.used,
    ]);
    const parts = query.members.map((member) =>
      partOf(member, () =>
        allowed(register, query, { entry: entries.get(member), member, agreed }, now),
      ),
    );
    return new Authorised(authenticated, await Promise.all(parts));
  }
}

interface Asked {
  readonly member: string;
  readonly entry: DirectoryEntry | undefined;
  /** Of all providers. */
  readonly agreed: readonly Agreed[];
}

/** Throws `Refused`: unknown-member, as `checkAgreed`, or why the offer cannot be seen. */
async function allowed(
  { offers }: AuthoriseDeps,
  query: Query,
  { member, entry, agreed }: Asked,
  now: number,
): Promise<Allowed> {
  if (entry === undefined) throw new Refused("unknown-member", member);
  const manifest = await offers.release(entry, query.dataset, query.period, now);
  if (query.iss !== member && rulesOfKind(manifest.kind).access !== "anybody")
    checkAgreed(
      agreed.filter(({ agreement }) => agreement.provider.id === member),
      query.purposeId,
      now,
    );
  return { entry, manifest };
}

const DAY = 86_400;
/** Throws `Refused`: no-agreement, purpose-denied, agreement-suspended, agreement-revoked, calls-exhausted. */
function checkAgreed(held: readonly Agreed[], purposeId: string | undefined, now: number): void {
  const forIt = held.filter(({ agreement }) => agreement.purpose.id === purposeId);
  const inForce = forIt.find(({ state }) => state === "in-force");
  if (inForce !== undefined) {
    const { callsADay } = inForce.agreement;
    if (inForce.used.today < callsADay) return;
    const retryAfter = DAY - (now % DAY);
    throw new Refused("calls-exhausted", {
      detail: `${callsADay} a day under this agreement; again in ${retryAfter} seconds`,
      retryAfter,
    });
  }
  if (forIt.some(({ state }) => state === "suspended")) throw new Refused("agreement-suspended");
  if (forIt.some(({ state, awaits }) => state === "revoked" && awaits.length === 0))
    throw new Refused("agreement-revoked");
  throw new Refused(
    held.some(({ state }) => state === "in-force") ? "purpose-denied" : "no-agreement",
  );
}
