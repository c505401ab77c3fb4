/** What is said of a figure besides its value, and of what is formed of several figures. Pure. */
import {
  type FigureStatus,
  FigureStatus as FigureStatuses,
  type NoFigureStatus,
  NoFigureStatus as NoFigureStatuses,
  obsStatuses,
} from "../../schemas/obs-status.ts";
import type { Cell, Said } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import type { Bilingual, Language } from "../../schemas/words.ts";

/** What holds of a figure that is formed of these: the least certain prevails, and a change in one of them is a change in it. */
export function saidOfAll(all: readonly Said[]): Said {
  const status = FigureStatuses.options.find((code) => all.some((one) => one.status === code));
  return saidOf({ status, revised: all.some(({ revised }) => revised) || undefined });
}

/** That alone of something larger. Of what is normal nothing is said. */
export const saidOf = ({ status, revised }: Said): Said => ({
  ...(status === undefined || status === "A" ? {} : { status }),
  ...(revised ? { revised } : {}),
});

/** Why there is no figure that is formed of some that are not there; undefined where all are. What is not applicable adds nothing. */
export const noneOf = (all: readonly NoFigureStatus[]): NoFigureStatus | undefined =>
  NoFigureStatuses.options.find((code) => all.includes(code));

/** The lowest form of what is signed that holds it. */
export const formOf = (cells: readonly Pick<Cell, "figures" | "none">[]): 1 | 2 =>
  cells.some(
    ({ figures, none }) =>
      none !== undefined || figures.some(({ status, revised }) => status ?? revised),
  )
    ? 2
    : 1;

/** The sign beside a figure, as statistical offices write it, and what it means; nothing where nothing is said. */
export const signOf = (said: Said): string => termsOf(said, "en", "sign").join(" ");
export const meaningOf = (said: Said, language: Language): string =>
  termsOf(said, language, "title").join(", ");

function termsOf({ status, revised }: Said, language: Language, as: "sign" | "title"): string[] {
  const of = (one: FigureStatus) =>
    as === "sign" ? obsStatuses[one].sign : obsStatuses[one].title[language];
  const own = status === undefined || status === "A" ? [] : [of(status)];
  return [...own, ...(revised ? [as === "sign" ? "r" : REVISED[language]] : [])];
}
const REVISED: Bilingual = {
  it: "corretta dopo la prima pubblicazione",
  en: "corrected since it was first released",
};

/** What a revision says, for whoever reads a figure of it. */
export function revisionNote({ id, title, period, revision }: Manifest): Bilingual | undefined {
  if (revision === undefined) return undefined;
  const former = id.replace(/\d+$/, String(revision.replaces));
  return {
    it: `${title.it} ${period}: le cifre segnate r sono corrette. ${revision.because.it} Quelle di prima restano al loro indirizzo (${former}).`,
    en: `${title.en} ${period}: figures marked r are corrected. ${revision.because.en} The former ones stay at their address (${former}).`,
  };
}

/** Why there is no figure, as it is called wherever a reason is given, by what the source says. */
export const noFigureReasons = {
  Q: "source-withheld",
  L: "not-collected",
  M: "not-applicable",
  O: "missing",
  H: "missing",
} as const satisfies Record<NoFigureStatus, string>;
export const statusOf = (reason: string | undefined): NoFigureStatus | undefined =>
  NoFigureStatuses.options.find((code) => noFigureReasons[code] === reason);
