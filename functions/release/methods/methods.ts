/** The private halves of the methods of release; the other halves are in functions/disclosure/methods. */
import { unhandled } from "../../../schemas/refusal.ts";
import type { MethodName } from "../../../schemas/words.ts";
import { lattice } from "./lattice.ts";
import { none } from "./none.ts";
import type { Protector } from "./protector.ts";

/** Throws `Refused` descriptor-invalid for a method that nobody wrote: no exact figure passes. */
export function protectorOf(name: MethodName): Protector {
  switch (name) {
    case "lattice":
      return lattice;
    case "none":
      return none;
    default:
      return unhandled(name, "descriptor-invalid");
  }
}
