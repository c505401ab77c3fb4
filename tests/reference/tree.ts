/** Axes as trees of codes: who is whose parent, and who are whose siblings. Part of the second implementation, for tests only. */
import type { CodeTree } from "../../schemas/words.ts";

/** A code of an axis. `siblings` are all codes under the same parent, itself included; without a parent it stands at the top. */
export type Node = { code: string; parent: string | undefined; siblings: readonly string[] };
export type Tree = { id: string; nodes: ReadonlyMap<string, Node>; leaves: readonly string[] };

/** An axis as the design writes it, `["f", ["m", ["m1", "m2"]]]`, made into a table of its nodes. */
export function tree(id: string, codes: CodeTree): Tree {
  const nodes = new Map<string, Node>();
  const leaves: string[] = [];
  const visit = (entries: CodeTree, parent: string | undefined) => {
    const siblings = entries.map((entry) => (typeof entry === "string" ? entry : entry[0]));
    for (const entry of entries) {
      const code = typeof entry === "string" ? entry : entry[0];
      if (nodes.has(code)) throw new Error(`axis ${id}: the code ${code} stands twice`);
      nodes.set(code, { code, parent, siblings });
      if (typeof entry === "string") leaves.push(code);
      else visit(entry[1], code);
    }
  };
  visit(codes, undefined);
  return { id, nodes, leaves };
}

export function node(axis: Tree, code: string): Node {
  const found = axis.nodes.get(code);
  if (found === undefined) throw new Error(`axis ${axis.id} has no code ${code}`);
  return found;
}

/** The code and all that it lies in, from itself upwards. */
export function upwards(axis: Tree, code: string): Node[] {
  const here = node(axis, code);
  return here.parent === undefined ? [here] : [here, ...upwards(axis, here.parent)];
}

/** What one split among c siblings costs: (c − 1)/(c + 1). */
export const splitLoss = (siblings: number) => (siblings - 1) / (siblings + 1);

/** h of an axis: the losses of the splits above a leaf, added up, for the leaf where that is greatest. */
export function axisLoss(axis: Tree): number {
  const ofLeaf = (leaf: string) =>
    upwards(axis, leaf).reduce((sum, { siblings }) => sum + splitLoss(siblings.length), 0);
  return Math.max(...axis.leaves.map(ofLeaf));
}
