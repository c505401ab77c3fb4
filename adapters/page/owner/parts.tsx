/** What the parts of the owner's page share: how numbers and days are said, and what is shown while the node has not answered. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { percentOf, widthOf } from "../../../functions/disclosure/number-format.ts";
import type { OwnOverview } from "../../../schemas/owner.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Language } from "../../../schemas/words.ts";
import { date, number } from "../parts/numbers.ts";
import type { Choice } from "./choice.ts";
import type { Node } from "./load.ts";
import { words } from "./messages.ts";

interface Props {
  readonly language: Language;
}

/** Whole where it is as good as whole. */
export const points = (value: number, language: Language): string =>
  number(value, language, Math.abs(value - Math.round(value)) < 0.05 ? 0 : 1);
export const percent = (share: number, language: Language): string =>
  percentOf(share, (one, decimals) => number(one, language, decimals));
export const width = (value: number, language: Language): string =>
  widthOf(value, (one, decimals) => number(one, language, decimals));
/** A calendar day, `2027-01-15`. */
export const dayOf = (day: string, language: Language): string =>
  date(new Date(`${day}T00:00:00Z`), language);
export const dayAt = (seconds: number, language: Language): string =>
  date(new Date(seconds * 1000), language);
export const timeAt = (seconds: number, language: Language): string => {
  const text = new Intl.DateTimeFormat("it-IT", {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(new Date(seconds * 1000));
  return language === "it" ? text.replace(":", ".") : text;
};

export type Loaded<T> =
  | { readonly state: "waiting" }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "failed"; readonly reason: string };

/** Asks the node, and asks again when `on` changes or it is told to. What was there stays until the new comes. */
export function useLoad<T>(
  load: () => Promise<T>,
  on: readonly unknown[],
): readonly [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "waiting" });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let left = false;
    load().then(
      (value) => left || setLoaded({ state: "ready", value }),
      (error: unknown) =>
        left ||
        setLoaded({
          state: "failed",
          reason: error instanceof Refused ? error.reason : "internal",
        }),
    );
    return () => {
      left = true;
    };
  }, [...on, turn]);
  return [loaded, () => setTurn((n) => n + 1)];
}

/** Shows what came; until then a line of text, and where nothing can come, why, and a way out. */
export function Shown<T>(
  props: Props & {
    readonly of: Loaded<T>;
    readonly again: () => void;
    readonly children: (value: T) => ComponentChildren;
  },
) {
  const { of, again, language, children } = props;
  const say = words[language];
  if (of.state === "waiting") return <p class="o-second">{say.waiting}</p>;
  if (of.state === "ready") return <>{children(of.value)}</>;
  return (
    <div class="o-amber-box" role="alert">
      <p class="mb-2">
        {say.fault}: {say.reasons[of.reason] ?? of.reason}.
      </p>
      <button type="button" class="btn btn-outline-primary btn-sm" onClick={again}>
        {say.again}
      </button>
    </div>
  );
}

export const Made = ({ origin, language }: Props & { readonly origin: "real" | "made" }) => (
  <span class={origin}>{words[language][origin]}</span>
);

export interface Choosing {
  readonly choice: Choice;
  readonly choose: (change: Partial<Choice>) => void;
}

export interface ViewProps extends Choosing {
  readonly node: Node;
  readonly overview: OwnOverview;
}

/** The name of the column is said again where the table is laid out as cards. */
export function Cell({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a browser forgets that a table laid out as cards is one
    <td role="cell">
      <span class="o-cell-name" aria-hidden="true">
        {name}
      </span>
      <span>{children}</span>
    </td>
  );
}
