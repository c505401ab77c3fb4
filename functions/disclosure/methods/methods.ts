/** The methods of release. A method is its file here, its file in functions/release/methods, and a case in the switch of each, and in that of reading.ts. */
import { unhandled } from "../../../schemas/refusal.ts";
import type { MethodName } from "../../../schemas/words.ts";
import { lattice } from "./lattice.ts";
import type { Method } from "./method.ts";
import { none } from "./none.ts";

/** Throws `Refused` descriptor-invalid for a method that nobody wrote: no figure is planned, marked or given under it. */
export function methodOf(name: MethodName): Method {
  switch (name) {
    case "lattice":
      return lattice;
    case "none":
      return none;
    default:
      return unhandled(name, "descriptor-invalid");
  }
}
