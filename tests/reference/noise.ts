/**
 * The lattice of noise by its definition, written for clarity: string-keyed maps, one recursion for trees, one for centring.
 * Shares no code with the product, so that an error of one is not an error of both.
 */
import { createHmac } from "node:crypto";
import { inverseNormal } from "./normal.ts";
import { node, type Tree, upwards } from "./tree.ts";

/** A code on an axis. */
export type Pair = readonly [axis: string, code: string];
/** A cell: a code for each axis that is not summed over. */
export type Cell = Readonly<Record<string, string>>;

const bytes = (text: string) => Buffer.from(text.normalize("NFC"), "utf8");

function number4(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

/** Length, then bytes: two texts in a row can never be read as two others. */
const lp = (text: string) => Buffer.concat([number4(bytes(text).length), bytes(text)]);

/** What is put under the key for one draw. */
export function noiseMessage(release: string, field: string, pairs: readonly Pair[]): Buffer {
  const sorted = pairs.toSorted(([a], [b]) => Buffer.compare(bytes(a), bytes(b)));
  return Buffer.concat([
    lp("tavolo-noise-1"),
    lp(release),
    lp(field),
    number4(sorted.length),
    ...sorted.flatMap(([axis, code]) => [lp(axis), lp(code)]),
  ]);
}

export type Draw = { message: Buffer; digest: Buffer; k: bigint; uniform: number; normal: number };

/** One draw, with everything on the way to it. */
export function draw(
  key: Uint8Array,
  release: string,
  field: string,
  pairs: readonly Pair[],
): Draw {
  const message = noiseMessage(release, field, pairs);
  const digest = createHmac("sha256", key).update(message).digest();
  const k = digest.readBigUInt64BE(0) >> 12n;
  const uniform = Number(2n * k + 1n) / 2 ** 53;
  return { message, digest, k, uniform, normal: inverseNormal(uniform) };
}

/** `normal` gives the standard normal z that belongs to a set of pairs. */
export type Lattice = {
  axes: readonly Tree[];
  V: number;
  normal: (pairs: readonly Pair[]) => number;
};

/** The noise of a cell: a function of the cell, which remembers the draws that it has made. */
export function latticeNoise({ axes, V, normal }: Lattice): (cell: Cell) => number {
  const tree = new Map(axes.map((axis) => [axis.id, axis]));
  const siblingsOf = ([axis, code]: Pair) => node(tree.get(axis)!, code).siblings;
  const known = new Map<string, number>();

  /** g: the draw for these pairs, centred among the siblings along the axes from number `from` on. */
  const centred = (pairs: readonly Pair[], from: number): number => {
    const key = `${from}|${pairs.map(([axis, code]) => `${axis}=${code}`).join("|")}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const value =
      from === pairs.length
        ? spread(pairs) * normal(pairs)
        : centred(pairs, from + 1) - meanOfSiblings(pairs, from);
    known.set(key, value);
    return value;
  };
  const spread = (pairs: readonly Pair[]) =>
    Math.sqrt(pairs.reduce((v, pair) => v * (1 + 1 / siblingsOf(pair).length), V));
  const meanOfSiblings = (pairs: readonly Pair[], at: number) => {
    const siblings = siblingsOf(pairs[at]!);
    const values = siblings.map((code) => centred(pairs.with(at, [pairs[at]![0], code]), at + 1));
    return values.reduce((sum, value) => sum + value, 0) / siblings.length;
  };

  /**
   * "A child is its parent divided by the number of siblings, plus a centred draw", one axis after the other: on the first axis
   * still open either go up to the parent (and divide), or take the draw of this very code.
   */
  const eta = (open: readonly Pair[], taken: readonly Pair[]): number => {
    const [first, ...rest] = open;
    if (first === undefined) return centred(taken, 0);
    const [axis, code] = first;
    const { parent, siblings } = node(tree.get(axis)!, code);
    const above: readonly Pair[] = parent === undefined ? rest : [[axis, parent], ...rest];
    return eta(above, taken) / siblings.length + eta(rest, [...taken, first]);
  };
  return (cell) =>
    eta(
      axes.filter(({ id }) => cell[id] !== undefined).map(({ id }) => [id, cell[id]!]),
      [],
    );
}

/**
 * The covariance of two codes' noise on one axis, in units of V, from the same recursion: the sum over all draws that enter both,
 * where draws of siblings among c have covariance (1 + 1/c)(same − 1/c) once centred. `undefined` is the total over the axis.
 */
export function axisCovariance(axis: Tree, a: string | undefined, b: string | undefined): number {
  const draws = (code: string | undefined) => {
    const parts: { code: string; weight: number }[] = [];
    let weight = 1;
    for (const here of code === undefined ? [] : upwards(axis, code)) {
      parts.push({ code: here.code, weight });
      weight /= here.siblings.length;
    }
    return { parts, top: weight };
  };
  const [left, right] = [draws(a), draws(b)];
  let sum = left.top * right.top;
  for (const x of left.parts)
    for (const y of right.parts) {
      const { siblings } = node(axis, x.code);
      const c = siblings.length;
      if (siblings.includes(y.code))
        sum += x.weight * y.weight * (1 + 1 / c) * ((x.code === y.code ? 1 : 0) - 1 / c);
    }
  return sum;
}

/** The variance of a sum of cells: over all pairs of cells, the product of the axes' covariances, times V. */
export function sumVariance(axes: readonly Tree[], V: number, cells: readonly Cell[]): number {
  let sum = 0;
  for (const x of cells)
    for (const y of cells)
      sum += axes.reduce(
        (product, axis) => product * axisCovariance(axis, x[axis.id], y[axis.id]),
        V,
      );
  return sum;
}
