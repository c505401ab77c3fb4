/** On AWS. */
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/edge/status.ts";
import { status } from "../status.ts";

export const handler = lazily(async () => edge(status(process.env)));
