/**
 * The tests' own entry to a release, and the only way to hand in a key of the noise. No handler, command or bundle imports
 * this file; a test looks for its marker in everything that is deployed.
 */
import { type ReleaseDeps, type ReleaseJob, releaseUnder } from "./release.ts";

export const MARKER = "TAVOLO-TEST-NOISE-KEY";

/** A release under a known key, so that another implementation can draw the same noise. */
export const releaseWithKey = (key: Uint8Array, deps: ReleaseDeps, job: ReleaseJob) => {
  if (key.length !== 32) throw new TypeError(`${MARKER}: 32 bytes`);
  return releaseUnder(() => Uint8Array.from(key), deps, job);
};
