import type { Language } from "../parts/numbers.ts";
import { en } from "./messages.en.ts";
import { it } from "./messages.it.ts";

type Words = typeof it;
export const words: Readonly<Record<Language, Words>> = { it, en };
