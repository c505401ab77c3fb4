import type { Language } from "../numbers.ts";
import { en } from "./words-en.ts";
import { it } from "./words-it.ts";

export type Words = typeof it;
export const words: Readonly<Record<Language, Words>> = { it, en };
