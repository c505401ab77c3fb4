/** Members like this one: nearest neighbours on context indicators, as CIPFA's statistical neighbours are found. Pure. */

import { found } from "../../../schemas/found.ts";

/** A member's context: residents, ageing, density, income. */
export type Context = Readonly<Record<string, number>>;

interface Peer {
  readonly member: string;
  /** Root mean square of the differences in standard deviations; 0 is alike in everything. */
  readonly distance: number;
}

/** What members differ in, with its standard deviation: what somebody lacks, or all have alike, makes nobody like another. */
function scalesOf(contexts: Readonly<Record<string, Context>>): { id: string; sd: number }[] {
  const all = Object.values(contexts);
  return Object.keys(all[0] ?? {}).flatMap((id) => {
    const values = all.flatMap((one) => one[id] ?? []).filter(Number.isFinite);
    if (values.length < all.length) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
    );
    // equal decimals have a spread of rounding
    return sd > 1e-12 * Math.abs(mean) ? [{ id, sd }] : [];
  });
}

/** The criteria by which members are near or far, to be named as such, and no other. */
export const criteriaOf = (contexts: Readonly<Record<string, Context>>): string[] =>
  scalesOf(contexts).map(({ id }) => id);

/**
 * The `most` members nearest to one: Euclidean distance over indicators, each brought to mean 0 and standard deviation 1 over all
 * members first, so that none counts for more because of its unit (Everitt et al., Cluster Analysis, 3.3). Indicators that somebody
 * lacks, or that are the same everywhere, are left out.
 */
export function peersOf(
  member: string,
  contexts: Readonly<Record<string, Context>>,
  most: number,
): Peer[] {
  const all = Object.entries(contexts);
  const own = contexts[member];
  if (own === undefined) return [];
  const scales = scalesOf(contexts);
  const distance = (context: Context) =>
    Math.sqrt(
      scales.reduce(
        (sum, { id, sd }) => sum + ((found(context[id]) - found(own[id])) / sd) ** 2,
        0,
      ) / Math.max(1, scales.length),
    );
  return all
    .filter(([one]) => one !== member)
    .map(([one, context]) => ({ member: one, distance: distance(context) }))
    .sort((a, b) => a.distance - b.distance || (a.member < b.member ? -1 : 1))
    .slice(0, most);
}
