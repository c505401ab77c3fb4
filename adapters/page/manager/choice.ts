/** Everything that a reader chose, as the address holds it: a copied link shows the same picture. Pure. */
import { isPeriod } from "../../../schemas/period.ts";
import type { Language } from "../../../schemas/words.ts";
import type { Order } from "./rows.ts";

export type View = "indicator" | "indicators" | "practices" | "places" | "catalogue";
export type Peers = "all" | "similar" | "chosen";

export interface Choice {
  readonly view: View;
  readonly language: Language;
  readonly indicator?: string;
  readonly period?: string;
  readonly peers: Peers;
  /** The members compared, where the reader picked them; those taken out, where they are chosen by likeness. */
  readonly members: readonly string[];
  readonly order: Order;
  /** A dimension and its code: of whom, within those that the definition counts. */
  readonly group?: { readonly dimension: string; readonly code: string } | undefined;
  /** The place whose parts are shown: `IT`, a region, or a province. */
  readonly place: string;
  /** What the catalogue is searched for. */
  readonly search: string;
}

const VIEWS: readonly View[] = ["indicator", "indicators", "practices", "places", "catalogue"];
const oneOf = <T extends string>(value: string | null, among: readonly T[], standard: T): T =>
  among.find((one) => one === value) ?? standard;

/** Reads an address. What is odd in it is as if it were not there. */
export function choiceOf(search: string, language: Language): Choice {
  const given = new URLSearchParams(search);
  const matching = (name: string, pattern: RegExp) => {
    const value = given.get(name);
    return value !== null && pattern.test(value) ? value : undefined;
  };
  const indicator = matching("indicator", /^[a-z][a-z0-9-]{0,39}$/);
  const period = given.get("period") ?? "";
  const [, dimension, code] = /^([^:]{1,80}):(.{1,80})$/.exec(given.get("of") ?? "") ?? [];
  return {
    view: oneOf(given.get("view"), VIEWS, "indicator"),
    language: oneOf(given.get("lang"), ["it", "en"], language),
    ...(indicator === undefined ? {} : { indicator }),
    ...(isPeriod(period) ? { period } : {}),
    peers: oneOf(given.get("peers"), ["all", "similar", "chosen"], "all"),
    members: (given.get("members") ?? "").split(",").filter((id) => /^IT-\d{6}$/.test(id)),
    order: oneOf(given.get("order"), ["name", "residents", "similar", "value"], "name"),
    ...(dimension === undefined || code === undefined ? {} : { group: { dimension, code } }),
    place: matching("place", /^(IT|\d{2}|\d{3})$/) ?? "IT",
    search: (given.get("q") ?? "").slice(0, 200),
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
  if (choice.group !== undefined)
    search.set("of", `${choice.group.dimension}:${choice.group.code}`);
  if (choice.place !== "IT") search.set("place", choice.place);
  if (choice.search !== "") search.set("q", choice.search);
  search.set("lang", choice.language);
  return `?${search}`;
}

/** What an address says and nothing can be made of: a choice that the page has not, or a value that is none of it. */
interface Odd {
  readonly name: string;
  readonly value: string;
  readonly known: boolean;
}
/** Of each choice, what stands for having chosen nothing. */
const STANDARD: Readonly<Record<string, string>> = {
  ...{ view: "indicator", peers: "all", order: "name", place: "IT" },
  ...{ indicator: "", period: "", members: "", of: "", q: "", lang: "" },
};

/** What `choiceOf` passes over: it is to be said, not passed over. */
export function oddIn(search: string): Odd[] {
  return [...new URLSearchParams(search)].flatMap(([name, value]) => {
    const alone = new URLSearchParams([[name, value]]).toString();
    const read = new URLSearchParams(searchOf(choiceOf(alone, "it"))).get(name);
    const known = Object.hasOwn(STANDARD, name);
    return known && (value === "" || value === STANDARD[name] || value === read)
      ? []
      : [{ name, value, known }];
  });
}
