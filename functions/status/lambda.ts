/** On AWS. */
import { lazily } from "../shared/http.ts";
import { status } from "../shared/live/status.ts";
import { edge } from "./handler.ts";

export const handler = lazily(async () => edge(status(process.env)));
