/** On AWS: the built page lies beside the bundle. */
import { join } from "node:path";
import { lazily } from "../shared/http.ts";
import { readAssets } from "./assets.ts";
import { edge } from "./handler.ts";

export const handler = lazily(async () => edge(await readAssets(join(import.meta.dirname, "page"))));
