/** What is said of a figure besides its value, and of what is formed of several figures. Pure. */
import type { Said } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import type { Bilingual, Language } from "../../schemas/words.ts";

/** What holds of a figure that is formed of these: a change in one of them is a change in it. */
export function saidOfAll(all: readonly Said[]): Said {
  return all.some(({ revised }) => revised) ? { revised: true } : {};
}

/** That alone of something larger. */
export const saidOf = ({ revised }: Said): Said => (revised ? { revised } : {});

/** The lowest form of what is signed that holds it. */
export const formOf = (cells: readonly { readonly figures: readonly Said[] }[]): 1 | 2 =>
  cells.some(({ figures }) => figures.some(({ revised }) => revised !== undefined)) ? 2 : 1;

/** The sign beside a figure, as statistical offices write it, and what it means; nothing where nothing is said. */
export function signOf({ revised }: Said): string {
  return revised ? "r" : "";
}
export function meaningOf({ revised }: Said, language: Language): string {
  return revised ? REVISED[language] : "";
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
