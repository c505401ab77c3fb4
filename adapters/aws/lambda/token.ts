/** On AWS. */

import { edge } from "../../../functions/access/handler.ts";
import { lazily } from "../../../functions/edge/http.ts";
import { token } from "../hub.ts";

export const handler = lazily(async () => edge(await token(process.env)));
