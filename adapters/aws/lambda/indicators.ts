/** On AWS. */
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/indicators/handler.ts";
import { indicators } from "../hub.ts";

export const handler = lazily(async () => edge(await indicators(process.env)));
