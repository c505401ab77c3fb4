/**
 * Exact cells become figures that may be released, by the method of their policy. Pure: the key is handed in, used for this
 * release alone and overwritten by whoever made it.
 */
import { found } from "../../../schemas/found.ts";
import type { Cross } from "../../../schemas/ports.ts";
import type { MethodName } from "../../../schemas/words.ts";
import type { Tree } from "../../disclosure/axes.ts";
import { addLeaf, emptyLattice, type Lattice, rollUp } from "../../disclosure/lattice.ts";
import type { PlannedField, ReleasePlan } from "../../disclosure/release-plan.ts";
import { protectorOf } from "../methods/methods.ts";
import type { Draw } from "../methods/protector.ts";
import { drawsFrom } from "./noise.ts";

/** The exact marginals of one field, in the engine's integers. Private: nothing but `protect` may read it. */
export class Exact {
  readonly #lattice: Lattice;
  private constructor(lattice: Lattice) {
    this.#lattice = lattice;
  }
  /** Adds the sparse cross up to every marginal of the field's order. All cells of the code lists exist, also empty ones. */
  static of(cross: Cross, trees: readonly Tree[], order: number, position: number): Exact {
    const lattice = emptyLattice(trees, order);
    for (const { codes, values } of cross.rows) {
      const leaves = codes.map((code, axis) => trees[axis]?.index.get(code) ?? unknownCode(code));
      addLeaf(lattice, leaves, found(values[position]));
    }
    rollUp(lattice);
    return new Exact(lattice);
  }
  /** Only for `Protected`, below. */
  static reveal(exact: Exact): Lattice {
    return exact.#lattice;
  }
}
function unknownCode(code: string): never {
  throw new TypeError(`the cross has a code that the descriptor does not: ${code}`);
}

/** A released field: integers of its grid over the whole lattice. Only `protect` can make one. */
export class Protected {
  readonly #lattice: Lattice;
  readonly field: PlannedField;
  private constructor(field: PlannedField, lattice: Lattice) {
    this.field = field;
    this.#lattice = lattice;
  }
  get lattice(): Lattice {
    return this.#lattice;
  }
  /** By the plan of the field. Throws `Refused` for a method that nobody wrote. */
  static protect(method: MethodName, exact: Exact, field: PlannedField, draw: Draw): Protected {
    const protector = protectorOf(method);
    const lattice = Exact.reveal(exact);
    protector(lattice, field, draw);
    return new Protected(field, lattice);
  }
}

/** Every field of a release, protected under one key, from which nothing can be drawn afterwards, also where that fails. */
export function protect(
  cross: Cross,
  plan: ReleasePlan,
  key: Uint8Array,
  release: string,
): Protected[] {
  const { draw, erase } = drawsFrom(key, release);
  try {
    return plan.fields.map((field, position) =>
      Protected.protect(
        plan.descriptor.policy.method,
        Exact.of(cross, plan.trees, field.released.order, position),
        field,
        draw,
      ),
    );
  } finally {
    erase();
  }
}
