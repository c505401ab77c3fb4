/** Where real data and vectors lie: beside the checkout, or where TAVOLO_SHARED says. They are not part of the project. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(process.env.TAVOLO_SHARED ?? join(import.meta.dirname, "../../../shared"));

/** A path under the shared folder; undefined, with the reason printed, where it is absent. Throws in CI, where it must be there. */
export function shared(path: string): string | undefined {
  const full = join(root, path);
  if (existsSync(full)) return full;
  if (process.env.CI) throw new Error(`${full} is missing, and CI must not skip what needs it`);
  console.warn(`skipped: ${full} is not here (set TAVOLO_SHARED to the folder that has it)`);
  return undefined;
}
