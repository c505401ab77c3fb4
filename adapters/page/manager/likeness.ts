/** Which cities are like one's own: nearest neighbours on indicators of context, from public tables that are asked and verified like any other. */

import { type Context, criteriaOf, peersOf } from "../../../functions/indicators/compare/peers.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import { compareNow } from "./compare.ts";
import { periodsOf, type Table } from "./load.ts";
import { shownFigures } from "./rows.ts";

/** Residents, ageing, density, and, in place of income, what was given for low income. Those of them that the members agreed on. */
const CONTEXT = ["residents", "residents-65-plus", "density", "low-income-aid"];
/** How many of them are "the most similar". */
const MOST = 4;

export interface Likeness {
  readonly indicators: readonly Indicator[];
  readonly contexts: Readonly<Record<string, Context>>;
}

/** Throws `Refused` as `compareNow` does. */
export async function likenessOf(table: Table, signal: AbortSignal): Promise<Likeness> {
  const indicators = CONTEXT.flatMap((id) => table.indicators.find((one) => one.id === id) ?? []);
  const found = await Promise.all(
    indicators.map(async (indicator) => {
      const periods = periodsOf(table, indicator).slice(-1);
      const { comparison } = await compareNow(
        table,
        { indicator, members: table.cities, periods },
        signal,
      );
      return shownFigures(comparison.figures).map(({ member, value }) => ({
        member,
        id: indicator.id,
        value,
      }));
    }),
  );
  const figures = Map.groupBy(found.flat(), ({ member }) => member);
  // a city of which a table says nothing is like nobody: it is left out rather than the table
  const known = table.cities.flatMap((city) => {
    const own = figures.get(city);
    return own ? [[city, Object.fromEntries(own.map(({ id, value }) => [id, value]))]] : [];
  });
  return { indicators, contexts: Object.fromEntries(known) };
}

/** One's own and those that may be compared: what all of them have alike tells none from another. */
const among = (
  member: string,
  { contexts }: Likeness,
  members: readonly string[],
): Likeness["contexts"] =>
  Object.fromEntries(
    Object.entries(contexts).filter(([id]) => id === member || members.includes(id)),
  );

/** The nearest first, each with its distance. */
export const similarTo = (
  member: string,
  likeness: Likeness,
  members: readonly string[],
  most = MOST,
): ReturnType<typeof peersOf> => peersOf(member, among(member, likeness, members), most);

/** What they are near or far in: of the context, only that in which they differ. */
export function criteriaIn(
  member: string,
  likeness: Likeness,
  members: readonly string[],
): Indicator[] {
  const ids = criteriaOf(among(member, likeness, members));
  return likeness.indicators.filter(({ id }) => ids.includes(id));
}

/** How alike a member is: less is farther, so that rows in falling order begin with the nearest. */
export const alike = (
  member: string,
  likeness: Likeness,
  members: readonly string[],
): ((other: string) => number | undefined) => {
  const peers = new Map(
    similarTo(member, likeness, members, Number.POSITIVE_INFINITY).map((peer) => [
      peer.member,
      -peer.distance,
    ]),
  );
  return (other) => (other === member ? 0 : peers.get(other));
};
