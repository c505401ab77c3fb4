/**
 * What a method of release is to everybody who reads a policy or a manifest: what it takes and what it costs. How its
 * figures are read is in reading.ts, which pages load too; what it does to exact figures is in functions/release/methods, where rows are.
 */
import type { Descriptor, Policy } from "../../../schemas/descriptor.ts";
import type { DatasetKind } from "../../../schemas/words.ts";
import type { LaidOutField } from "../laid-out.ts";

/** What one release spends, and what each field gets of it. */
export interface MethodPlan {
  /** mu² of the whole release. */
  readonly mu2: number;
  /** In the order of the fields: share of the loss, and variance of the noise of a count. */
  readonly fields: readonly { readonly share: number; readonly variance: number }[];
}

export interface Method {
  /** Why a kind of dataset is not released so, in a sentence; undefined where it is. */
  readonly unfit: (kind: DatasetKind) => string | undefined;
  /** What of a descriptor would void the promise. One sentence each. */
  readonly bans: (descriptor: Descriptor) => Iterable<string>;
  /** Most dimensions that a field's tables have where the descriptor does not say. */
  readonly standardOrder: (field: "count" | "sum", dimensions: number) => number;
  /** Counts are released as whole multiples of it. */
  readonly countGrid: number;
  /** `h`: what each dimension loses, in the order of the descriptor. */
  readonly plan: (
    policy: Policy,
    releases: number,
    h: readonly number[],
    fields: readonly LaidOutField[],
  ) => MethodPlan;
  /** What the manifest says of the policy. `advantage`: points, where there is a promise. */
  readonly stated: (policy: Policy) => { readonly advantage?: number; readonly smallest: number };
}
