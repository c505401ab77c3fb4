/** On AWS. */
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/statements/handler.ts";
import { statements } from "../hub.ts";

export const handler = lazily(async () => edge(await statements(process.env)));
