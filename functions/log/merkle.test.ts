import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TILE } from "../../schemas/log.ts";
import {
  consistencyRanges,
  type Edge,
  EMPTY,
  grow,
  type Hash,
  inclusionRanges,
  joined,
  type Node,
  nodeIn,
  nodesOf,
  type Range,
  rootOf,
  tileOf,
  treeHead,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";

const sha = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const leafHash = (data: Uint8Array): Hash => sha(Uint8Array.of(0), data).toString("base64url");
const hex = (hash: Hash) => Buffer.from(hash, "base64url").toString("hex");

/** RFC 9162, 2.1.1, word by word, over the data itself. */
function mth(data: readonly Uint8Array[]): Buffer {
  if (data.length === 0) return sha();
  if (data.length === 1) return sha(Uint8Array.of(0), data[0]!);
  const k = half(data.length);
  return sha(Uint8Array.of(1), mth(data.slice(0, k)), mth(data.slice(k)));
}
const half = (n: number) => 2 ** Math.floor(Math.log2(n - 1));
/** 2.1.3.1 */
function path(m: number, data: readonly Uint8Array[]): Buffer[] {
  if (data.length === 1) return [];
  const k = half(data.length);
  return m < k
    ? [...path(m, data.slice(0, k)), mth(data.slice(k))]
    : [...path(m - k, data.slice(k)), mth(data.slice(0, k))];
}
/** 2.1.4.1 */
function subproof(m: number, data: readonly Uint8Array[], b: boolean): Buffer[] {
  if (m === data.length) return b ? [] : [mth(data)];
  const k = half(data.length);
  return m <= k
    ? [...subproof(m, data.slice(0, k), b), mth(data.slice(k))]
    : [...subproof(m - k, data.slice(k), false), mth(data.slice(0, k))];
}
const text = (hashes: readonly Buffer[]): Hash[] =>
  hashes.map((hash) => hash.toString("base64url"));

/** Proofs as the log makes them: from tiles and edge alone. */
function proof(leaves: readonly Hash[], ranges: readonly Range[]): Hash[] {
  const { edge, tiles } = grow([], 0, leaves);
  const hashes = ({ level, index }: Node) =>
    tiles.find((tile) => tile.level === level && tile.index === index)?.hashes ?? edge[level]!;
  return ranges.map((range) =>
    joined(nodesOf(range).map((node) => nodeIn(hashes(tileOf(node)), node))),
  );
}

const data = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 300 });

describe("known trees", () => {
  /** The eight inputs that implementations of Certificate Transparency share, and the heads of the trees over the first n. */
  const inputs = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ];
  const heads = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];
  test.each(heads.map((head, size) => [size, head] as const))("of %i leaves", (size, head) => {
    const leaves = inputs.slice(0, size).map((input) => leafHash(Buffer.from(input, "hex")));
    expect(hex(treeHead(leaves))).toBe(head);
  });
  test("the empty one is SHA-256 of nothing", () => expect(hex(EMPTY)).toBe(heads[0]));
});

describe("against the definition", () => {
  test("heads, however the leaves came", () => {
    fc.assert(
      fc.property(data, fc.array(fc.nat(20)), (all, steps) => {
        const leaves = all.map(leafHash);
        let [edge, size]: [Edge, number] = [[], 0];
        for (const step of [...steps, leaves.length]) {
          const next = leaves.slice(size, size + step);
          ({ edge } = grow(edge, size, next));
          size += next.length;
          expect(rootOf(edge)).toBe(mth(all.slice(0, size)).toString("base64url"));
          expect(edge.every((open) => open.length < TILE)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("inclusion: path, and that nothing but this leaf at this place passes", () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.nat(), (all, a, b) => {
        const size = 1 + (a % all.length);
        const index = b % size;
        const leaves = all.map(leafHash);
        const some = all.slice(0, size);
        const made = proof(leaves, inclusionRanges(index, size));
        expect(made).toEqual(text(path(index, some)));
        const root = mth(some).toString("base64url");
        const leaf = leaves[index]!;
        expect(verifyInclusion(leaf, index, size, made, root)).toBe(true);
        expect(
          verifyInclusion(leafHash(Buffer.from("another leaf")), index, size, made, root),
        ).toBe(false);
        expect(verifyInclusion(leaf, index, size, [...made, root], root)).toBe(false);
        if (made.length > 0)
          expect(verifyInclusion(leaf, index, size, made.slice(1), root)).toBe(false);
        expect(verifyInclusion(leaf, size, size, made, root)).toBe(false);
        expect(verifyInclusion(leaf, -1, size, made, root)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("consistency: path, and that no other beginning passes", () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.nat(), (all, a, b) => {
        const second = 1 + (a % all.length);
        const first = b % (second + 1);
        const made = proof(all.map(leafHash), consistencyRanges(first, second));
        if (first > 0) expect(made).toEqual(text(subproof(first, all.slice(0, second), true)));
        const head = (size: number) => ({
          size,
          root: mth(all.slice(0, size)).toString("base64url"),
        });
        expect(verifyConsistency(head(first), head(second), made)).toBe(true);
        if (first === 0) return;
        const other = { size: first, root: leafHash(Buffer.from("another beginning")) };
        expect(verifyConsistency(other, head(second), made)).toBe(false);
        if (first < second) {
          expect(verifyConsistency(head(first), { size: second, root: other.root }, made)).toBe(
            false,
          );
          expect(verifyConsistency(head(second), head(first), made)).toBe(false);
          expect(verifyConsistency(head(first), head(second), [])).toBe(false);
          expect(verifyConsistency(head(first), head(second), [...made, other.root])).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test("a tile is full and final: growing further never makes it anew", () => {
  const leaves = Array.from({ length: 700 }, (_, n) => leafHash(Buffer.from(String(n))));
  const { tiles } = grow([], 0, leaves);
  expect(tiles.filter(({ level }) => level === 0)).toHaveLength(43);
  expect(tiles.filter(({ level }) => level === 1)).toHaveLength(2);
  expect(new Set(tiles.map(({ level, index }) => `${level} ${index}`)).size).toBe(tiles.length);
  for (const { level, index, hashes } of tiles)
    if (level === 0) expect(hashes).toEqual(leaves.slice(index * TILE, (index + 1) * TILE));
});
