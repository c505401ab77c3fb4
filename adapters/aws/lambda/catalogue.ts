/** On AWS. */

import { edge } from "../../../functions/catalogue/handler.ts";
import { lazily } from "../../../functions/edge/http.ts";
import { catalogue } from "../hub.ts";

export const handler = lazily(async () => edge(await catalogue(process.env)));
