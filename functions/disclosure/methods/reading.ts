/** How figures of each method of release are read: all that a reader, a hub and a page need of it, and no more. */
import { unhandled } from "../../../schemas/refusal.ts";
import type { MethodName } from "../../../schemas/words.ts";
import { type Marked, markOf } from "../reliability.ts";

interface Reading {
  /** Whether there is a promise to subjects: a loss to charge, and a policy to try, preview and report on. */
  readonly protects: boolean;
  /** How a released count is marked, in units, where `k` is the smallest that is shown. */
  readonly mark: (value: number, sd: number, k: number) => Marked;
}

const lattice: Reading = { protects: true, mark: markOf };
const none: Reading = { protects: false, mark: markOf };

/** Throws `Refused` descriptor-invalid for a method that nobody wrote: no figure is marked or given under it. */
export function readingOf(name: MethodName): Reading {
  switch (name) {
    case "lattice":
      return lattice;
    case "none":
      return none;
    default:
      return unhandled(name, "descriptor-invalid");
  }
}
