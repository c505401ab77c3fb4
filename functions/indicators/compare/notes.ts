/** What holds for a whole comparison, and must be read with it. Pure. */
import type { Indicator } from "../../../schemas/indicator.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import { partsOf, periodOf, type Wanted } from "./questions.ts";

const noise: Bilingual = {
  it: "L'intervallo al 95 % comprende il rumore di protezione, la cui grandezza è pubblica; non comprende gli errori delle righe.",
  en: "The 95 % interval covers the protection noise, whose size is public; it does not cover errors in the rows.",
};
const exact: Bilingual = {
  it: "Alle cifre non è stato aggiunto nulla: sono esatte come la loro fonte.",
  en: "Nothing was added to these figures: they are as exact as their source.",
};
const noChance: Bilingual = {
  it: "Non comprende il caso: la cifra dice chi è stato contato, non chi poteva esserlo.",
  en: "It does not cover chance: the figure says who was counted, not who might have been.",
};
const chance: Record<Exclude<Indicator["chance"], "none">, Bilingual> = {
  poisson: {
    it: "L'intervallo comprende anche il caso: chi è contato è visto come un evento che poteva esserci o no (Poisson).",
    en: "The interval covers chance too: those counted are seen as events that might have been or not (Poisson).",
  },
  binomial: {
    it: "L'intervallo comprende anche il caso: la quota è vista come quella di un campione di ciò che poteva accadere (Wilson).",
    en: "The interval covers chance too: the share is seen as that of a sample of what might have happened (Wilson).",
  },
};
const many: Bilingual = {
  it: "Le coppie si distinguono con una regola per i confronti molteplici (Holm, 5 % su tutte le coppie). Non si danno posti in classifica.",
  en: "Pairs are told apart by a rule for many comparisons (Holm, 5 % over all pairs). No places are given.",
};

/** What became of it: whether there are figures, whether any has noise or is hidden for it, and whether any two were compared. */
interface Outcome {
  readonly any: boolean;
  readonly noisy: boolean;
  readonly compared: boolean;
}

export function notesOf(wanted: Wanted, { any, noisy, compared }: Outcome): Bilingual[] {
  const { indicator, periods } = wanted;
  const notes = [indicator.note];
  if (any) notes.push(noisy ? noise : exact);
  if (any && indicator.chance !== "none") notes.push(chance[indicator.chance]);
  else if (noisy) notes.push(noChance);
  if (indicator.standard !== undefined)
    notes.push({
      it: `Standardizzato direttamente (${indicator.standard.source}): come se tutti avessero la stessa popolazione.`,
      en: `Directly standardised (${indicator.standard.source}): as if everybody had the same population.`,
    });
  if (compared) notes.push(many);
  const borrowed = periods.filter((period) =>
    partsOf(wanted).some(
      ({ part }) => periodOf(part, period) !== undefined && periodOf(part, period) !== period,
    ),
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
