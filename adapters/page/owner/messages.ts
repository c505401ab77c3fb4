import type { Language } from "../../../schemas/words.ts";
import { en } from "./messages.en.ts";
import { it } from "./messages.it.ts";

type Words = typeof it;
export const words: Readonly<Record<Language, Words>> = { it, en };
