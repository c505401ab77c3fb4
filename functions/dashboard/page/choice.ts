/** Everything that a reader chose, as the address holds it: a copied link shows the same picture. Pure. */
import type { Language } from "./numbers.ts";

export type View = "indicator" | "indicators" | "practices" | "catalogue";
export type Peers = "all" | "similar" | "chosen";
export type Order = "name" | "residents" | "similar" | "value";

export interface Choice {
  readonly view: View;
  readonly language: Language;
  readonly indicator?: string;
  readonly period?: string;
  readonly peers: Peers;
  /** The members compared, where the reader picked them. */
  readonly members: readonly string[];
  readonly order: Order;
  /** Codes of dimensions that the reader chose instead of the definition's own. */
  readonly where: Readonly<Record<string, string>>;
}

const VIEWS: readonly View[] = ["indicator", "indicators", "practices", "catalogue"];
const oneOf = <T extends string>(value: string | null, among: readonly T[], standard: T): T =>
  among.find((one) => one === value) ?? standard;

/** Reads an address. What is odd in it is as if it were not there. */
export function choiceOf(search: string, language: Language): Choice {
  const given = new URLSearchParams(search);
  const indicator = given.get("indicator");
  const period = given.get("period");
  return {
    view: oneOf(given.get("view"), VIEWS, "indicator"),
    language: oneOf(given.get("lang"), ["it", "en"], language),
    ...(indicator === null ? {} : { indicator }),
    ...(period === null ? {} : { period }),
    peers: oneOf(given.get("peers"), ["all", "similar", "chosen"], "all"),
    members: (given.get("members") ?? "").split(",").filter((id) => /^[A-Za-z0-9-]{1,40}$/.test(id)),
    order: oneOf(given.get("order"), ["name", "residents", "similar", "value"], "name"),
    where: Object.fromEntries([...given].flatMap(([name, value]) => (name.startsWith("f.") ? [[name.slice(2), value]] : []))),
  };
}

/** The address of a choice: only what differs from the standard. */
export function searchOf(choice: Choice): string {
  const search = new URLSearchParams();
  if (choice.view !== "indicator") search.set("view", choice.view);
  if (choice.indicator !== undefined) search.set("indicator", choice.indicator);
  if (choice.period !== undefined) search.set("period", choice.period);
  if (choice.peers !== "all") search.set("peers", choice.peers);
  if (choice.members.length > 0) search.set("members", choice.members.join(","));
  if (choice.order !== "name") search.set("order", choice.order);
  for (const [name, value] of Object.entries(choice.where)) search.set(`f.${name}`, value);
  search.set("lang", choice.language);
  return `?${search}`;
}
