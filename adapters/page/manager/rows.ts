/** From a comparison to the rows of the table-picture: who is in which state, and who differs from one's own city. Pure. */

import { problems } from "../../../functions/indicators/compare/problems.ts";
import type {
  ComparedFigure,
  Comparison,
  Estimate,
  Problem,
  ShownFigure,
} from "../../../schemas/comparison.ts";
import type { Said } from "../../../schemas/query.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import { hundred } from "../parts/numbers.ts";
import type { Compared } from "./compare.ts";

/** Of a hundred in the base: reached, known or in need otherwise, and the rest. Whole numbers that make a hundred. */
export interface Parts {
  readonly reached: number;
  readonly otherwise: number;
  readonly rest: number;
}
/** Why there is no figure, as a reader has to tell it apart. */
type Kind = "few" | "uncertain" | "unpublished" | "down" | "agreement" | "distrusted" | "other";
export interface Empty {
  readonly state: "hidden" | "absent";
  readonly kind: Kind;
  readonly why: Bilingual;
}
type Shown = Estimate &
  Said & {
    readonly state: "shown";
    readonly letter?: string;
    readonly apart: boolean;
  };
export type Value = Shown | Empty;
export const isShown = (value: Value | undefined): value is Shown => value?.state === "shown";

export interface Row {
  readonly member: string;
  readonly own: boolean;
  readonly main: Value;
  readonly beside?: Value;
  readonly parts?: Parts;
  readonly figure?: ShownFigure;
}

const AGREEMENT = [
  "no-agreement",
  "purpose-denied",
  "beyond-agreement",
  "agreement-suspended",
  "agreement-revoked",
  "calls-exhausted",
];
const DOWN = ["unreachable", "too-slow", "unavailable", "internal"];
const UNPUBLISHED = ["unknown-period", "unknown-dataset", "unknown-field", "release-overdue"];

/** The state that a page writes for one without a point. */
export const emptyState = (state: "interval" | "withheld" | "absent"): Empty["state"] =>
  state === "absent" ? "absent" : "hidden";

/** What a silence means. `reason` is the member's outcome, `why` what the comparison says of it. */
export function emptyOf(state: Empty["state"], why: Problem, reason: string | undefined): Empty {
  const kind = kindOf(why, reason);
  return { state, kind, why: reasons[kind] ?? problems[why] };
}
function kindOf(why: Problem, reason: string | undefined): Kind {
  if (why === "below-k") return "few";
  if (why === "unreliable" || why === "count-unreliable") return "uncertain";
  if (why === "unknown-field") return "unpublished";
  if (why === "no-agreement" || (why === "not-answered" && AGREEMENT.includes(reason ?? "")))
    return "agreement";
  if (why !== "not-answered" || reason === undefined) return "other";
  if (UNPUBLISHED.includes(reason)) return "unpublished";
  if (reason === "answer-invalid") return "distrusted";
  return DOWN.includes(reason) ? "down" : "other";
}
const reasons: Readonly<Partial<Record<Kind, Bilingual>>> = {
  few: {
    it: "Sono meno persone di quante servono per mostrarle.",
    en: "They are fewer people than it takes to show them.",
  },
  uncertain: {
    it: "Sono poche persone: il margine è grande quanto il valore. Mostrarlo ingannerebbe.",
    en: "They are few people: the margin is as wide as the value. Showing it would mislead.",
  },
  unpublished: {
    it: "Il Comune non ha pubblicato questo dato per quel periodo.",
    en: "The municipality has not published this for that period.",
  },
  down: {
    it: "Il suo nodo non ha risposto. Gli altri valori non cambiano.",
    en: "Its node did not answer. The other figures do not change.",
  },
  agreement: {
    it: "Nessun accordo in vigore copre questa domanda.",
    en: "No agreement in force covers this question.",
  },
  distrusted: {
    it: "La sua risposta non porta una firma valida: le cifre sono state tolte.",
    en: "Its answer bears no valid signature: the figures were taken away.",
  },
};

/** One row a member of one period, in the order of what was wanted. */
export function rowsOf(
  { wanted, comparison, partner, silent, distrusted }: Compared,
  period: string,
  group: string | undefined,
  own?: string,
): Row[] {
  const found = new Map(
    comparison.figures
      .filter((one) => one.period === period && one.group === group)
      .map((figure) => [figure.member, figure]),
  );
  const apart = (of: Comparison | undefined, member: string) =>
    isApart(of, { period, group, own, member });
  return wanted.members.flatMap((member): Row[] => {
    const base = { member, own: member === own };
    if (distrusted.includes(member))
      return [{ ...base, main: emptyOf("absent", "not-answered", "answer-invalid") }];
    const figure = found.get(member);
    if (figure === undefined) return [];
    const reason = silent.get(`${member} ${period}`);
    if (figure.state !== "shown")
      return [{ ...base, main: emptyOf(emptyState(figure.state), figure.why, reason) }];
    const parts = partsOf(figure);
    return [
      {
        ...base,
        figure,
        main: { ...figure, apart: apart(comparison, member) },
        ...besideOf(figure, apart(partner, member), reason),
        ...(parts === undefined ? {} : { parts }),
      },
    ];
  });
}

function besideOf(
  { beside }: ShownFigure,
  apart: boolean,
  reason: string | undefined,
): Pick<Row, "beside"> {
  if (beside === undefined) return {};
  return {
    beside:
      beside.state === "shown"
        ? { ...beside, apart }
        : emptyOf(emptyState(beside.state), beside.why, reason),
  };
}

interface Between {
  readonly period: string;
  readonly group: string | undefined;
  readonly own: string | undefined;
  readonly member: string;
}
/** By the rule for many comparisons, never by whether intervals overlap. */
function isApart(
  comparison: Comparison | undefined,
  { period, group, own, member }: Between,
): boolean {
  const pairs =
    comparison?.groupings.find((one) => one.period === period && one.group === group)?.pairs ?? [];
  return pairs.some(
    ({ a, b, apart }) => apart && ((a === own && b === member) || (b === own && a === member)),
  );
}

/** The bar's base is the denominator; what need and reached do not fill is the rest. */
function partsOf({ need, reached, denominator }: ShownFigure): Parts | undefined {
  if (need === undefined || reached === undefined || denominator === undefined) return undefined;
  return shares(need.value, reached.value, denominator.value);
}
export function shares(need: number, reached: number, base: number): Parts {
  const [inside, otherwise] = [Math.max(0, reached), Math.max(0, need - reached)];
  const [a = 0, b = 0, c = 0] = hundred([
    inside,
    otherwise,
    Math.max(0, base - inside - otherwise),
  ]);
  return { reached: a, otherwise: b, rest: c };
}

/** Members of a comparison that one's own cannot be told apart from, and those that differ. */
export function neighbours(
  rows: readonly Row[],
  of: "main" | "beside",
): { readonly same: string[]; readonly apart: string[] } {
  const others = rows.flatMap((row) => {
    const value = row[of];
    return row.own || !isShown(value) ? [] : [{ member: row.member, apart: value.apart }];
  });
  return {
    same: others.filter((one) => !one.apart).map(({ member }) => member),
    apart: others.filter((one) => one.apart).map(({ member }) => member),
  };
}

export type Order = "name" | "residents" | "similar" | "value";
/** Rows in the order that the reader chose. `by` gives what each member has of it; whoever has nothing comes last. */
export function ordered(
  rows: readonly Row[],
  order: Order,
  by: (member: string) => number | undefined,
): Row[] {
  if (order === "name") return [...rows];
  const value = (row: Row) =>
    order === "value" ? (isShown(row.main) ? row.main.value : undefined) : by(row.member);
  const key = (row: Row) => value(row) ?? Number.NEGATIVE_INFINITY;
  return [...rows].sort((a, b) => (order === "similar" ? key(b) - key(a) : key(b) - key(a)));
}

export const shownFigures = (figures: readonly ComparedFigure[]): ShownFigure[] =>
  figures.filter((figure): figure is ShownFigure => figure.state === "shown");
