/**
 * What members say of indicators, and the comparison of one: definitions and cards are believed by their members' signatures, not because
 * the hub lists them.
 */
import * as z from "zod";
import type { Wanted } from "../../functions/indicators/compare/questions.ts";
import { digestOf, inUse, readBook } from "../../functions/indicators/registry.ts";
import { peek, signCompact, verifyCompact } from "../../functions/signing/jws.ts";
import type { Comparison } from "../../schemas/comparison.ts";
import { type Indicator, IndicatorBook, type IndicatorList } from "../../schemas/indicator.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import {
  type Acceptance,
  type ListedPractice,
  Practice,
  PracticeList,
  type Proposal,
} from "../../schemas/practice.ts";
import type { Question, Statement } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Bilingual } from "../../schemas/words.ts";
import type { Asker } from "./asking.ts";
import { patiently, send } from "./http.ts";

/** A card as its office writes it: without the member, which signs it. */
export type Card = Omit<Practice, "v" | "iss" | "iat">;

export interface Compare {
  readonly members: readonly string[];
  readonly periods: readonly string[];
  /** Broken down by the codes of a dimension that numerator and denominator both have. */
  readonly by?: Wanted["by"];
  /** Names of what is compared, where they are no members: places of a national table. */
  readonly names?: ReadonlyMap<string, Bilingual>;
  /** The purpose that the members agreed on; found among the agreements unless given. */
  readonly purposeId?: string;
  readonly signal?: AbortSignal;
}
export interface Compared {
  readonly comparison: Comparison;
  /** The statements that it was formed from, as the hub signed them, by the name of their question: what to keep. */
  readonly statements: Readonly<Record<string, string>>;
}

/** The line to the hub, and what is known of the members by it. */
interface Line {
  read(path: string): Promise<unknown>;
  members(): Promise<readonly DirectoryEntry[]>;
  now(): number;
  ask(
    question: Question,
    signal?: AbortSignal,
  ): Promise<{ readonly jws: string; readonly statement: Statement }>;
}

/** Throws `Refused` signature-invalid where a definition or an acceptance is not what its member signed. */
export async function readIndicators(line: Line): Promise<IndicatorList["indicators"]> {
  const book = IndicatorBook.parse(await line.read("/v1/indicators?signed=true"));
  return (await readBook(book, await line.members(), line.now())).indicators;
}

/** Throws `Refused` signature-invalid where a card is not what its member signed. */
export async function readPractices(
  line: Line,
  of: { indicator?: string; member?: string },
): Promise<readonly ListedPractice[]> {
  const { practices } = PracticeList.parse(
    await line.read(`/v1/practices?${new URLSearchParams(of)}`),
  );
  const members = await line.members();
  const trust = (member: string) => ({
    keys: members.find(({ id }) => id === member)?.keys ?? [],
    use: "member" as const,
  });
  return Promise.all(
    practices.map(async ({ jws }) => {
      const of = { ...trust(peek(jws, Practice).iss), now: line.now(), lasting: true };
      const {
        kid: _,
        v: __,
        iss,
        iat,
        ...card
      } = await verifyCompact(jws, "tavolo-practice+jws", Practice, of);
      return { ...card, member: iss, at: iat, jws };
    }),
  );
}

const post = (url: string, body: object): Promise<Response> =>
  patiently(() =>
    send(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );

/** Throws `Refused` as the hub says: conflict where this version is another definition already. */
export async function proposeIndicator(
  { hub, member, signer, clock }: Asker,
  definition: Indicator,
): Promise<void> {
  const proposal: Proposal = { v: 1, iss: member, iat: clock(), definition };
  await post(`${hub.url}/v1/indicators`, {
    proposal: await signCompact(signer, "tavolo-indicator+jws", proposal),
  });
}

/** All that the member accepts from now on: what is not among them is not accepted any more. */
export async function acceptIndicators(
  { hub, member, signer, clock }: Asker,
  definitions: readonly Indicator[],
): Promise<void> {
  const accepted = definitions.map((one) => ({
    id: one.id,
    version: one.version,
    digest: digestOf(one),
  }));
  const acceptance: Acceptance = { v: 1, iss: member, iat: clock(), accepted };
  await post(`${hub.url}/v1/indicators`, {
    acceptance: await signCompact(signer, "tavolo-acceptance+jws", acceptance),
  });
}

/** Throws `Refused` as the hub says: conflict where the version is not the next one. */
export async function publishPractice(
  { hub, member, signer, clock }: Asker,
  card: Card,
): Promise<void> {
  const practice: Practice = { v: 1, iss: member, iat: clock(), ...card };
  await post(`${hub.url}/v1/practices`, {
    practice: await signCompact(signer, "tavolo-practice+jws", practice),
  });
}

const Agreements = z.object({
  agreements: z.array(
    z.object({ consumer: z.string(), dataset: z.string(), purpose: z.object({ id: z.string() }) }),
  ),
});

/** The purpose under which a member may ask most providers of a dataset. */
async function purposeOf(
  line: Line,
  consumer: string,
  dataset: string,
): Promise<string | undefined> {
  const { agreements } = Agreements.parse(await line.read("/v1/agreements"));
  const ids = agreements
    .filter((one) => one.consumer === consumer && one.dataset === dataset)
    .map(({ purpose }) => purpose.id);
  const count = (id: string) => ids.filter((one) => one === id).length;
  return [...new Set(ids)].sort((a, b) => count(b) - count(a))[0];
}

/** Asks what an indicator needs, one question after the other, and compares. Whoever may not be asked has a place and a reason, and no figure. */
export async function compareWith(
  line: Line,
  member: string,
  id: string,
  wanted: Compare,
): Promise<Compared> {
  const { compare } = await import("../../functions/indicators/compare/compare.ts");
  const { questionsFor } = await import("../../functions/indicators/compare/questions.ts");
  const { levelsOf } = await import("../../functions/indicators/compare/territory.ts");
  const definitions = inUse({ indicators: await readIndicators(line) }, member);
  const indicator = definitions.find((one) => one.id === id);
  if (indicator === undefined) throw new Refused("not-found", `there is no indicator ${id}`);
  const partner = definitions.find((one) => one.id === indicator.beside);
  const { members, periods, by, signal } = wanted;
  const purposeId =
    wanted.purposeId ?? (await purposeOf(line, member, indicator.numerator.dataset));
  const asking = {
    indicator,
    members,
    periods,
    ...(partner ? { partner } : {}),
    ...(by ? { by } : {}),
  };
  const statements: Record<string, Statement> = {};
  const signed: Record<string, string> = {};
  // places of several levels are not asked for: one may lie in another, and the comparison says so by itself
  const questions =
    levelsOf(members).length > 1
      ? {}
      : questionsFor({ ...asking, ...(purposeId ? { purposeId } : {}) });
  for (const [name, question] of Object.entries(questions)) {
    const answer = await line.ask(question, signal).catch(deniedToAll);
    if (answer === undefined) continue;
    statements[name] = answer.statement;
    signed[name] = answer.jws;
  }
  const names = new Map<string, Bilingual>([
    ...(wanted.names ?? []),
    ...(await line.members()).map((one) => [one.id, one.name] as const),
  ]);
  return { comparison: compare(asking, statements, names), statements: signed };
}

function deniedToAll(error: unknown): undefined {
  if (
    !(error instanceof Refused) ||
    !/^(no-agreement|purpose-denied|beyond-agreement|agreement-suspended|agreement-revoked)$/.test(
      error.reason,
    )
  )
    throw error;
  return undefined;
}
