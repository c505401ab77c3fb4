/** What the page asks for: who is there, what can be compared, and the figures of one comparison, verified here. */
import { type Client, connect, type Report } from "../../../adapters/client/client.ts";
import type { Comparison } from "../../../schemas/comparison.ts";
import { type Indicator, IndicatorList } from "../../../schemas/indicator.ts";
import type { Statement } from "../../../schemas/query.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import { compare } from "../../benchlearn/compare.ts";
import { questionsFor, type Wanted } from "../../benchlearn/questions.ts";
import type { Session } from "./session.ts";

export interface Table {
  readonly client: Client;
  readonly session?: Session;
  readonly names: ReadonlyMap<string, Bilingual>;
  /** Members with data of their own to compare: municipalities, by their ISTAT ids. */
  readonly cities: readonly string[];
  readonly indicators: readonly Indicator[];
  readonly agreements: readonly Agreed[];
  readonly practices: readonly Practice[];
}
interface Agreed {
  readonly consumer: string;
  readonly dataset: string;
  readonly purpose: { readonly id: string };
  readonly state: string;
}
export interface Practice {
  readonly member: string;
  readonly indicator: string;
  readonly version: number;
  readonly at: number;
  readonly title: Bilingual;
  readonly done: Bilingual;
  readonly regulation: Bilingual;
  readonly cost: Bilingual;
  readonly context: Bilingual;
  readonly role: Bilingual;
}

async function read<T>(path: string, otherwise: T): Promise<T> {
  const response = await fetch(path, { headers: { accept: "application/json" } });
  return response.ok ? ((await response.json()) as T) : otherwise;
}

/** Seconds since 1970, as the federation counts them. */
export const clockOf = (session: Pick<Session, "ahead"> | undefined) => () => Math.floor(Date.now() / 1000) + (session?.ahead ?? 0);

/** Everything that is known before a question is asked. Throws `Refused` where the directory cannot be read or does not verify. */
export async function openTable(session: Session | undefined): Promise<Table> {
  const [client, listed, { agreements }, { practices }] = await Promise.all([
    connect({ hub: location.origin, ...(session ? { member: session.member, key: session.key, clock: clockOf(session) } : {}) }),
    read("/v1/indicators", { v: 1 as const, indicators: [] }),
    read<{ agreements: Agreed[] }>("/v1/agreements", { agreements: [] }),
    read<{ practices: Practice[] }>("/v1/practices", { practices: [] }),
  ]);
  const members = await client.members();
  return {
    client,
    ...(session ? { session } : {}),
    names: new Map(members.map(({ id, name }) => [id, name])),
    cities: members.filter(({ id, url }) => url !== undefined && /^IT-\d{6}$/.test(id)).map(({ id }) => id),
    indicators: IndicatorList.parse(listed).indicators.map(({ definition }) => definition),
    agreements,
    practices,
  };
}

export interface Compared {
  readonly comparison: Comparison;
  /** The indicator that it is read beside, compared on its own. */
  readonly partner?: Comparison;
  readonly checked: {
    readonly at: Date;
    readonly reports: readonly Report[];
    readonly statements: readonly string[];
    readonly digest: string;
  };
}

/** The purpose under which this member may ask most members about a dataset. */
function purposeFor({ agreements, session }: Table, dataset: string): string | undefined {
  const own = agreements.filter((one) => one.consumer === session?.member && one.dataset === dataset);
  const counts = Map.groupBy(own, ({ purpose }) => purpose.id);
  return [...counts].sort((a, b) => b[1].length - a[1].length)[0]?.[0];
}

/** Asks, verifies and compares. What a member refuses is in the comparison; what does not verify throws. */
export async function compareNow(table: Table, wanted: Wanted, signal: AbortSignal): Promise<Compared> {
  const purposeId = purposeFor(table, wanted.indicator.numerator.dataset);
  const questions = Object.entries(questionsFor({ ...wanted, ...(purposeId === undefined ? {} : { purposeId }) }));
  const answers = await Promise.all(
    questions.map(async ([name, question]) => [name, await table.client.ask(question, { signal })] as const),
  );
  const statements: Record<string, Statement> = Object.fromEntries(answers.map(([name, { statement }]) => [name, statement]));
  const { partner } = wanted;
  const comparison = compare(wanted, statements, table.names);
  const swapped: Wanted | undefined = partner && { ...wanted, indicator: partner, partner: wanted.indicator };
  const jws = answers.map(([, answer]) => answer.jws);
  return {
    comparison,
    ...(swapped ? { partner: compare(swapped, statements, table.names) } : {}),
    checked: { at: new Date(), reports: answers.map(([, { report }]) => report), statements: jws, digest: await digestOf(jws) },
  };
}

async function digestOf(statements: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(statements.join("\n"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
