/** On AWS. */

import { edge } from "../../../functions/agreements/handler.ts";
import { lazily } from "../../../functions/edge/http.ts";
import { agreements } from "../hub.ts";

export const handler = lazily(async () => edge(await agreements(process.env)));
