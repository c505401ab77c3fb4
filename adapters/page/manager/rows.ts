/** From a comparison to the rows of the table-picture: who is in which state, and who differs from one's own city. Pure. */

import { statusOf } from "../../../functions/disclosure/said.ts";
import { toldApart } from "../../../functions/indicators/compare/groups.ts";
import { problems } from "../../../functions/indicators/compare/problems.ts";
import type {
  ComparedFigure,
  Comparison,
  Estimate,
  Problem,
  ShownFigure,
  Span,
  Told,
} from "../../../schemas/comparison.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import type { NoFigureStatus } from "../../../schemas/obs-status.ts";
import type { Said } from "../../../schemas/query.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import type { Compared } from "./compare.ts";

/** Of as many in the base as the definition says: reached, known or in need, and the gap between them, as they are printed. */
export interface Parts {
  readonly known: number;
  readonly reached: number;
  readonly gap: number;
  /** How wide they are drawn, of a hundred: these alone are made to fill it. */
  readonly widths: { readonly reached: number; readonly otherwise: number; readonly rest: number };
}
/** Why there is no point, as a reader has to tell it apart. */
type Kind = "few" | "uncertain" | "unpublished" | "down" | "agreement" | "distrusted" | "other";
interface Why {
  readonly kind: Kind;
  readonly why: Bilingual;
}
export interface Empty extends Why {
  readonly state: "withheld" | "absent" | "not-applicable";
  /** What its source says, where that is why. */
  readonly status?: NoFigureStatus;
}
type Shown = Estimate &
  Said & {
    readonly state: "shown";
    readonly letter?: string;
    /** Whether it differs from one's own. */
    readonly told: Told;
  };
/** An interval without a point: drawn as a band, compared with nothing, no number in any sentence. */
type Band = Span & Why & { readonly state: "interval" };
export type Without = Band | Empty;
export type Value = Shown | Without;
export const isShown = (value: Value | undefined): value is Shown => value?.state === "shown";
export const isBand = (value: Value | undefined): value is Band => value?.state === "interval";

/** What stands in the place of a number, as ISTAT's tables have it: kept away; it exists, and is not known here; there cannot be one. */
export const SIGNS: Readonly<Record<Empty["state"], string>> = {
  withheld: "*",
  absent: "....",
  "not-applicable": "–",
};

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

/** What a silence means. `reason` is the member's outcome, `why` what the comparison says of it. */
export function emptyOf(
  state: "withheld" | "absent",
  why: Problem,
  reason: string | undefined,
): Empty {
  const status = statusOf(why);
  if (status !== undefined)
    return {
      ...{ state: status === "M" ? "not-applicable" : state, kind: "other" },
      ...{ status, why: problems[why] },
    };
  const kind = kindOf(why, reason);
  const none = why === "nothing-to-divide-by" ? "not-applicable" : state;
  return { state: none, kind, why: reasons[kind] ?? problems[why] };
}
type Read = ComparedFigure | NonNullable<ShownFigure["beside"]>;
/** A figure of a comparison, or what stands beside one, as a row has it. */
export function valueAs(read: Read, told: Told, reason: string | undefined): Value {
  switch (read.state) {
    case "shown":
      return { ...read, told };
    case "interval": {
      const { state, low, high, why } = read;
      return { state, low, high, kind: "uncertain", why: problems[why] };
    }
    default:
      return emptyOf(read.state, read.why, reason);
  }
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
  const at = { period, group };
  const figureIn = (of: Comparison | undefined, member: string) =>
    of?.figures.find(
      (one) => one.member === member && one.period === period && one.group === group,
    );
  const told = (of: Comparison | undefined, member: string): Told =>
    of === undefined || own === undefined ? "not-tested" : toldApart(of, at, own, member);
  return wanted.members.flatMap((member): Row[] => {
    const base = { member, own: member === own };
    if (distrusted.includes(member))
      return [{ ...base, main: emptyOf("absent", "not-answered", "answer-invalid") }];
    const figure = figureIn(comparison, member);
    if (figure === undefined) return [];
    const reason = silent.get(`${member} ${period}`);
    const value = (read: Read, of: Comparison | undefined) =>
      valueAs(read, told(of, member), reason);
    const main = value(figure, comparison);
    // what is no point has nothing beside it: then the other comparison's own figure stands there
    const beside = figure.state === "shown" ? figure.beside : figureIn(partner, member);
    const both = {
      ...{ ...base, main },
      ...(beside === undefined || (isEmpty(main) && beside.state !== "shown")
        ? {}
        : { beside: value(beside, partner) }),
    };
    if (figure.state !== "shown") return [both];
    const parts = partsOf(figure, comparison.indicator);
    return [{ ...both, figure, ...(parts === undefined ? {} : { parts }) }];
  });
}
const isEmpty = (value: Value): value is Empty => !isShown(value) && !isBand(value);

/** The bar's base is the denominator; what need and reached do not fill is the rest. */
function partsOf(
  { need, reached, gap, denominator }: ShownFigure,
  { multiplier }: Pick<Indicator, "multiplier">,
): Parts | undefined {
  if (need === undefined || reached === undefined || denominator === undefined) return undefined;
  return shares(need.value, reached.value, denominator.value, multiplier, gap?.value);
}
export function shares(
  need: number,
  reached: number,
  base: number,
  multiplier = 100,
  gap = need - reached,
): Parts {
  const [inside, otherwise] = [Math.max(0, reached), Math.max(0, need - reached)];
  const whole = Math.max(base, inside + otherwise);
  const width = (amount: number) => (whole > 0 ? (100 * amount) / whole : 0);
  const of = (amount: number) => (multiplier * amount) / base;
  return {
    ...{ known: of(need), reached: of(reached), gap: of(gap) },
    widths: {
      reached: width(inside),
      otherwise: width(otherwise),
      rest: width(whole - inside - otherwise),
    },
  };
}

export type Neighbours = Readonly<Record<Told, readonly string[]>>;
/** Members that differ from one's own, that cannot be told from it, and that were not compared: what is no point never is. */
export function neighbours(rows: readonly Row[], of: "main" | "beside"): Neighbours {
  const others = rows.flatMap(({ own, member, [of]: value }) => {
    if (own || value === undefined || isEmpty(value)) return [];
    return [{ member, told: isShown(value) ? value.told : ("not-tested" as const) }];
  });
  const told = (as: Told) => others.filter(({ told }) => told === as).map(({ member }) => member);
  return {
    apart: told("apart"),
    "not-apart": told("not-apart"),
    "not-tested": told("not-tested"),
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
  return [...rows].sort((a, b) => key(b) - key(a));
}

export const shownFigures = (figures: readonly ComparedFigure[]): ShownFigure[] =>
  figures.filter((figure): figure is ShownFigure => figure.state === "shown");
