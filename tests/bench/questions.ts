/** Random questions that a policy allows, and what their answers are worth beside the exact figures. */
import type { Random } from "../../docs/demo/random.ts";
import { leavesOf } from "../../functions/disclosure/axes.ts";
import { type Plan, planFor } from "../../functions/disclosure/figure-plan.ts";
import { meanOf, shareOf, units } from "../../functions/disclosure/reliability.ts";
import type { Cell, CountFigure, Figure, Measure, SumFigure } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";

export interface RandomQuestion {
  readonly measure: Measure;
  readonly by: readonly string[];
  planFor(manifest: Manifest): Plan;
}

const pick = <T>(draw: Random, from: readonly T[]): T => from[Math.floor(draw() * from.length)]!;

function shuffled<T>(draw: Random, from: readonly T[]): T[] {
  const left = [...from];
  return from.map(() => left.splice(Math.floor(draw() * left.length), 1)[0]!);
}

/** A count, a mean, or a count's share in all subjects, over as many dimensions as its fields allow; some listed, some filtered. */
function oneQuestion(
  { axes, fields, dataset, period, iss }: Manifest,
  draw: Random,
): RandomQuestion {
  const counts = fields.filter(({ kind, id }) => kind === "count" && id !== "any");
  const sums = fields.filter(({ kind }) => kind === "sum");
  const [count, sum] = [pick(draw, counts), pick(draw, sums)];
  const [measure, order] = pick<[Measure, number]>(draw, [
    [{ count: count.id }, count.order],
    [{ mean: sum.id }, sum.order],
    [{ share: count.id, over: "any" }, count.order],
  ]);
  const used = shuffled(draw, axes).slice(
    0,
    Math.floor(draw() * (Math.min(order, axes.length) + 1)),
  );
  const by = used.filter(() => draw() < 0.6).map(({ id }) => id);
  const filtered = used.filter(({ id }) => !by.includes(id));
  const where = Object.fromEntries(
    filtered.map(({ id, codes }) => {
      const leaves = leavesOf(codes);
      return [
        id,
        shuffled(draw, leaves).slice(0, 1 + Math.floor(draw() * Math.min(3, leaves.length - 1))),
      ];
    }),
  );
  const question = { members: [iss], dataset, period, measures: [measure], by: [...by], where };
  return { measure, by, planFor: (manifest) => planFor(question, manifest) };
}

export const questionsTo = (manifest: Manifest, count: number, draw: Random): RandomQuestion[] =>
  Array.from({ length: count }, () => oneQuestion(manifest, draw));

/** One question's answers: each member's cells as released and as they are. */
export interface Asked {
  readonly question: RandomQuestion;
  readonly members: readonly {
    readonly plan: Plan;
    readonly cells: readonly Cell[];
    readonly exact: readonly Cell[];
  }[];
}

type Kind = "count" | "mean" | "rate";
export interface Verdict {
  /** By order: figures that are not zero, those shown, and by kind how far those are off, as a part of the exact figure. */
  readonly orders: Map<number, { figures: number; shown: number; errors: Record<Kind, number[]> }>;
  readonly pairs: { apart: number; of: number };
}

interface Read {
  readonly kind: Kind;
  readonly value: number;
  readonly sd: number;
  readonly shown: boolean;
}

const K = 5;

function read(measure: Measure, figures: readonly Figure[]): Read {
  const count = (id: string) =>
    figures.find((figure): figure is CountFigure => "count" in figure && figure.count === id)!;
  if ("count" in measure) {
    const figure = count(measure.count);
    return { kind: "count", value: units(figure), sd: figure.sd, shown: figure.mark === "shown" };
  }
  if ("share" in measure) {
    const { value, sd, mark } = shareOf(count(measure.share), count(measure.over), K);
    return { kind: "rate", value, sd, shown: mark === "shown" };
  }
  const sum = figures.find((figure): figure is SumFigure => "sum" in figure)!;
  const { value, sd, mark } = meanOf(sum, count(sum.of), K);
  return { kind: "mean", value, sd, shown: mark === "shown" };
}

export function judge(asked: readonly Asked[]): Verdict {
  const verdict: Verdict = { orders: new Map(), pairs: { apart: 0, of: 0 } };
  for (const { question, members } of asked) {
    const cells = new Map<string, Read[]>();
    for (const { plan, cells: released, exact } of members) {
      const order = plan.by.length + plan.filter.length;
      const counted = verdict.orders.get(order) ?? {
        figures: 0,
        shown: 0,
        errors: { count: [], mean: [], rate: [] },
      };
      verdict.orders.set(order, counted);
      for (const [at, { by, figures }] of released.entries()) {
        const [said, truth] = [
          read(question.measure, figures),
          read(question.measure, exact[at]!.figures),
        ];
        // what is nothing has no error that is a part of it
        if (!(truth.value > 0)) continue;
        counted.figures += 1;
        if (said.shown) {
          counted.shown += 1;
          counted.errors[said.kind].push(Math.abs(said.value - truth.value) / truth.value);
        }
        if (said.kind !== "count")
          cells.set(JSON.stringify(by), [...(cells.get(JSON.stringify(by)) ?? []), said]);
      }
    }
    for (const reads of cells.values())
      for (const [at, a] of reads.entries())
        for (const b of reads.slice(at + 1)) {
          verdict.pairs.of += 1;
          if (
            a.shown &&
            b.shown &&
            Math.abs(a.value - b.value) > 1.959963984540054 * Math.hypot(a.sd, b.sd)
          )
            verdict.pairs.apart += 1;
        }
  }
  return verdict;
}
