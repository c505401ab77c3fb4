/** On AWS. */
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/signin/handler.ts";
import { desk } from "../signin.ts";

export const handler = lazily(async () => edge(await desk(process.env)));
