/** On AWS. */
import { lazily } from "../shared/http.ts";
import { agreements } from "../shared/live/hub.ts";
import { edge } from "./handler.ts";

export const handler = lazily(async () => edge(await agreements(process.env)));
