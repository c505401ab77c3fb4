import fc from "fast-check";
import { expect, test } from "vitest";
import type { CodeTree } from "../../schemas/words.ts";
import { leavesOf, treeOf } from "./axes.ts";
import { addLeaf, emptyLattice, noiseLattice, pairsAt, rollUp } from "./lattice.ts";

/** Trees of up to two levels, codes unique within an axis. */
const codeTrees = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 })
  .map(
    (sizes): CodeTree =>
      sizes.map((size, at) =>
        size === 0
          ? `c${at}`
          : ([`c${at}`, Array.from({ length: size }, (_, child) => `c${at}.${child}`)] as const),
      ),
  );
const shapes = fc.record({
  axes: fc.array(codeTrees, { minLength: 1, maxLength: 3 }),
  order: fc.integer({ min: 0, max: 3 }),
  seed: fc.integer(),
});
const treesOf = (axes: readonly CodeTree[]) =>
  axes.map((codes, at) => treeOf({ id: `a${at}`, codes }));

/** Something like a normal, from a place: enough for laws of linear algebra. */
const pretend = (seed: number) => (pairs: readonly (readonly [string, string])[]) =>
  [...JSON.stringify([seed, pairs])].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) | 0, 7) /
  2 ** 31;

const valuesOf = (lattice: ReturnType<typeof noiseLattice>) => {
  const values = new Map<string, number>();
  for (const marginal of lattice.marginals.values())
    for (const [at, value] of marginal.values.entries())
      values.set(JSON.stringify(Object.fromEntries(pairsAt(lattice, marginal, at))), value);
  return values;
};

test("noise is additive over every dimension and level before rounding", () => {
  fc.assert(
    fc.property(shapes, ({ axes, order, seed }) => {
      const trees = treesOf(axes);
      const values = valuesOf(noiseLattice(trees, order, 4, pretend(seed)));
      for (const [name, value] of values) {
        const cell = JSON.parse(name) as Record<string, string>;
        for (const tree of trees) {
          const node = tree.nodes[tree.index.get(cell[tree.id] ?? "_T")!]!;
          if (
            node.children.length === 0 ||
            (cell[tree.id] === undefined && Object.keys(cell).length === order)
          )
            continue;
          const parts = node.children.map(
            (child) =>
              values.get(JSON.stringify(sorted({ ...cell, [tree.id]: tree.nodes[child]!.code })))!,
          );
          expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(value, 9);
        }
      }
    }),
  );
});
const sorted = (cell: Record<string, string>) =>
  Object.fromEntries(Object.entries(cell).sort(([a], [b]) => (a < b ? -1 : 1)));

test("which cells there are depends on the code lists and the order alone", () => {
  fc.assert(
    fc.property(shapes, ({ axes, order }) => {
      const trees = treesOf(axes);
      const lattice = emptyLattice(trees, order);
      const cells = [...lattice.marginals.values()].reduce(
        (sum, { values }) => sum + values.length,
        0,
      );
      // elementary symmetric sums of the numbers of codes
      const symmetric = [1, 0, 0, 0];
      for (const { nodes } of trees)
        for (let k = 3; k > 0; k--) symmetric[k]! += symmetric[k - 1]! * (nodes.length - 1);
      expect(cells).toBe(symmetric.slice(0, order + 1).reduce((sum, value) => sum + value, 0));
    }),
  );
});

test("leaves add up to every code above them, in whatever order they come", () => {
  const cases = fc.record({
    axes: fc.array(codeTrees, { minLength: 1, maxLength: 3 }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 40 }),
  });
  fc.assert(
    fc.property(cases, ({ axes, picks }) => {
      const trees = treesOf(axes);
      const rows = picks.map((pick) =>
        trees.map((tree, at) => {
          const leaves = leavesOf(axes[at]!);
          return tree.index.get(leaves[pick[at]! % leaves.length]!)!;
        }),
      );
      const table = (list: readonly number[][]) => {
        const lattice = emptyLattice(trees, 3);
        for (const leaves of list) addLeaf(lattice, leaves, 1);
        rollUp(lattice);
        return valuesOf(lattice);
      };
      const values = table(rows);
      expect(table([...rows].reverse())).toEqual(values);
      for (const [name, value] of values) {
        const cell = Object.entries(JSON.parse(name) as Record<string, string>);
        const inside = rows.filter((leaves) =>
          cell.every(([id, code]) => {
            const at = trees.findIndex((tree) => tree.id === id);
            for (let node = leaves[at]!; node >= 0; node = trees[at]!.nodes[node]!.parent)
              if (trees[at]!.nodes[node]!.code === code) return true;
            return false;
          }),
        );
        expect(value).toBe(inside.length);
      }
    }),
  );
});
