/**
 * A made stand-in for a dataset: subjects drawn over a descriptor's code lists by a seed, so that a policy can be looked at
 * before anything is published. Nothing in it comes from a row: only from the descriptor, a number of subjects and, where
 * somebody gives them, public totals. Choosing a policy by it therefore costs nobody anything.
 */

import * as z from "zod";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import type { Cross, CrossField } from "../../schemas/ports.ts";
import { Bilingual, type CodeTree } from "../../schemas/words.ts";
import { axesOf, fieldsOf } from "../disclosure/fields.ts";
import type { LaidOutField } from "../disclosure/laid-out.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";

/** What is publicly known: how many subjects, and how they spread over the codes of a dimension or family (any weights). */
export const Totals = z.strictObject({
  subjects: z.number().int().min(1).max(1_000_000).optional(),
  codes: z.record(z.string(), z.record(z.string(), z.number().min(0))).default({}),
  source: Bilingual.optional(),
});
export type Totals = z.infer<typeof Totals>;

/** Where nobody says how many subjects there are: those of a middle-sized city's own dataset. */
export const SUBJECTS = 5_000;

interface Subject {
  /** Leaf code by dimension. */
  readonly codes: ReadonlyMap<string, string>;
  /** Codes of the family, in the order of priority; more than `atMost` for some. */
  readonly held: readonly string[];
  /** For each measured column: a number from 0 to 1, most of them small. */
  readonly draws: ReadonlyMap<string, number>;
}
export interface StandIn {
  readonly subjects: readonly Subject[];
  readonly made: true;
}

type Random = () => number;

/** Numbers in [0, 1) from a text: FNV-1a, then mulberry32 (integers only, hence the same everywhere). Never for noise. */
function random(seed: string): Random {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(seed))
    state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Something drawn by weights, prepared once. */
type Urn = (draw: Random) => string;
function urn(weights: ReadonlyMap<string, number>): Urn {
  const entries = [...weights];
  const whole = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return (draw) => {
    let rest = draw() * whole;
    for (const [code, weight] of entries) {
      rest -= weight;
      if (rest < 0) return code;
    }
    return found(entries.at(-1))[0];
  };
}

/** Weight of the n-th of c siblings: the first of a list is usually the largest, the last about a third of it. */
const byPlace = (at: number, count: number): number => 1 - (0.65 * at) / Math.max(1, count - 1);

function leafWeights(codes: CodeTree, weight = 1): [string, number][] {
  const whole = codes.reduce((sum, _, at) => sum + byPlace(at, codes.length), 0);
  return codes.flatMap((entry, at): [string, number][] => {
    const own = (weight * byPlace(at, codes.length)) / whole;
    return typeof entry === "string" ? [[entry, own]] : leafWeights(entry[1], own);
  });
}

/** Given totals replace the assumed weights of a dimension altogether: codes that they do not name get none. */
function urnOf(
  assumed: readonly (readonly [string, number])[],
  given: Readonly<Record<string, number>> | undefined,
): Urn {
  if (given === undefined) return urn(new Map(assumed));
  const known = assumed.map(([code]): [string, number] => [code, given[code] ?? 0]);
  const whole = known.reduce((sum, [, weight]) => sum + weight, 0);
  if (whole <= 0) throw new RangeError("the totals name none of the codes of a dimension");
  return urn(new Map(known));
}

/** Of a hundred who have any code of a family: 76 have one, 17 two, 7 three. Assumed. */
const howMany = (draw: Random): number => {
  const chance = draw();
  return chance < 0.76 ? 1 : chance < 0.93 ? 2 : 3;
};

/** Draws the subjects. The same descriptor, number and totals give the same ones on every machine. */
export function standIn(descriptor: Descriptor, totals: Totals): StandIn {
  const draw = random(`tavolo stand-in 1 ${descriptor.id}`);
  const axes = axesOf(descriptor).map(
    ({ id, codes }) => [id, urnOf(leafWeights(codes), totals.codes[id])] as const,
  );
  const { family } = descriptor;
  const list = family?.codes.map(({ code }) => code) ?? [];
  const families =
    family &&
    urnOf(
      list.map((code, at) => [code, byPlace(at, list.length)] as const),
      totals.codes[family.id],
    );
  const measures = [
    ...new Set(fieldsOf(descriptor).flatMap(({ field }) => measureOf(field) ?? [])),
  ];
  const subjects = Array.from({ length: totals.subjects ?? SUBJECTS }, (): Subject => {
    const codes = new Map(axes.map(([id, from]) => [id, from(draw)]));
    const held = new Set(
      families ? Array.from({ length: howMany(draw) }, () => families(draw)) : [],
    );
    // the product of two uniforms: most people get little, a few get much
    const draws = new Map(measures.map((measure) => [measure, draw() * draw()]));
    return { codes, held: list.filter((code) => held.has(code)), draws };
  });
  return { subjects, made: true };
}

/** The column that a field measures; undefined where it only asks who is there. */
function measureOf(field: LaidOutField["field"]): string | undefined {
  if (field.kind === "band") return field.of.column;
  return "column" in field ? field.column : undefined;
}

/** Whoever measures more than this meets a condition. Assumed: three in ten do (the product of two uniforms is above 0.33). */
const MEETS = 0.33;

/** What one subject adds to the fields of a plan, in the engine's integers. */
function contributions(plan: ReleasePlan): (subject: Subject) => number[] {
  const { fields, descriptor } = plan;
  const place = new Map(fields.map(({ released }, at) => [released.id, at]));
  const bands = fields.map(({ released }) => {
    const all = fields.filter(
      (other) => released.band !== undefined && other.released.band?.of === released.band.of,
    );
    return { at: all.findIndex((other) => other.released.id === released.id), of: all.length };
  });
  const count = (
    rule: CrossField,
    at: number,
    subject: Subject,
    kept: readonly string[],
  ): number => {
    if (rule.kind === "any") return 1;
    if (rule.kind === "code") return kept.includes(rule.code) ? 1 : 0;
    if (rule.kind === "both") return rule.of.every((code) => kept.includes(code)) ? 1 : 0;
    if (rule.kind === "known") {
      // everybody of the stand-in has a value
      const of = found(place.get(rule.of));
      return count(found(fields[of]).rule, of, subject, kept);
    }
    const value = subject.draws.get(rule.measure) ?? 0;
    if (rule.kind === "band") {
      const band = found(bands[at]);
      return Math.floor(Math.sqrt(value) * band.of) === band.at ? 1 : 0;
    }
    return value > MEETS ? 1 : 0;
  };
  return (subject) => {
    const kept = subject.held.slice(0, descriptor.family?.atMost ?? 0);
    return fields.map(({ rule }, at) => {
      if (rule.kind !== "sum") return count(rule, at, subject, kept);
      const of = place.get(rule.of);
      if (
        rule.clip === undefined ||
        of === undefined ||
        count(found(fields[of]).rule, of, subject, kept) === 0
      )
        return 0;
      const { low, high, mid } = rule.clip;
      return Math.round(low + (high - low) * (subject.draws.get(rule.measure) ?? 0)) - mid;
    });
  };
}

/** The stand-in as the engine would cross it for a plan, which may have fewer fields or dimensions than it was drawn for. */
export function crossOf({ subjects }: StandIn, plan: ReleasePlan): Cross {
  const contribute = contributions(plan);
  const rows = new Map<string, { codes: string[]; values: number[] }>();
  for (const subject of subjects) {
    const codes = plan.trees.map(({ id }) => found(subject.codes.get(id)));
    const name = codes.join("\u0000");
    const values = contribute(subject);
    const row = rows.get(name);
    if (row === undefined) rows.set(name, { codes, values });
    else row.values = row.values.map((sum, at) => sum + found(values[at]));
  }
  return { rows: [...rows.values()] };
}
