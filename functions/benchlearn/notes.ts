/** What holds for a whole comparison, and must be read with it. Pure. */
import type { Indicator } from "../../schemas/indicator.ts";
import type { Bilingual } from "../../schemas/words.ts";
import { partsOf, periodOf, type Wanted } from "./questions.ts";

const noise: Bilingual = {
  it: "L'intervallo al 95 % comprende il rumore di protezione, la cui grandezza è pubblica; non comprende gli errori delle righe.",
  en: "The 95 % interval covers the protection noise, whose size is public; it does not cover errors in the rows.",
};
const chance: Record<Exclude<Indicator["chance"], "none">, Bilingual> = {
  poisson: {
    it: "Comprende anche il caso: le persone contate sono viste come eventi che potevano essere di più o di meno (Poisson).",
    en: "It covers chance too: the people counted are seen as events of which there might have been more or fewer (Poisson).",
  },
  binomial: {
    it: "Comprende anche il caso: la quota è vista come quella di un campione (Wilson).",
    en: "It covers chance too: the share is seen as that of a sample (Wilson).",
  },
};
const many: Bilingual = {
  it: "Le coppie si distinguono con una regola per i confronti molteplici (Holm, 5 % su tutte le coppie). Non si danno posti in classifica.",
  en: "Pairs are told apart by a rule for many comparisons (Holm, 5 % over all pairs). No places are given.",
};

export function notesOf(wanted: Wanted): Bilingual[] {
  const { indicator, periods } = wanted;
  const notes = [indicator.note, noise];
  if (indicator.chance !== "none") notes.push(chance[indicator.chance]);
  if (indicator.standard !== undefined)
    notes.push({
      it: `Standardizzato direttamente (${indicator.standard.source}): come se tutti avessero la stessa popolazione.`,
      en: `Directly standardised (${indicator.standard.source}): as if everybody had the same population.`,
    });
  if (wanted.members.length > 1) notes.push(many);
  const borrowed = periods.filter((period) =>
    partsOf(wanted).some(({ part }) => periodOf(part, period) !== undefined && periodOf(part, period) !== period),
  );
  if (borrowed.length > 0)
    notes.push({
      it: `Per ${borrowed.join(", ")} il denominatore è di un altro anno, dichiarato valido.`,
      en: `For ${borrowed.join(", ")} the denominator is of another year, declared valid.`,
    });
  for (const { period, of, what } of indicator.breaks)
    if (periods.some((one) => one >= period) && periods.some((one) => one < period))
      notes.push({
        it: `Interruzione ${of === "codes" ? "nella lista dei codici" : "della serie"} dal ${period}: ${what.it}`,
        en: `Break in the ${of === "codes" ? "code list" : "series"} from ${period}: ${what.en}`,
      });
  return notes;
}
