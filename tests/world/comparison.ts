/** Statements for tests: unsigned, with figures that the test says, in cells and with deviations as a node would give them. */

import { treeOf } from "../../functions/disclosure/axes.ts";
import { cellsOf, planFor } from "../../functions/disclosure/figure-plan.ts";
import { markOf } from "../../functions/disclosure/reliability.ts";
import { unionFactor } from "../../functions/disclosure/union-variance.ts";
import type { Figure, Query, Question, Statement } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";

const unsigned = (payload: object): string =>
  `e30.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.e30`;
const DIGEST = "A".repeat(43);
const NOW = 1_795_600_000;

export interface Node {
  readonly manifest: Manifest;
  /** A count in persons, or a sum in its unit, in one cell. */
  readonly figure: (
    field: string,
    by: Readonly<Record<string, string>>,
    question: Question,
  ) => number;
}

/** What a node answers: every figure raw, marked, with the exact deviation of its union. */
function cellsFor(question: Question, { manifest, figure }: Node) {
  const plan = planFor(question, manifest);
  const trees = new Map(manifest.axes.map((axis) => [axis.id, treeOf(axis)]));
  const factor = plan.filter.reduce(
    (product, { id, codes }) => product * unionFactor(trees.get(id)!, codes),
    1,
  );
  return cellsOf(plan).map((by) => {
    const count = (id: string) => figure(id, by, question);
    const figures = plan.figures.map(
      ({ id, kind, grid, variance, of, mid = 0, bounds }): Figure => {
        const sd = Math.sqrt(variance * factor);
        if (kind === "count")
          return {
            count: id,
            value: Math.round(count(id) / grid),
            grid,
            sd,
            ...markOf(count(id), sd, manifest.policy.smallest),
          };
        const scale = bounds ? (bounds[1] - bounds[0]) / 2 : 1;
        const { mark } = markOf(count(of!), sd, manifest.policy.smallest);
        return {
          sum: id,
          of: of!,
          value: Math.round((count(id) - mid * count(of!)) / grid),
          grid,
          sd: sd * scale,
          mid,
          mark,
        };
      },
    );
    return { by, figures };
  });
}

/** The hub's statement on one question. A member that is not among the nodes did not answer. */
export function statementOf(
  question: Question,
  nodes: Readonly<Record<string, Node | undefined>>,
): Statement {
  const signed = { v: 1 as const, iss: "hub", iat: NOW };
  const query: Query = {
    ...question,
    ...signed,
    aud: "hub",
    exp: NOW + 300,
    jti: "0123456789abcdef",
  };
  const answered = question.members.map((member) => {
    const node = nodes[member];
    if (node === undefined) return { outcome: { member, outcome: "no-agreement" }, cells: [] };
    const cells = cellsFor(question, node);
    const { manifest } = node;
    const partial = {
      ...signed,
      iss: member,
      query: DIGEST,
      agreement: "own",
      release: manifest.id,
      cube: DIGEST,
      manifest: unsigned(manifest),
      cells,
    };
    return {
      outcome: { member, outcome: "answered", partial: unsigned(partial) },
      cells: cells.map((cell) => ({ member, ...cell })),
    };
  });
  return {
    ...signed,
    query: unsigned(query),
    outcomes: answered.map(({ outcome }) => outcome),
    table: { cells: answered.flatMap(({ cells }) => cells), totals: [] },
    receipt: { log: "hub", entry: "1", leaf: DIGEST },
  };
}
