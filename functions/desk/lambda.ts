/** On AWS. */
import { lazily } from "../shared/http.ts";
import { desk } from "../shared/live/desk.ts";
import { edge } from "./handler.ts";

export const handler = lazily(async () => edge(await desk(process.env)));
