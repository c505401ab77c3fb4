/**
 * What a figure is by its source: SDMX's code list of observation status, CL_OBS_STATUS 2.2, whole. Codes of figures that are not
 * there come last. In sums what is above prevails (functions/disclosure/said.ts).
 */
import * as z from "zod";
import type { Bilingual } from "./words.ts";

interface StatusWords {
  /** Beside a figure, as Eurostat writes it, or in its place, as ISTAT does. */
  readonly sign: string;
  readonly title: Bilingual;
}

const withFigure = {
  F: { sign: "f", title: { it: "prevista", en: "forecast" } },
  E: { sign: "e", title: { it: "stimata dalla fonte", en: "estimated by its source" } },
  I: { sign: "i", title: { it: "imputata", en: "imputed" } },
  P: { sign: "p", title: { it: "provvisoria", en: "provisional" } },
  V: { sign: "v", title: { it: "non convalidata", en: "not validated" } },
  U: { sign: "u", title: { it: "poco affidabile", en: "of low reliability" } },
  G: { sign: "g", title: { it: "sperimentale", en: "experimental" } },
  B: {
    sign: "b",
    title: { it: "dopo un'interruzione della serie", en: "after a break in the series" },
  },
  D: { sign: "d", title: { it: "di altra definizione", en: "of another definition" } },
  J: { sign: "j", title: { it: "in deroga", en: "under derogation" } },
  K: { sign: "k", title: { it: "contata in un'altra voce", en: "counted in another category" } },
  W: {
    sign: "w",
    title: { it: "comprensiva di un'altra voce", en: "with another category in it" },
  },
  S: {
    sign: "s",
    title: {
      it: "toccata da un evento eccezionale",
      en: "touched by a strike or another special event",
    },
  },
  N: { sign: "n", title: { it: "non significativa", en: "not significant" } },
  A: { sign: "", title: { it: "normale", en: "normal" } },
} as const satisfies Record<string, StatusWords>;

const withoutFigure = {
  Q: { sign: "*", title: { it: "riservata dalla fonte", en: "withheld by its source" } },
  L: { sign: "....", title: { it: "non rilevata", en: "not collected" } },
  O: { sign: "....", title: { it: "mancante", en: "missing" } },
  H: { sign: "....", title: { it: "mancante (giorno festivo)", en: "missing (holiday)" } },
  M: { sign: "–", title: { it: "non applicabile", en: "not applicable" } },
} as const satisfies Record<string, StatusWords>;

export const obsStatuses: Readonly<Record<ObsStatus, StatusWords>> = {
  ...withFigure,
  ...withoutFigure,
};
const codes = <Code extends string>(of: Readonly<Record<Code, unknown>>) =>
  Object.keys(of) as [Code, ...Code[]];

/** Of a figure that is there. */
export const FigureStatus = z.enum(codes(withFigure));
export type FigureStatus = z.infer<typeof FigureStatus>;
/** Of one that is not, and never zero. */
export const NoFigureStatus = z.enum(codes(withoutFigure));
export type NoFigureStatus = z.infer<typeof NoFigureStatus>;
export const ObsStatus = z.enum([...FigureStatus.options, ...NoFigureStatus.options]);
export type ObsStatus = z.infer<typeof ObsStatus>;

export const hasNoFigure = (status: string): status is NoFigureStatus =>
  Object.hasOwn(withoutFigure, status);

/** What a file may say. `R`, revised by its source, has no code in SDMX: it is told beside the status (`REVISED`). */
export const SourceStatus = z.enum([...ObsStatus.options, "R"]);
export type SourceStatus = z.infer<typeof SourceStatus>;
