/** What an attacker has in his hands, and a guess that he makes of it. */
import type { Cube } from "../../../functions/disclosure/cube.ts";
import type { Question, Statement } from "../../../schemas/query.ts";
import type { Manifest, ReleasedField } from "../../../schemas/release.ts";
import { type Arena, CITY, type Node } from "../arena.ts";
import type { Person } from "../data.ts";
import { exact, type Model, type Vector } from "../model.ts";
import type { Line } from "../stage.ts";

export interface View {
  readonly arena: Arena;
  readonly node: Node;
  readonly manifest: Manifest;
  readonly model: Model;
  /** The release, downloaded over HTTP. */
  readonly cube: Cube;
  readonly known: {
    readonly others: readonly Person[];
    readonly target: Person;
    readonly without: Vector;
    readonly with: Vector;
  };
  /** How many there are in the whole city: for the one attack that is told. */
  readonly total: number;
}

/** Whether the person is in. */
export interface Guess extends Omit<Line, "guessing" | "bound"> {
  guess(view: View): Promise<boolean>;
}

export const fieldOf = ({ model }: Pick<View, "model">, id: string): ReleasedField =>
  model.fields.find(({ released }) => released.id === id)!.released;

/** The figure of a field in one cell, less everybody else's part, in persons. A cell is named by its codes, `_T` for all. */
export function excess({ model, cube, known }: View, id: string, cell: readonly string[]): number {
  const field = fieldOf({ model }, id);
  return (cube.value(field, cell) - exact(model, known.others, field, cell)) * field.grid;
}

type Asked = Pick<Question, "by" | "where"> & { readonly members?: readonly string[] };

/** The counts of persons that the hub's statement shows, summed over its cells: over all members where several are asked. */
export async function countOf(
  { arena, node }: Pick<View, "arena" | "node">,
  { members = [CITY], by, where }: Asked,
): Promise<number> {
  const asked = () =>
    arena.ask({
      members: [...members],
      dataset: node.dataset,
      measures: [{ count: "any" }],
      by,
      where,
    });
  let statement = await asked();
  for (let again = 0; again < PATIENCE && wasSlow(statement); again++) statement = await asked();
  return sum(statement);
}
/** Times that an attacker asks again where the hub found a member too slow: a busy machine protects nobody. */
const PATIENCE = 50;
const wasSlow = ({ outcomes }: Statement): boolean =>
  outcomes.some(({ outcome }) => outcome === "too-slow");
function sum({ table, outcomes }: Statement): number {
  const failed = outcomes.find(({ outcome }) => outcome !== "answered");
  if (failed)
    throw new Error(
      `the attack needs an answer, and ${failed.member} gave none: ${failed.outcome}`,
    );
  return table.totals.reduce(
    (total, { figures }) =>
      total + figures.reduce((inner, { value, grid }) => inner + value * grid, 0),
    0,
  );
}

/** How many others are in a part of the city. */
export const othersIn = (
  { model, known }: Pick<View, "model" | "known">,
  cell: readonly string[],
): number =>
  exact(model, known.others, fieldOf({ model }, "any"), cell) * fieldOf({ model }, "any").grid;
