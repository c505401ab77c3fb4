/** Asks every node at once, under one deadline each. Never rejects for a node's sake: what goes wrong there is its outcome. */
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Peer, Signer } from "../../schemas/ports.ts";
import type { Ask, Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { freshId, signCompact } from "../signing/jws.ts";
import { type Answer, type Beside, checkPartial } from "../statements/partial.ts";
import { isRefused, type MemberPart, partOf } from "./part.ts";
import type { Asked, Planned } from "./plan.ts";

export interface FanOutDeps {
  readonly hub: string;
  /** The hub's key. */
  readonly signer: Signer;
  readonly peer: Pick<Peer, "ask">;
  readonly offers: {
    /** A member's signed manifest by its digest, with its code lists; the node is asked again where it is not known. */
    signed(member: DirectoryEntry, digest: string, now: number): Promise<Beside | undefined>;
  };
  /** Milliseconds that a node has to answer. */
  readonly deadlineMs?: number;
}

/** Life of an envelope, in seconds: the deadline and what clocks may differ by, no more. */
const ASK_LIFE = 30;

export interface Given extends Answer {
  /** The partial as its node signed it: it goes into the statement untouched. */
  readonly partialJws: string;
  /** The signed manifest, where the partial names it by its digest. */
  readonly beside?: string;
}

/** Answers that were checked, and the reasons of those who gave none. Only `fanOut` can make one. */
export class Collected {
  readonly #parts: readonly MemberPart<Given>[];
  readonly query: Query;
  readonly jws: string;
  private constructor({ query, jws }: Planned, parts: readonly MemberPart<Given>[]) {
    this.query = query;
    this.jws = jws;
    this.#parts = parts;
  }
  get parts(): readonly MemberPart<Given>[] {
    return this.#parts;
  }

  static async fanOut(line: FanOutDeps, planned: Planned, now: number): Promise<Collected> {
    const parts = planned.parts.map((part) =>
      isRefused(part)
        ? part
        : partOf(part.member, async () =>
            given(line, await call(line, planned, part, now), planned, part, now),
          ),
    );
    return new Collected(planned, await Promise.all(parts));
  }
}

/** The question, wrapped for one node alone. */
async function call(
  { hub, signer, peer, deadlineMs = 4000 }: FanOutDeps,
  { jws }: Planned,
  { entry }: Asked,
  now: number,
): Promise<string> {
  if (entry.url === undefined) throw new Refused("unreachable");
  const ask: Ask = {
    v: 1,
    iss: hub,
    iat: now,
    aud: entry.id,
    exp: now + ASK_LIFE,
    jti: freshId(),
    query: jws,
  };
  const signal = AbortSignal.timeout(deadlineMs);
  const envelope = await signCompact(signer, "tavolo-ask+jws", ask);
  try {
    // a peer that overlooks the signal must not hold up the others
    return await Promise.race([peer.ask(entry.url, envelope, signal), aborted(signal)]);
  } catch (error) {
    // the reason goes on, and nothing that the other side may have written beside it
    throw error instanceof Refused ? new Refused(error.reason) : error;
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(new Refused("too-slow")), { once: true }),
  );

async function given(
  { offers }: FanOutDeps,
  partialJws: string,
  { query, jws }: Planned,
  { entry }: Asked,
  now: number,
): Promise<Given> {
  let found: Beside | undefined;
  const beside = async (digest: string) => {
    found = await offers.signed(entry, digest, now);
    return found;
  };
  const answer = await checkPartial(partialJws, { query, jws }, entry, now, { beside });
  return { partialJws, ...answer, ...(found === undefined ? {} : { beside: found.jws }) };
}
