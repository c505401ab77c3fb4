/** A node's answer, computed again from the release that it names. */
import type { Query } from "../../schemas/query.ts";
import { loadCube } from "../disclosure/cube.ts";
import { planFor } from "../disclosure/figure-plan.ts";
import { select } from "../disclosure/select.ts";
import { sameJson } from "../signing/equal.ts";
import { sha256 } from "../signing/jws.ts";
import { smallestOf } from "./merge.ts";
import type { Answer } from "./partial.ts";

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
