/** One field as it is released: what a method divides its loss over. */

import type { Field } from "../../schemas/descriptor.ts";
import type { Bilingual } from "../../schemas/words.ts";

/** A field with everything defaulted, families taken apart into one field a code. */
export interface LaidOutField {
  readonly id: string;
  readonly title: Bilingual;
  readonly field:
    | Exclude<Field, { kind: "bands" }>
    | { readonly kind: "code"; readonly code: string }
    | Band;
  readonly order: number;
  /** Explicit share of the release's loss; where absent, the default rule divides. Shared by all codes of a family. */
  readonly share?: number;
  /** How much one subject moves it: `units` of loss are charged once for the whole group. */
  readonly group: string;
  readonly units: number;
}

/** One band of a banded field: values from `from` and below `below`, in units; open where absent. */
export interface Band {
  readonly kind: "band";
  readonly of: Extract<Field, { kind: "bands" }>;
  readonly from?: number;
  readonly below?: number;
}
