/** Chance that repeats itself: the same seed gives the same numbers on every machine. For made data only, never for noise. */
import { found } from "../../schemas/found.ts";

export type Random = () => number;

/** Numbers in [0, 1) from a text: FNV-1a for the state, sfc32 for the sequence (integers only, hence the same everywhere). */
export function random(seed: string): Random {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(seed))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  let [a, b, c, counter] = [0, hash, hash ^ 0x9e3779b9, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 15; warm++) next();
  return next;
}

/** A whole number from `low` to `high`, both included. */
export const between = (draw: Random, low: number, high: number): number =>
  low + Math.floor(draw() * (high - low + 1));

export const pick = <T>(draw: Random, from: readonly T[]): T =>
  found(from[Math.floor(draw() * from.length)]);

/** One key of a table of weights, which need not add up to one. */
export function weighted<T extends string>(
  draw: Random,
  weights: Readonly<Partial<Record<T, number>>>,
): T {
  const entries = Object.entries(weights) as [T, number][];
  let rest = draw() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    rest -= weight;
    if (rest < 0) return key;
  }
  return found(entries.at(-1))[0];
}

/** Near enough a standard normal: twelve uniforms added up. No logarithm or cosine, whose last bit may differ between machines. */
export function bell(draw: Random): number {
  let sum = -6;
  for (let time = 0; time < 12; time++) sum += draw();
  return sum;
}
