/** Who calls the hub: by a token of its own, or by a voucher of an issuer that it trusts. What they may have is asked elsewhere. */
import * as z from "zod";
import type { DirectoryEntry, MemberKey } from "../../schemas/member.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { MemberId } from "../../schemas/words.ts";
import type { Directory } from "../members/directory.ts";
import { peek } from "../signing/jws.ts";
import { isMemberKey, type Sent, tokenIn, tokenMissing, verifyToken } from "./access-token.ts";
import { verifyProof } from "./dpop.ts";
import { useProofOnce } from "./proof-once.ts";
import { keysUnder } from "./session.ts";

export interface AccessDeps {
  readonly hub: string;
  readonly store: Store;
  readonly directory: Pick<Directory, "some">;
  /** Tokens of other issuers, each in its own profile; none are taken where there is none. */
  readonly vouchers?: Vouchers;
}

/** A call as it came. */
export interface Call {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Absent where the method takes none. */
  readonly body?: string;
}

/** Who calls, by the voucher of another issuer. */
export interface Vouched {
  readonly member: string;
  readonly purposeId: string;
}
/** Checks all that a voucher demands of a call. Throws `Refused` token-invalid where the issuer is not trusted. */
export type Vouchers = (issuer: string, sent: Sent, call: Call, now: number) => Promise<Vouched>;

interface Access {
  /** As the directory has it at this moment. */
  readonly member: DirectoryEntry;
  /** What may sign under it: the member's own keys, or the one browser's whose session it was given for. */
  readonly keys: readonly MemberKey[];
  readonly session?: string;
  readonly purposeId?: string;
  /** The thumbprint of the key that a token of our own is bound to. A voucher's proof was checked already. */
  readonly jkt?: string;
}

// made once: a schema compiles itself at its first use
const Issued = z.looseObject({ iss: z.string() });

const VOUCHER_ONLY =
  "this header goes with a voucher of PDND; a token of this hub goes with a signed question, or a DPoP proof";

/**
 * The access that a call's token gives. Whoever is not in the directory now has none, whatever token they hold. Takes no token
 * of our own as bearer: whoever stole one could use it. Throws `Refused`: token-missing, token-invalid, session-invalid, role-missing,
 * integrity-invalid, tracking-invalid, and as `Vouchers` says.
 */
export async function accessOf(
  deps: AccessDeps,
  authorization: string | undefined,
  call: Call | undefined,
  now: number,
): Promise<Access> {
  const sent = tokenIn(authorization);
  // what a token claims is only used to look up, until it is verified
  const { iss, sub: claimed } = peek(sent.token, Issued, "token-invalid");
  if (iss !== deps.hub) return vouched(deps, iss, sent, call, now);
  if (sent.scheme !== "dpop") throw tokenMissing();
  // nothing that is signed goes by unverified: there are no keys for these but those of an issuer's clients
  if (call?.headers["agid-jwt-signature"] !== undefined)
    throw new Refused("integrity-invalid", VOUCHER_ONLY);
  if (call?.headers["agid-jwt-trackingevidence"] !== undefined)
    throw new Refused("tracking-invalid", VOUCHER_ONLY);
  const sub = MemberId.safeParse(claimed).data;
  if (sub === undefined) throw new Refused("token-invalid");
  const entries = await deps.directory.some([deps.hub, sub]);
  const token = await verifyToken(
    sent.token,
    entries.get(deps.hub) ?? { id: deps.hub, keys: [] },
    deps.hub,
    now,
  );
  const member = entries.get(token.sub);
  if (member === undefined) throw new Refused("token-invalid");
  const { session, purposeId, cnf } = token;
  // asked at each call: the member may have ended its sessions since the token was given
  const keys = await keysUnder(session, member, { role: "asker", audience: deps.hub, now });
  return {
    member,
    keys,
    jkt: cnf.jkt,
    ...(session === undefined ? {} : { session }),
    ...(purposeId === undefined ? {} : { purposeId }),
  };
}

async function vouched(
  deps: AccessDeps,
  iss: string,
  sent: Sent,
  call: Call | undefined,
  now: number,
): Promise<Access> {
  if (deps.vouchers === undefined || call === undefined) throw new Refused("token-invalid");
  const { member, purposeId } = await deps.vouchers(iss, sent, call, now);
  const entry = (await deps.directory.some([member])).get(member);
  if (entry === undefined) throw new Refused("token-invalid");
  return { member: entry, keys: entry.keys, purposeId };
}

/**
 * Who makes a call that is not a signed question: a token, and a proof for this call by the key that it is bound to, which the
 * member's own entry must know at this moment. Throws `Refused`: as `accessOf`, proof-invalid, token-key-mismatch, replayed.
 */
export async function callerOf(deps: AccessDeps, call: Call, now: number): Promise<DirectoryEntry> {
  const { authorization, dpop } = call.headers;
  const { member, keys, jkt } = await accessOf(deps, authorization, call, now);
  if (jkt === undefined) return member;
  const { method, url } = call;
  const proof = await verifyProof(
    dpop,
    { method, url, token: tokenIn(authorization).token },
    jkt,
    now,
  );
  if (!isMemberKey(keys, jkt, now)) throw new Refused("token-key-mismatch");
  await useProofOnce(deps.store, "hub", jkt, proof, now);
  return member;
}
