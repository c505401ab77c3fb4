/** The shared vectors: read from TAVOLO_SHARED, or from `shared` beside the repository. They may be absent, but not where CI runs. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = process.env.TAVOLO_SHARED ?? join(import.meta.dirname, "../../../shared");

export const hasVectors = existsSync(join(root, "vectors/sdc"));
if (!hasVectors && process.env.CI) throw new Error(`no vectors under ${root}: set TAVOLO_SHARED`);
if (!hasVectors)
  console.warn(
    `vectors left out: nothing under ${root}; set TAVOLO_SHARED to the folder that holds vectors/sdc`,
  );

/** A file of vectors, in the shape that the caller says it has. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(root, "vectors/sdc", `${name}.json`), "utf8")) as T;
}
