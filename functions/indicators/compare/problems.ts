/** Why there is no number: the closed table of sentences, in both languages. */
import type { Problem } from "../../../schemas/comparison.ts";
import type { Bilingual } from "../../../schemas/words.ts";

export const problems: Readonly<Record<Problem, Bilingual>> = {
  "nothing-to-divide-by": {
    it: "Non c'è nulla per cui dividere: il denominatore è zero.",
    en: "There is nothing to divide by: the denominator is zero.",
  },
  "mixed-levels": {
    it: "I luoghi, o le parti dell'indicatore, sono di livelli diversi (nazione, regione, provincia, comune): non si confrontano e non si dividono.",
    en: "The places, or the parts of this indicator, are of different levels (nation, region, province, municipality): they are not compared, and not divided.",
  },
  "mixed-periods": {
    it: "Le parti dell'indicatore sono di periodi diversi.",
    en: "The parts of this indicator are of different periods.",
  },
  "mixed-units": {
    it: "Le parti dell'indicatore contano unità diverse (per esempio persone e famiglie) e non si possono confrontare.",
    en: "The parts of this indicator count different units (persons and households, say) and cannot be compared.",
  },
  "denominator-not-valid": {
    it: "Per questo periodo non ci sono dati che la definizione dichiari validi (di solito la popolazione per cui dividere).",
    en: "There are no data that the definition declares valid for this period (mostly the population to divide by).",
  },
  "partner-missing": {
    it: "Una copertura si confronta solo insieme alla sua intensità: manca l'indicatore accanto al quale va letta.",
    en: "Coverage is compared only together with its intensity: the indicator that it is read beside is missing.",
  },
  "no-agreement": {
    it: "Chi guarda non ha un accordo in vigore con questo ente su questi dati.",
    en: "Whoever looks has no agreement in force with this member on these data.",
  },
  "not-answered": { it: "Questo ente non ha risposto.", en: "This member did not answer." },
  "unknown-field": {
    it: "Questo ente non pubblica la misura richiesta.",
    en: "This member does not release the measure that is needed.",
  },
  "unknown-territory": {
    it: "Questo ente non è nella tabella pubblica usata come denominatore.",
    en: "This member is not in the public table used as denominator.",
  },
  "unknown-group": {
    it: "Questo gruppo non è nei dati dell'ente.",
    en: "This group is not in the member's data.",
  },
  "below-k": {
    it: "Non mostrato: l'ente o un accordo non mostra conteggi sotto una soglia, e questo vi sta sotto.",
    en: "Withheld: the member or an agreement keeps counts below a limit away, and there are too few people.",
  },
  "source-withheld": {
    it: "La fonte non pubblica questa cifra: è riservata.",
    en: "Its source does not publish this figure: it is withheld there.",
  },
  "not-collected": {
    it: "La fonte non ha rilevato questa cifra.",
    en: "Its source did not collect this figure.",
  },
  "not-applicable": {
    it: "Qui questa cifra non può esserci: non è applicabile.",
    en: "There can be no such figure here: it is not applicable.",
  },
  missing: {
    it: "Nella fonte questa cifra manca.",
    en: "In its source this figure is missing.",
  },
  unreliable: {
    it: "La cifra è troppo incerta per un numero: se ne mostra solo il margine.",
    en: "The figure is too uncertain for a number: only its interval is shown.",
  },
  "count-unreliable": {
    it: "Il numero per cui dividere è troppo incerto: si mostra solo il margine, se ne ha uno.",
    en: "The number to divide by is too uncertain: only the interval is shown, where there is one.",
  },
};

export const isProblem = (why: string): why is Problem => Object.hasOwn(problems, why);
