/** On AWS: the owner's calls. */
import { lazily } from "../shared/http.ts";
import { owner } from "../shared/live/owner.ts";
import { edge } from "./handler.ts";

export const handler = lazily(async () => edge(await owner(process.env)));
