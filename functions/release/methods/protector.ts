/** What a method does to exact figures: the private half of a method of release. */
import type { Lattice, Pairs } from "../../disclosure/lattice.ts";
import type { PlannedField } from "../../disclosure/release-plan.ts";

/** Draws for one release: a function from field and place to a standard normal. */
export type Draw = (field: string, pairs: Pairs) => number;

/** Turns the engine's integers into integers of the field's grid that may be released, in place. */
export type Protector = (exact: Lattice, field: PlannedField, draw: Draw) => void;
