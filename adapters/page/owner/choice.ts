/** What the owner chose, as the address holds it. Pure. */
import { isPeriod } from "../../../schemas/period.ts";
import type { Language } from "../../../schemas/words.ts";

export const VIEWS = ["overview", "policies", "withdrawals", "agreements", "log"] as const;
export type View = (typeof VIEWS)[number];
export interface Choice {
  readonly view: View;
  readonly language: Language;
  readonly dataset?: string;
  readonly period?: string;
}

export function choiceOf(search: string, language: Language): Choice {
  const given = new URLSearchParams(search);
  const [dataset, period, lang] = [given.get("dataset"), given.get("period"), given.get("lang")];
  return {
    view: VIEWS.find((one) => one === given.get("view")) ?? "overview",
    language: lang === "it" || lang === "en" ? lang : language,
    ...(dataset !== null && /^[a-z][a-z0-9-]{0,39}$/.test(dataset) ? { dataset } : {}),
    ...(period !== null && isPeriod(period) ? { period } : {}),
  };
}

export function searchOf({ view, language, dataset, period }: Choice): string {
  const search = new URLSearchParams();
  if (view !== "overview") search.set("view", view);
  if (view === "policies" && dataset !== undefined) search.set("dataset", dataset);
  if (view === "policies" && period !== undefined) search.set("period", period);
  search.set("lang", language);
  return `?${search}`;
}
