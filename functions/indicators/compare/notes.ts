/** What holds for a whole comparison, and must be read with it. Pure. */
import type { Indicator, IndicatorPart } from "../../../schemas/indicator.ts";
import { isSince, lengthOf, spokenPeriod } from "../../../schemas/period.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import { periodOf, type Wanted } from "./questions.ts";

const noise: Bilingual = {
  it: "Il margine (95 %) comprende il rumore di protezione, la cui grandezza è pubblica; non comprende gli errori delle righe.",
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
    it: "Il margine comprende anche il caso: chi è contato è visto come un evento che poteva esserci o no (Poisson).",
    en: "The interval covers chance too: those counted are seen as events that might have been or not (Poisson).",
  },
  binomial: {
    it: "Il margine comprende anche il caso: la quota è vista come quella di un campione di ciò che poteva accadere (Wilson).",
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
  const { numerator, denominator } = indicator;
  const lent = borrowed(numerator, periods);
  if (lent !== undefined)
    notes.push({
      it: `Per ${lent.periods.it} non ci sono cifre proprie: valgono quelle del ${lent.of.it}, dichiarate valide, e non entrano in nessun andamento.`,
      en: `For ${lent.periods.en} there are no figures of their own: those of ${lent.of.en} stand in, declared valid, and are in no trend.`,
    });
  const under = denominator && borrowed(denominator, periods);
  if (under !== undefined)
    notes.push({
      it: `Per ${under.periods.it} il denominatore è di un altro ${under.years ? "anno" : "periodo"} (${under.of.it}), dichiarato valido.`,
      en: `For ${under.periods.en} the denominator is of another ${under.years ? "year" : "period"} (${under.of.en}), declared valid.`,
    });
  for (const { period, of, what } of indicator.breaks)
    if (
      periods.some((one) => isSince(one, period)) &&
      !periods.every((one) => isSince(one, period))
    )
      notes.push({
        it: `Interruzione ${of === "codes" ? "nella lista dei codici" : "della serie"} dal ${spokenPeriod(period).it}: ${what.it}`,
        en: `Break in the ${of === "codes" ? "code list" : "series"} from ${spokenPeriod(period).en}: ${what.en}`,
      });
  // a note of one reason is one line
  return [...new Map(notes.map((note) => [`${note.it} ${note.en}`, note])).values()];
}

/** The periods for which data of another one stand in, and which one. */
function borrowed(
  part: IndicatorPart,
  periods: readonly string[],
): { readonly periods: Bilingual; readonly of: Bilingual; readonly years: boolean } | undefined {
  const { period: of } = part;
  const others = periods.filter((period) => (periodOf(part, period) ?? period) !== period);
  if (of === undefined || others.length === 0) return undefined;
  const isYear = (period: string) => lengthOf(period) === "year";
  const spoken = others.map((one) => ({ ...spokenPeriod(one), article: isYear(one) ? "" : "il " }));
  return {
    periods: {
      it: spoken.map(({ it, article }) => article + it).join(", "),
      en: spoken.map(({ en }) => en).join(", "),
    },
    of: spokenPeriod(of),
    years: [of, ...others].every(isYear),
  };
}
