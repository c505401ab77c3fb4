/** A table as every format writes it: dimensions with their code lists, a row a figure, and what a reader must be told beside it. */

import type { ObsStatus } from "../../schemas/obs-status.ts";
import { labelOf } from "../../schemas/period.ts";
import type { Axis, Bilingual, CodeTree, Names } from "../../schemas/words.ts";
import { TOTAL } from "../../schemas/words.ts";
import { interval95 } from "../disclosure/reliability.ts";
import { statusOf } from "../disclosure/said.ts";
import type { Measured } from "../indicators/compare/measure.ts";

export interface Code {
  readonly code: string;
  readonly label: Bilingual;
  /** The code that it lies in. */
  readonly parent?: string;
  /** Of a measure: what its figures are counted in. */
  readonly unit?: Bilingual;
}

export interface TidyDimension {
  readonly id: string;
  readonly title: Bilingual;
  readonly role?: "time" | "geo" | "metric";
  readonly codes: readonly Code[];
}

export interface TidyRow {
  /** One a dimension, in their order. */
  readonly codes: readonly string[];
  /** In units of the measure. Null where it is its interval alone, withheld or missing: never zero. */
  readonly value: number | null;
  /** Standard deviation of the protection noise, in the same units, and the 95 % interval of that noise alone. */
  readonly sd: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /**
   * SDMX CL_OBS_STATUS: what the source says; `A` where it says nothing, `U` where noise lets its interval alone be shown, `Q` withheld by
   * the source, the member or an agreement, `O` missing. That there is noise is told by `sd`.
   */
  readonly obsStatus: ObsStatus;
  /** SDMX CL_CONF_STATUS: `F` free, `C` confidential; null where there is nothing to keep. */
  readonly confStatus: "F" | "C" | null;
  /** `shown`, or why there is no point: `below-k`, `unreliable`, a reason of the closed table … */
  readonly mark: string;
  /** Quality, A to E. */
  readonly letter: string | null;
  /** `R` where it is another than in the release that this one replaces. SDMX has no status for that. */
  readonly revised: "R" | null;
  /** The figure is a whole multiple of it, where it was released as it is; null where it was formed from others. */
  readonly grid: number | null;
  /** The release that it comes from; null for totals over members. */
  readonly release: string | null;
}

/** One member's part: who, what became of it, and where its figures come from. */
export interface Contribution {
  readonly member: string;
  readonly name: Bilingual;
  /** `answered`, or a reason of the closed table. */
  readonly outcome: string;
  readonly release?: string;
  readonly source?: string;
  readonly licence?: string;
  readonly origin?: "real" | "made";
}

export interface TidyTable {
  readonly dataset: string;
  readonly period: string;
  readonly title: Bilingual;
  /** `MEMBER` first, then those of the dataset, `MEASURE`, `TIME_PERIOD`. */
  readonly dimensions: readonly TidyDimension[];
  readonly rows: readonly TidyRow[];
  readonly contributions: readonly Contribution[];
  /** SHA-256 (base64url) of the signed statement that it is a rendering of, where it is one. */
  readonly statement?: string;
  /** Who put it together: the hub, or the node whose release it is. */
  readonly maker: string;
  /** When, in seconds. */
  readonly at: number;
  readonly notes: readonly Bilingual[];
}

export const MEMBER = "MEMBER";
export const MEASURE = "MEASURE";
export const TIME = "TIME_PERIOD";

export const both = (text: string): Bilingual => ({ it: text, en: text });
const ALL: Bilingual = { it: "Totale", en: "Total" };

/** The codes of an axis, the total first, parents before what lies in them. A code that is a member is called as the member is. */
export function codesOfAxis({ codes }: Pick<Axis, "codes">, names: Names): Code[] {
  const grow = (tree: CodeTree, parent: string): Code[] =>
    tree.flatMap((entry) => {
      const [code, below] = typeof entry === "string" ? [entry, [] as CodeTree] : entry;
      return [{ code, label: names.get(code) ?? both(code), parent }, ...grow(below, code)];
    });
  return [{ code: TOTAL, label: ALL }, ...grow(codes, TOTAL)];
}

const MUNICIPALITY = /^IT-\d{6}$/;

export function memberDimension(
  members: readonly string[],
  names: Names,
  together: boolean,
): TidyDimension {
  const codes = members.map((code) => ({ code, label: names.get(code) ?? both(code) }));
  const total = together ? [{ code: TOTAL, label: { it: "Insieme", en: "Together" } }] : [];
  return {
    id: MEMBER,
    title: { it: "Chi risponde", en: "Who answers" },
    ...(members.some((id) => MUNICIPALITY.test(id)) ? { role: "geo" as const } : {}),
    codes: [...codes, ...total],
  };
}
export const measureDimension = (codes: readonly Code[]): TidyDimension => ({
  id: MEASURE,
  title: { it: "Misura", en: "Measure" },
  role: "metric",
  codes,
});
export const timeDimension = (period: string): TidyDimension => ({
  id: TIME,
  title: { it: "Periodo", en: "Period" },
  role: "time",
  codes: [{ code: period, label: labelOf(period) }],
});

const NO_FIGURE = {
  value: null,
  sd: null,
  low: null,
  high: null,
  letter: null,
  grid: null,
  revised: null,
} as const;

/** One figure as a row has it. An interval, withheld and missing are told apart by their status, and none has a number. */
export function figureRow(
  measured: Measured,
  grid: number | null,
): Omit<TidyRow, "codes" | "release"> {
  if (measured.state === "withheld")
    return { ...NO_FIGURE, obsStatus: "Q", confStatus: "C", mark: measured.why };
  if (measured.state === "interval") {
    const { low, high, why } = measured;
    return { ...NO_FIGURE, low, high, obsStatus: "U", confStatus: "F", mark: why };
  }
  if (measured.state === "absent")
    return {
      ...NO_FIGURE,
      obsStatus: statusOf(measured.why) ?? "O",
      confStatus: null,
      mark: measured.why,
    };
  const { value, sd, letter = null } = measured;
  const [low, high] = interval95(value, sd);
  return {
    value,
    sd,
    low,
    high,
    obsStatus: measured.status ?? "A",
    confStatus: "F",
    mark: "shown",
    letter,
    grid,
    revised: measured.revised ? "R" : null,
  };
}

export const ROUNDED: Bilingual = {
  it: "Le cifre sono arrotondate e possono non sommare per una o due unità.",
  en: "Figures are rounded and may not add up by one or two.",
};
export const NOISE: Bilingual = {
  it: "SD, LOW e HIGH dicono del solo rumore di protezione (intervallo al 95 %), non di altri errori.",
  en: "SD, LOW and HIGH are of the protection noise alone (95 % interval), not of any other error.",
};
export const STATUS: Bilingual = {
  it: "OBS_STATUS (SDMX CL_OBS_STATUS) è quello della fonte: A normale, P provvisoria, E stima della fonte, L non rilevata, M non applicabile, O mancante; U poco affidabile (solo l'intervallo, LOW e HIGH; senza limiti se niente lo limita), Q riservata dalla fonte o non mostrata per volere dell'ente o di un accordo (mai zero). Che una cifra porta rumore lo dice SD.",
  en: "OBS_STATUS (SDMX CL_OBS_STATUS) is that of the source: A normal, P provisional, E estimated by it, L not collected, M not applicable, O missing; U low reliability (the interval alone, LOW and HIGH; no limits where nothing bounds it), Q withheld by the source, or kept away by the member or an agreement (never zero). That a figure carries noise is told by SD.",
};
export const MADE: Bilingual = {
  it: "Righe inventate da un generatore: nessuno vi esiste.",
  en: "Made by a generator: nobody in these figures exists.",
};
