/** On AWS. */
import { lazily } from "../shared/http.ts";
import { answer } from "../shared/live/answer.ts";
import { edge } from "./handler.ts";

export const handler = lazily(async () => edge(await answer(process.env)));
