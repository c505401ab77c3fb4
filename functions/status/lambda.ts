/** On AWS. */
import { edge } from "./handler.ts";

export const handler = edge();
