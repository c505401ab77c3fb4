/** Which cities are like one's own: nearest neighbours on indicators of context, from public tables that are asked and verified like any other. */

import { type Context, peersOf } from "../../../functions/indicators/compare/peers.ts";
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

export const similarTo = (
  member: string,
  { contexts }: Likeness,
  among: readonly string[],
): string[] => {
  const inside = Object.fromEntries(
    Object.entries(contexts).filter(([id]) => id === member || among.includes(id)),
  );
  return peersOf(member, inside, MOST).map((peer) => peer.member);
};

/** How alike a member is: less is farther, so that rows in falling order begin with the nearest. */
export const alike = (
  member: string,
  { contexts }: Likeness,
): ((other: string) => number | undefined) => {
  const peers = new Map(
    peersOf(member, contexts, Number.POSITIVE_INFINITY).map((peer) => [
      peer.member,
      -peer.distance,
    ]),
  );
  return (other) => (other === member ? 0 : peers.get(other));
};
