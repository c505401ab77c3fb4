/** Whether an envelope is what it seems: the hub's signature around, the consumer's own inside. */
import { envelopeUsed } from "../../schemas/items/access.ts";
import { keyOf } from "../../schemas/items/item.ts";
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Ask, QUERY_LIFE, Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { keysUnder } from "../access/session.ts";
import { peek, SKEW, verifyClaims, verifyCompact } from "../signing/jws.ts";

/** What a node has pinned when it joined: itself and its hub. It trusts nothing else that a hub says. */
export interface Trust {
  readonly self: DirectoryEntry;
  readonly hub: DirectoryEntry;
}

/** An envelope that this hub signed for this node, seen for the first time. Only `verify` can make one. Says nothing yet of who asks. */
export class Envelope {
  readonly #claimed: Query;
  readonly jws: string;
  private constructor(jws: string) {
    this.jws = jws;
    this.#claimed = peek(jws, Query, "query-invalid");
  }
  /** What the very bytes of `jws` say; to be believed only once `verifyQuery` has passed. */
  get claimed(): Query {
    return this.#claimed;
  }

  /** Checks the hub's signature, addressee, life and replay. Throws `Refused` envelope-invalid, expired, replayed or query-invalid. */
  static async verify(
    envelope: string,
    { self, hub }: Trust,
    store: Store,
    now: number,
  ): Promise<Envelope> {
    const ask = await verifyCompact(envelope, "tavolo-ask+jws", Ask, {
      keys: hub.keys,
      use: "hub",
      now,
      reason: "envelope-invalid",
    });
    if (ask.iss !== hub.id || ask.aud !== self.id || ask.exp - ask.iat > QUERY_LIFE)
      throw new Refused("envelope-invalid");
    // it would still be accepted at exp + SKEW
    const expiresAt = ask.exp + SKEW + 1;
    const item = { ...keyOf(envelopeUsed, ask), body: {}, revision: 1, expiresAt };
    if (!(await store.put(item, { kind: "absent-or-expired", now }))) throw new Refused("replayed");
    return new Envelope(ask.query);
  }
}

/** A question whose consumer is certain. Only `verifyQuery` can make one. */
export class Asked {
  readonly #query: Query;
  readonly jws: string;
  private constructor(query: Query, jws: string) {
    this.#query = query;
    this.jws = jws;
  }
  get query(): Query {
    return this.#query;
  }
  /**
   * Checks the consumer's own signature against `pinned`, the keys that this node has of it; under a session, that of the browser
   * which one of them vouches for. A hub cannot forge, alter or redirect a question.
   */
  static async verifyQuery(
    { jws, claimed }: Envelope,
    pinned: readonly MemberKey[],
    { self, hub }: Trust,
    now: number,
  ): Promise<Asked> {
    const { iss: id, session, aud, iat, exp, members } = claimed;
    const keys = await keysUnder(
      session,
      { id, keys: pinned },
      { role: "asker", audience: hub.id, now },
    );
    await verifyClaims(jws, "tavolo-query+jws", { keys, use: "member", now });
    // from here on what those bytes claim is what the consumer signed
    if (aud !== hub.id || exp - iat > QUERY_LIFE) throw new Refused("signature-invalid");
    if (!members.includes(self.id))
      throw new Refused("query-invalid", "the question does not name this member");
    return new Asked(claimed, jws);
  }
  /** Open data: whoever asks may have it, so nothing about them needs to be known; the hub has checked their token. */
  static open({ jws, claimed }: Envelope): Asked {
    return new Asked(claimed, jws);
  }
}
