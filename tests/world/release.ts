/**
 * The tests' own entry to a release: the only way to hand in a key of the noise, or to leave the noise out. No handler, command
 * or bundle imports this file; a test looks for its marker in everything that is deployed.
 */

import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { type ReleaseDeps, releaseUnder } from "../../functions/release/release.ts";
import type { Manifest, ReleaseJob } from "../../schemas/release.ts";

export const MARKER = "TAVOLO-TEST-NOISE-KEY";

/** A release under a known key, so that another implementation can draw the same noise. */
export function releaseWithKey(
  key: Uint8Array,
  deps: ReleaseDeps,
  job: ReleaseJob,
): Promise<Manifest> {
  if (key.length !== 32) throw new TypeError(`${MARKER}: 32 bytes`);
  return releaseUnder({ makeKey: () => Uint8Array.from(key), planOf: planRelease }, deps, job);
}

/** A release with protection off, which every attack must win against: an attack that cannot win proves nothing. */
export function releaseUnprotected(deps: ReleaseDeps, job: ReleaseJob): Promise<Manifest> {
  const planOf: typeof planRelease = (descriptor, period, turn) => {
    const plan = planRelease(descriptor, period, turn);
    const fields = plan.fields.map((field) => ({
      ...field,
      scale: 0,
      released: { ...field.released, variance: 0 },
    }));
    return { ...plan, fields };
  };
  return releaseUnder({ makeKey: () => new Uint8Array(32), planOf }, deps, job);
}
