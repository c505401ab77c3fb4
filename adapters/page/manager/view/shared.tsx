/** What the parts of the indicator's view have in common. */

import type { ComponentChildren } from "preact";
import { meaningOf, signOf } from "../../../../functions/disclosure/said.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { obsStatuses } from "../../../../schemas/obs-status.ts";
import type { Said } from "../../../../schemas/query.ts";
import type { Language } from "../../../../schemas/words.ts";
import { time } from "../../parts/numbers.ts";
import { type Choice, searchOf } from "../choice.ts";
import type { Compared } from "../compare.ts";
import type { Table } from "../load.ts";
import { words } from "../messages.ts";
import type { Empty, Row } from "../rows.ts";

export interface ViewProps {
  readonly table: Table;
  readonly choice: Choice;
  /** `replace`: while somebody types, so that going back leaves the field and not a letter. */
  readonly choose: (change: Partial<Choice>, how?: "push" | "replace") => void;
}

export interface Shared extends ViewProps {
  readonly indicator: Indicator;
  readonly partner: Indicator | undefined;
  readonly period: string;
  readonly own: string | undefined;
  readonly name: (id: string) => string;
}
export interface Figures extends Shared {
  readonly rows: readonly Row[];
  readonly compared: Compared;
}

/** Whether figures are of real people, made ones, or a mixture: beside every figure. */
export function Mark({
  origin,
  language,
}: {
  readonly origin: "real" | "made" | "mixed";
  readonly language: Language;
}) {
  return <span class={origin === "real" ? "real" : "made"}>{words[language][origin]}</span>;
}

/** A link that is a choice: followed here without loading, and good to be copied or opened elsewhere. */
export function To(
  props: Pick<ViewProps, "choice" | "choose"> & {
    readonly change: Partial<Choice>;
    readonly children: ComponentChildren;
    readonly class?: string;
    readonly current?: boolean;
  },
) {
  const { choice, choose, change } = props;
  return (
    <a
      class={props.class}
      href={searchOf({ ...choice, ...change })}
      aria-current={props.current ? "page" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        choose(change);
      }}
    >
      {props.children}
    </a>
  );
}

/** Short enough for a row; the whole reason stands below. */
export function shortly(
  empty: Empty,
  { choice: { language }, table, indicator, compared }: Figures,
): string {
  const { short } = words[language];
  if (empty.status !== undefined) return obsStatuses[empty.status].title[language];
  const { kind } = empty;
  if (kind === "few") return short.few(smallestOf(table.offers, indicator.numerator.dataset));
  if (kind === "down") return short.down(time(compared.checked.at, language));
  return short[kind];
}
const smallestOf = (offers: Figures["table"]["offers"], dataset: string): number =>
  Math.max(
    1,
    ...offers.flatMap(({ datasets }) =>
      datasets.filter((one) => one.dataset === dataset).map(({ smallest }) => smallest),
    ),
  );

/** What may be wider than its place: it scrolls by itself, and by the keys of whoever has no mouse. */
export function Scrolling({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1)
    <section class="table-scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** The sign beside a number: corrected, say. Its meaning is in the key, and heard. */
export function Sign({ of, language }: { readonly of: Said; readonly language: Language }) {
  const sign = signOf(of);
  if (sign === "") return null;
  return (
    <>
      <span class="said" aria-hidden="true">
        {" "}
        {sign}
      </span>
      <span class="visually-hidden">, {meaningOf(of, language)}</span>
    </>
  );
}
