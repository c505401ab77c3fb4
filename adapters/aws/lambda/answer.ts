/** On AWS. */

import { edge } from "../../../functions/answer/handler.ts";
import { lazily } from "../../../functions/edge/http.ts";
import { answer } from "../answer.ts";

export const handler = lazily(async () => edge(await answer(process.env)));
