/** On AWS: the owner's calls. */
import { lazily } from "../../../functions/edge/http.ts";
import { edge } from "../../../functions/owner/handler.ts";
import { owner } from "../owner.ts";

export const handler = lazily(async () => edge(await owner(process.env)));
