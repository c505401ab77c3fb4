import fc from "fast-check";
import { expect, test } from "vitest";
import type { CodeTree } from "../../schemas/words.ts";
import { leavesOf, treeOf } from "./axes.ts";
import { unionFactor } from "./union-variance.ts";

const age: CodeTree = [
  ["young", ["0-4", "5-9", "10-17"]],
  ["adult", ["18-34", "35-64"]],
  ["old", ["65-74", "75-84", "85+"]],
];
const tree = treeOf({ id: "age", codes: age });

test("all children of a code have the variance of the code itself", () => {
  for (const node of tree.nodes)
    if (node.children.length > 0)
      expect(
        unionFactor(
          tree,
          node.children.map((at) => tree.nodes[at]!.code),
        ),
      ).toBeCloseTo(1, 12);
});

test("r of m codes of a flat list have r(m−r+1)/m", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (m, pick) => {
      const r = 1 + (pick % m);
      const flat = treeOf({ id: "a", codes: Array.from({ length: m }, (_, at) => `c${at}`) });
      const codes = flat.nodes.slice(1, r + 1).map(({ code }) => code);
      expect(unionFactor(flat, codes)).toBeCloseTo((r * (m - r + 1)) / m, 9);
    }),
  );
});

test("a union and what it leaves out add up to the total: Var(a) + Var(b) + 2·Cov = 1", () => {
  fc.assert(
    fc.property(fc.subarray(leavesOf(age), { minLength: 1, maxLength: 7 }), (codes) => {
      const rest = leavesOf(age).filter((code) => !codes.includes(code));
      const all = unionFactor(tree, [...codes, ...rest]);
      expect(all).toBeCloseTo(1, 9);
      expect(unionFactor(tree, codes)).toBeGreaterThan(0);
    }),
  );
});
