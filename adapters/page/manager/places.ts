/** Places at four levels: what lies in what, and which public tables have all of them. Pure. */

import { levelOf } from "../../../functions/indicators/compare/territory.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import type { CodeTree, Level } from "../../../schemas/words.ts";
import type { Table } from "./load.ts";

type Branch = readonly [string, CodeTree];
const branches = (codes: CodeTree): Branch[] =>
  codes.filter((entry): entry is Branch => typeof entry !== "string");

/** The tree of places of a national table: the nation first. Undefined where the table has no levels. */
export function treeFor(
  { offers }: Pick<Table, "offers">,
  { numerator }: Indicator,
): CodeTree | undefined {
  const owner = offers.find(({ member }) => member === numerator.member);
  const axes = owner?.datasets.find(({ dataset }) => dataset === numerator.dataset)?.axes ?? [];
  const codes = axes.find(({ id }) => id === numerator.territory)?.codes;
  return codes && branches(codes).some(([code]) => levelOf(code) === "nation") ? codes : undefined;
}

/** Indicators whose every part comes from one national table that has all levels. */
export const ofPlaces = (table: Pick<Table, "offers" | "indicators">): Indicator[] =>
  table.indicators.filter(
    (one) =>
      one.numerator.member !== undefined &&
      (one.denominator?.dataset ?? one.numerator.dataset) === one.numerator.dataset &&
      treeFor(table, one),
  );

/** The way from the nation to a place, the place last; empty where there is no such place. */
export function wayTo(codes: CodeTree, place: string): string[] {
  for (const entry of codes) {
    const [code, below] = typeof entry === "string" ? [entry, [] as CodeTree] : entry;
    if (code === place) return [code];
    const way = wayTo(below, place);
    if (way.length > 0) return [code, ...way];
  }
  return [];
}

/** The places directly inside another. */
export function inside(codes: CodeTree, way: readonly string[]): string[] {
  const [first, ...rest] = way;
  const branch = branches(codes).find(([code]) => code === first);
  if (branch === undefined) return [];
  return rest.length > 0
    ? inside(branch[1], rest)
    : branch[1].map((entry) => (typeof entry === "string" ? entry : entry[0]));
}

export const levelInside = (place: string): Exclude<Level, "nation"> => {
  const level = levelOf(place);
  return level === "nation" ? "region" : level === "region" ? "province" : "municipality";
};
