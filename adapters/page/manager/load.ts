/** What the page asks for before anything is compared: who is there, what they offer, and what can be compared. */
import * as z from "zod";
import { inUse } from "../../../functions/indicators/registry.ts";
import { DatasetsResponse, type Offers } from "../../../schemas/catalogue.ts";
import { found } from "../../../schemas/found.ts";
import { type Indicator, IndicatorList, type IndicatorPart } from "../../../schemas/indicator.ts";
import { inOrder, lengthOf } from "../../../schemas/period.ts";
import type { ListedPractice } from "../../../schemas/practice.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import { type Client, connect } from "../../client/client.ts";
import { deskOf } from "../../client/desk.ts";
import type { Session } from "../parts/session.ts";

export interface Table {
  readonly client: Client;
  readonly hub: string;
  readonly session?: Session;
  readonly names: ReadonlyMap<string, Bilingual>;
  /** Where the people of a member sign in, of those that have a desk. */
  readonly desks: ReadonlyMap<string, string>;
  /** Members with data of their own to compare: municipalities, by their ISTAT ids, in the order of their names. */
  readonly cities: readonly string[];
  readonly indicators: readonly Indicator[];
  readonly agreements: readonly Agreed[];
  /** Verified; undefined until they are. */
  readonly practices?: readonly ListedPractice[];
  readonly offers: readonly Offers[];
  /** What was asked and verified in this visit, by question: another order or language asks nothing again. */
  readonly asked: Map<string, Promise<Awaited<ReturnType<Client["ask"]>>>>;
  /** What comes after the first picture. */
  readonly later: () => Promise<{ readonly practices: readonly ListedPractice[] }>;
}
interface Agreed {
  readonly consumer: string;
  readonly provider: string;
  readonly dataset: string;
  readonly purpose: { readonly id: string };
  readonly inForce: boolean;
}

async function read<T>(path: string, otherwise: T): Promise<T> {
  const response = await fetch(path, { headers: { accept: "application/json" } }).catch(
    () => undefined,
  );
  return response?.ok ? ((await response.json()) as T) : otherwise;
}

/** Seconds since 1970, as the federation counts them. */
export const clockOf = (session: Pick<Session, "ahead"> | undefined) => () =>
  Math.floor(Date.now() / 1000) + (session?.ahead ?? 0);

/** Throws `Refused` where the directory cannot be read or does not verify. */
export async function openTable(session: Session | undefined): Promise<Table> {
  const under = session?.under === undefined ? {} : { session: session.under.session };
  const signedIn = session
    ? { member: session.member, key: session.key, clock: clockOf(session), ...under }
    : {};
  const [client, listed, { agreements }, offered] = await Promise.all([
    connect({ hub: location.origin, ...signedIn }),
    read<unknown>("/v1/indicators", { v: 1, indicators: [] }),
    read<{ agreements: Agreed[] }>("/v1/agreements", { agreements: [] }),
    read<unknown>("/v1/datasets", undefined),
  ]);
  const members = await client.members();
  const offers = DatasetsResponse.safeParse(offered).data?.members ?? [];
  const indicators = inUse({ indicators: understood(listed) }, session?.member);
  const names = new Map(members.map(({ id, name }) => [id, name]));
  const cities = members
    .filter(({ id, url }) => url !== undefined && /^IT-\d{6}$/.test(id))
    .sort((a, b) => a.name.it.localeCompare(b.name.it, "it"))
    .map(({ id }) => id);
  return {
    client,
    hub: found(members.find(({ roles }) => roles.includes("operator"))).id,
    ...(session ? { session } : {}),
    desks: new Map(
      members.flatMap((member) =>
        [deskOf(member, clockOf(session)())].flatMap((desk) => (desk ? [[member.id, desk]] : [])),
      ),
    ),
    names,
    cities,
    indicators,
    agreements,
    offers,
    asked: new Map(),
    later: () => later(client, indicators, session?.member),
  };
}

/** A definition that this page does not understand, of a newer hub say, is passed over: the others stay. */
function understood(listed: unknown): IndicatorList["indicators"] {
  const { indicators } = z.object({ indicators: z.array(z.unknown()) }).parse(listed);
  const { element } = IndicatorList.shape.indicators;
  return indicators.flatMap((entry) => element.safeParse(entry).data ?? []);
}

/**
 * What takes longer than the first picture should: cards, and whether the definitions are those that the members signed. Throws `Refused`
 * signature-invalid where they are not.
 */
async function later(
  client: Client,
  indicators: readonly Indicator[],
  member: string | undefined,
): Promise<{ readonly practices: readonly ListedPractice[] }> {
  // a card that its city did not sign is no card
  const practices = await client.practices().catch(() => []);
  const book = await client.indicators().catch((error: unknown) => {
    if (error instanceof Refused) throw error;
    // it has definitions that this page does not understand: those that it does are shown as listed
  });
  if (book === undefined) return { practices };
  const signed = new Map(
    inUse({ indicators: book }, member).map((one) => [one.id, JSON.stringify(one)]),
  );
  const other = indicators.find((one) => signed.get(one.id) !== JSON.stringify(one));
  if (other !== undefined)
    throw new Refused(
      "signature-invalid",
      `the definition of ${other.id} is not what its member signed`,
    );
  return { practices };
}

/** The purpose under which this member may ask most members about a dataset. */
export function purposeFor({ agreements, session }: Table, dataset: string): string | undefined {
  const own = agreements.filter(
    (one) => one.inForce && one.consumer === session?.member && one.dataset === dataset,
  );
  const counts = Map.groupBy(own, ({ purpose }) => purpose.id);
  return [...counts].sort((a, b) => b[1].length - a[1].length)[0]?.[0];
}

/** Periods that a picture has room for. */
const MOST_PERIODS = 6;

/** Those that stand beside a period in a picture of how it changed: as long as it, the last ones, and itself. */
export function besides(periods: readonly string[], period: string): string[] {
  const alike = periods.filter((one) => lengthOf(one) === lengthOf(period));
  const from = Math.max(0, Math.min(alike.indexOf(period), alike.length - MOST_PERIODS));
  return alike.slice(from, from + MOST_PERIODS);
}

/** The periods for which an indicator can be formed: those of its numerator, as members release it or as the definition says. */
export function periodsOf(
  { offers, cities }: Table,
  { numerator }: Pick<Indicator, "numerator">,
): string[] {
  const owners = numerator.member === undefined ? cities : [numerator.member];
  const offered = offers
    .filter(({ member }) => owners.includes(member))
    .flatMap(({ datasets }) =>
      datasets.filter(({ dataset }) => dataset === numerator.dataset).map(({ period }) => period),
    );
  const periods =
    numerator.period !== undefined && offered.includes(numerator.period)
      ? (numerator.valid ?? [])
      : offered;
  return inOrder(periods);
}

/** Who publishes what an indicator counts: only they are compared. All cities where it comes from a national table. */
export function membersOf(
  { offers, cities }: Table,
  { numerator }: Pick<Indicator, "numerator">,
): readonly string[] {
  if (numerator.member !== undefined) return cities;
  const publishes = new Set(
    offers
      .filter(({ datasets }) => datasets.some(({ dataset }) => dataset === numerator.dataset))
      .map((one) => one.member),
  );
  // a node that cannot be reached offers nothing that can be seen: it stays in its place
  const silent = new Set(
    offers.filter(({ outcome }) => outcome !== undefined).map(({ member }) => member),
  );
  return cities.filter((id) => publishes.has(id) || silent.has(id));
}

/** Titles of a dataset's fields and dimensions, as whoever offers it calls them. */
export function titlesOf(
  { offers }: Table,
  { dataset }: Pick<IndicatorPart, "dataset">,
): (id: string) => Bilingual | undefined {
  const offered = offers.flatMap(({ datasets }) => datasets).find((one) => one.dataset === dataset);
  return (id) =>
    (offered?.fields.find((one) => one.id === id) ?? offered?.axes.find((one) => one.id === id))
      ?.title;
}
