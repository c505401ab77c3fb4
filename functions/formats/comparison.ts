/** From a comparison of an indicator to a table: the figure, and what it was divided of. Pure. */

import type {
  Amount,
  ComparedFigure,
  Comparison,
  Estimate,
  IntervalFigure,
  ShownFigure,
  Span,
} from "../../schemas/comparison.ts";
import type { Indicator } from "../../schemas/indicator.ts";
import { labelOf } from "../../schemas/period.ts";
import type { Bilingual, Names } from "../../schemas/words.ts";
import { interval95 } from "../disclosure/reliability.ts";
import { statusOf } from "../disclosure/said.ts";
import { needWords } from "../indicators/compare/sentences.ts";
import {
  both,
  type Code,
  MADE,
  measureDimension,
  memberDimension,
  ROUNDED,
  STATUS,
  TIME,
  type TidyDimension,
  type TidyRow,
  type TidyTable,
} from "./table.ts";

const PARTS = ["numerator", "denominator", "need", "reached", "gap"] as const;
type Part = (typeof PARTS)[number];

/** A part by its code and its name. Whom a member knows is not called need, in no column either. */
function partsIn({
  need,
}: Indicator): Readonly<Record<Part, { readonly code: string; readonly label: Bilingual }>> {
  const [it, en] = [
    needWords(need ?? { kind: "need" }, "it"),
    needWords(need ?? { kind: "need" }, "en"),
  ];
  const named = (at: 0 | 1 | 2) => ({
    code: en[at].replaceAll(" ", "-"),
    label: { it: it[at], en: en[at] },
  });
  return {
    numerator: { code: "numerator", label: { it: "numeratore", en: "numerator" } },
    denominator: { code: "denominator", label: { it: "denominatore", en: "denominator" } },
    ...{ need: named(0), reached: named(1), gap: named(2) },
  };
}

const INTERVAL = {
  it: "SD, LOW e HIGH della cifra comprendono il rumore di protezione e, dove la definizione lo dice, il caso; quelli delle parti il solo rumore.",
  en: "SD, LOW and HIGH of the figure are of the protection noise and, where the definition says so, of chance; those of its parts of the noise alone.",
} as const;

/** `maker` is who compared, `at` when (seconds). A comparison that could not be formed is a table without rows, and its note says why. */
export function tidyComparison(
  comparison: Comparison,
  { maker, at, names = new Map() }: { maker: string; at: number; names?: Names },
): TidyTable {
  const { indicator, members, periods, by, figures, sources } = comparison;
  const parts = PARTS.filter((part) =>
    figures.some((figure) => figure.state === "shown" && figure[part] !== undefined),
  );
  const named = partsIn(indicator);
  const id = `${indicator.id}.v${indicator.version}`;
  const groups = [...new Set(figures.flatMap(({ group }) => group ?? []))];
  const own: TidyDimension[] =
    by === undefined
      ? []
      : [{ id: by, title: both(by), codes: groups.map((code) => ({ code, label: both(code) })) }];
  const codes = (figure: ComparedFigure, measure: string) => [
    figure.member,
    ...(by === undefined ? [] : [figure.group ?? ""]),
    measure,
    figure.period,
  ];
  const measures: Code[] = [
    { code: id, label: indicator.name, unit: indicator.unit },
    ...parts.map((part) => ({
      code: `${id}:${named[part].code}`,
      label: labelled(indicator.name, named[part].label),
      unit: unitOf(part, figures),
    })),
  ];
  return {
    dataset: indicator.id,
    period: periods.join(", "),
    title: indicator.name,
    dimensions: [
      memberDimension(members, names, false),
      ...own,
      measureDimension(measures),
      {
        id: TIME,
        title: { it: "Periodo", en: "Period" },
        role: "time",
        codes: periods.map((code) => ({ code, label: labelOf(code) })),
      },
    ],
    rows: figures.flatMap((figure) => [
      { codes: codes(figure, id), ...figureOf(figure) },
      ...parts.map((part) => ({
        codes: codes(figure, `${id}:${named[part].code}`),
        ...partOf(figure, part),
      })),
    ]),
    contributions: sources.map(({ member, release, source, licence, origin }) => ({
      ...{
        member,
        name: names.get(member) ?? both(member),
        outcome: "answered",
        release,
        source,
        licence,
        origin,
      },
    })),
    maker,
    at,
    notes: [
      ...(comparison.problem ? [comparison.problem.sentence] : []),
      ...comparison.notes,
      ROUNDED,
      INTERVAL,
      STATUS,
      ...(comparison.origin === "made" ? [MADE] : []),
    ],
  };
}

/** As the releases call it: those of need, reached and gap are the subjects that the numerator counts. */
function unitOf(part: Part, figures: readonly ComparedFigure[]): Bilingual {
  const named = figures.flatMap((figure) => {
    if (figure.state !== "shown") return [];
    return (part === "denominator" ? figure.denominator : figure.numerator)?.unit ?? [];
  });
  return named[0] ?? { it: "unità del campo", en: "units of the field" };
}
const labelled = (name: { it: string; en: string }, part: { it: string; en: string }) => ({
  it: `${name.it}: ${part.it}`,
  en: `${name.en}: ${part.en}`,
});

type Figures = Omit<TidyRow, "codes">;
const NONE = {
  value: null,
  sd: null,
  low: null,
  high: null,
  letter: null,
  grid: null,
  revised: null,
  release: null,
} as const;

function figureOf(figure: ComparedFigure): Figures {
  if (figure.state === "interval") return uncertain(figure);
  if (figure.state !== "shown") return without(figure);
  const { value, sd, low, high, letter = null } = figure;
  return {
    value,
    sd,
    low,
    high,
    letter,
    obsStatus: figure.status ?? "A",
    confStatus: "F",
    mark: "shown",
    revised: figure.revised ? "R" : null,
    grid: null,
    release: null,
  };
}
type NoFigure = Exclude<ComparedFigure, ShownFigure | IntervalFigure>;
function without({ state, why }: Pick<NoFigure, "state" | "why">): Figures {
  const withheld = state === "withheld";
  return {
    ...NONE,
    ...status(withheld ? "Q" : (statusOf(why) ?? "O")),
    confStatus: withheld ? "C" : null,
    mark: why,
  };
}
/** The interval alone, without a number. */
const uncertain = ({ low, high, why }: Span & { readonly why: string }): Figures => ({
  ...{ ...NONE, low, high, ...status("U"), mark: why },
  confStatus: "F",
});
const status = (obsStatus: Figures["obsStatus"]) => ({ obsStatus });

/** A part is withheld with its figure. Need, reached and gap may be no points though the figure is one. */
function partOf(figure: ComparedFigure, part: Part): Figures {
  if (figure.state === "interval") {
    const found = part === "numerator" || part === "denominator" ? figure[part] : undefined;
    return found === undefined
      ? { ...NONE, ...status("O"), confStatus: null, mark: figure.why }
      : amountOf(found);
  }
  if (figure.state !== "shown") return without(figure);
  const found: Amount | Estimate | undefined = figure[part];
  if (found === undefined)
    return without({
      state: figure.gapWhy === "below-k" ? "withheld" : "absent",
      why: figure.gapWhy ?? "not-answered",
    });
  return amountOf(found);
}

function amountOf(found: Amount | Estimate): Figures {
  const sd = "sd" in found ? found.sd : (found.high - found.low) / 2 / 1.959963984540054;
  const [low, high] = "sd" in found ? interval95(found.value, found.sd) : [found.low, found.high];
  if ("uncertain" in found) return uncertain({ low: Math.max(0, low), high, why: "unreliable" });
  return {
    ...NONE,
    value: found.value,
    sd,
    low,
    high,
    obsStatus: "A",
    confStatus: "F",
    mark: "shown",
  };
}
