/** On AWS. */
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/query/handler.ts";
import { query } from "../hub.ts";

export const handler = lazily(async () => edge(await query(process.env)));
