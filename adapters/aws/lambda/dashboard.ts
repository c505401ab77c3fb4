/** On AWS: the built page lies beside the bundle. `TAVOLO_PAGE` names its HTML: a hub serves the manager's, a node its owner's. */
import { join } from "node:path";
import { readAssets } from "../../../functions/dashboard/assets.ts";
import { edge } from "../../../functions/dashboard/handler.ts";
import { lazily } from "../../../functions/edge/http.ts";

export const handler = lazily(async () =>
  edge(await readAssets(join(import.meta.dirname, "page")), process.env.TAVOLO_PAGE),
);
