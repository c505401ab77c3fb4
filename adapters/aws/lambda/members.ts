/** On AWS. */
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/members/handler.ts";
import { members } from "../hub.ts";

export const handler = lazily(async () => edge(await members(process.env)));
