/**
 * Whether a statement is what it says, from the statement alone: no network, no store, no trust in the hub. Everything rests on
 * the directory that is handed in; the report names the keys. Cannot tell whether a node released honest figures, nor whether
 * a member who did not answer was asked at all.
 */
import * as z from "zod";
import type { DirectoryEntry, KeyUse } from "../../schemas/member.ts";
import { QUERY_LIFE, Query, Statement } from "../../schemas/query.ts";
import { isReason, Refused } from "../../schemas/refusal.ts";
import { browserKey } from "../access/session.ts";
import { carriedBy } from "../disclosure/carried.ts";
import { sameJson } from "../signing/equal.ts";
import { peek, SKEW, verifyCompact } from "../signing/jws.ts";
import { isUnverified, Unverified } from "../signing/unverified.ts";
import { merge } from "./merge.ts";
import { type Answer, checkPartial } from "./partial.ts";

export interface Grounds {
  /** Entries whose own signatures were verified. */
  readonly directory: readonly DirectoryEntry[];
  readonly hub: string;
  readonly now: number;
  /** Cubes by their digest, where a reader has them: then figures are recomputed. */
  readonly cubes?: ReadonlyMap<string, Uint8Array>;
}
interface Thumbprint {
  readonly member: string;
  readonly use: KeyUse;
  readonly kid: string;
}
export interface Report {
  readonly ok: true;
  /** What was checked, a sentence each. */
  readonly checks: readonly string[];
  /** The keys on which the verdict rests. */
  readonly thumbprints: readonly Thumbprint[];
}

/** Throws `Refused` statement-invalid, with the sentence that does not hold. */
export async function verifyStatement(jws: string, grounds: Grounds): Promise<Report> {
  const { hub, now } = grounds;
  const checks: string[] = [];
  const thumbprints: Thumbprint[] = [];
  const signedBy = (member: string, use: KeyUse, kid: string) =>
    thumbprints.push({ member, use, kid });

  const { kid, ...statement } = await holds("the statement is signed by the hub", checks, () =>
    verifyCompact(jws, "tavolo-statement+jws", Statement, {
      keys: entryOf(hub, grounds).keys,
      use: "hub",
      now,
      lasting: true,
    }),
  );
  signedBy(hub, "hub", kid);
  await holds("the hub is who says so", checks, () =>
    insist(statement.iss === hub && statement.receipt.log === hub),
  );

  const {
    query,
    kid: asker,
    use,
  } = await holds("the question is signed by the member who asked", checks, () =>
    verifyQuestion(statement, grounds),
  );
  // the browser's own key is nobody's in the directory: the verdict rests on the key that vouches for it
  if (use === "session")
    checks.push(
      `a person of ${query.iss} signed it in a browser, under a session that the member's key vouches for`,
    );
  signedBy(query.iss, use, asker);
  await holds("the statement was made while the question was valid, for this hub", checks, () =>
    inTime(query, statement, hub),
  );
  await holds("every member that was asked has one outcome", checks, () =>
    outcomesComplete(query, statement),
  );

  const answered: (Answer & { readonly member: string })[] = [];
  const carried = carriedBy(statement);
  const beside = async (digest: string) => carried(digest);
  for (const { member, partial } of partialsOf(statement)) {
    const answer = await holds(
      `${member} signed its answer to this question, from a release that it signed`,
      checks,
      () =>
        checkPartial(partial, { query, jws: statement.query }, entryOf(member, grounds), now, {
          beside,
          lasting: true,
        }),
    );
    signedBy(member, "answer", answer.kids.answer);
    signedBy(member, "release", answer.kids.release);
    answered.push({ member, ...answer });
  }
  await holds("the table is what the answers add up to", checks, () =>
    insist(sameJson(merge(query, answered), statement.table)),
  );

  for (const answer of answered) {
    const bytes = grounds.cubes?.get(answer.partial.cube);
    if (bytes === undefined) continue;
    await holds(
      `the figures of ${answer.member} are those of its release, recomputed`,
      checks,
      async () => {
        // reading Parquet is a third of all this in bytes, and most who verify have no cube: a browser then never loads it
        const { recomputed } = await import("./recompute.ts");
        insist(await recomputed(answer, query, bytes));
      },
    );
  }
  return { ok: true, checks, thumbprints };
}

/** Runs one check under the sentence that it proves. What is refused or unverified inside means that it does not hold. */
async function holds<T>(
  sentence: string,
  checks: string[],
  check: () => T | Promise<T>,
): Promise<T> {
  try {
    const result = await check();
    checks.push(sentence);
    return result;
  } catch (error) {
    if (!(error instanceof Refused) && !isUnverified(error)) throw error;
    throw new Refused("statement-invalid", `this does not hold: ${sentence}`);
  }
}

function insist(condition: boolean): void {
  if (!condition) throw new Unverified("does not hold");
}

function entryOf(id: string, { directory }: Grounds): DirectoryEntry {
  const [entry, ...others] = directory.filter((one) => one.id === id);
  if (entry === undefined || others.length > 0) throw new Unverified("no such member, or two");
  return entry;
}

async function verifyQuestion(
  { query: jws }: Statement,
  grounds: Grounds,
): Promise<{ query: Query; kid: string; use: KeyUse }> {
  const { iss, session } = peek(
    jws,
    z.looseObject({ iss: z.string(), session: z.string().optional() }),
  );
  if (session !== undefined) {
    const [audience, { now }] = [grounds.hub, grounds];
    const { key, kid } = await browserKey(session, entryOf(iss, grounds), {
      role: "asker",
      audience,
      now,
      lasting: true,
    });
    const { kid: _, ...query } = await verifyCompact(jws, "tavolo-query+jws", Query, {
      keys: [key],
      use: "member",
      now,
      lasting: true,
    });
    return { query, kid, use: "session" };
  }
  const signedWith = async (use: KeyUse) => {
    const trust = { keys: entryOf(iss, grounds).keys, use, now: grounds.now, lasting: true };
    const { kid, ...query } = await verifyCompact(jws, "tavolo-query+jws", Query, trust);
    return { query, kid, use };
  };
  // what everybody may have is asked by the hub itself for whoever follows a link, with the hub's key
  return signedWith("member").catch((error: unknown) =>
    iss === grounds.hub ? signedWith("hub") : Promise.reject(error),
  );
}

function inTime({ aud, iat, exp }: Query, statement: Statement, hub: string): void {
  insist(aud === hub && exp - iat <= QUERY_LIFE);
  insist(iat - SKEW <= statement.iat && statement.iat <= exp + SKEW);
}

function outcomesComplete({ members }: Query, { outcomes }: Statement): void {
  insist(
    outcomes.length === members.length &&
      outcomes.every(({ member }, at) => member === members[at]),
  );
  insist(new Set(members).size === members.length);
  for (const outcome of outcomes)
    insist(outcome.outcome === "answered" ? "partial" in outcome : isReason(outcome.outcome));
}

const partialsOf = ({ outcomes }: Statement) =>
  outcomes.flatMap((outcome) =>
    "partial" in outcome ? [{ member: outcome.member, partial: outcome.partial }] : [],
  );
