/** A node's answer, computed again from the release that it names. */
import type { Query } from "../../schemas/query.ts";
import { loadCube } from "../answer/cube.ts";
import { select } from "../answer/select.ts";
import { smallestOf } from "../query/merge.ts";
import type { Answer } from "../query/partial.ts";
import { sameJson } from "../shared/equal.ts";
import { sha256 } from "../shared/jws.ts";
import { planFor } from "../shared/plan.ts";

/** Whether these bytes are the cube that the answer names, and its cells what they give. Throws `Refused` where they cannot be read. */
export async function recomputed(
  { partial, manifest }: Answer,
  query: Query,
  bytes: Uint8Array,
): Promise<boolean> {
  if (sha256(bytes) !== partial.cube) return false;
  const cells = select(
    planFor(query, manifest),
    await loadCube(bytes, manifest),
    smallestOf(partial, manifest),
  );
  return sameJson(cells, partial.cells);
}
