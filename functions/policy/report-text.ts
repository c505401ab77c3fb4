/** The sentences of a leak report, in plain words. */
import type { Language } from "../../schemas/words.ts";

export interface ReportText {
  readonly heading: string;
  readonly made: string;
  readonly lead: (units: string, inHundred: string) => string;
  readonly most: string;
  readonly mostNote: string;
  readonly chartTitle: string;
  readonly coin: string;
  readonly legend: readonly [string, string, string];
  readonly described: (what: string, period: string, five: string) => string;
  readonly columns: readonly [string, string, string, string, string];
  readonly lose: string;
  readonly loseNote: (smallest: number, subjects: string) => string;
  readonly shareColumns: readonly [string, string, string, string, string];
  readonly totalMargin: (margin: string, unit: string) => string;
  readonly sumMargin: (title: string, margin: string, unit: string) => string;
  readonly meanMargin: (margin: string) => string;
  readonly tried: string;
  readonly notRun: string;
  readonly triedNote: string;
  readonly triedColumns: readonly [string, string, string, string, string];
  readonly limits: string;
  readonly limitList: readonly string[];
  readonly how: string;
  readonly howText: (points: string, releases: number, epsilon: string, subjects: string) => string;
  readonly totals: string;
  readonly sign: string;
}

export const reportText: Readonly<Record<Language, ReportText>> = {
  it: {
    heading: "Che cosa potrebbero rivelare queste cifre",
    made: "Dati inventati: nessuna delle persone esiste.",
    lead: (units, inHundred) =>
      `Le tabelle contano ${units}; a ogni cifra è aggiunto un po’ di rumore, perché nessuno possa dire con sicurezza chi c’è dentro. Anche chi avesse tutte le cifre di un anno, si alleasse con tutti gli altri e conoscesse già la scheda di chiunque altro, direbbe il vero su una persona al massimo ${inHundred} volte su 100. Tirando una moneta sarebbero 50.`,
    most: "Che cosa si può scoprire, al massimo",
    mostNote:
      "Quante volte su 100 indovina il migliore degli attaccanti, che del resto sa già tutto. Sulla presenza non sa se la persona c’è; in tutte le altre righe sa che c’è, e deve scegliere fra due possibilità ugualmente probabili, le più facili da distinguere.",
    chartTitle: "Quante volte su 100 indovina chi attacca",
    coin: "50, una moneta",
    legend: ["una moneta", "in più, con un anno di rilasci", "dopo cinque anni, se nulla cambia"],
    described: (what, period, five) => `${what}: ${period} dopo un anno, ${five} dopo cinque anni.`,
    columns: ["Che cosa", "un anno", "due anni", "cinque anni", "se è anche in un’altra città"],
    lose: "Che cosa perde chi legge",
    loseNote: (smallest, subjects) =>
      `Chi legge ha un numero dove il rumore è meno di un quinto della cifra; altrimenti il solo intervallo.${smallest > 1 ? ` Una cifra più piccola di ${smallest} non si mostra.` : ""} Le quote sono calcolate su ${subjects} soggetti inventati.`,
    shareColumns: [
      "Tabelle",
      "con un numero",
      "col solo intervallo",
      "non mostrate",
      "metà delle cifre sbaglia meno di",
    ],
    totalMargin: (margin, unit) => `Ogni conteggio: ± ${margin} ${unit}, 19 volte su 20.`,
    sumMargin: (title, margin, unit) => `${title}: un totale ± ${margin} ${unit}`,
    meanMargin: (margin) => `; la media di tutti ± ${margin}.`,
    tried: "Che cosa hanno scoperto gli attacchi",
    notRun:
      "Per questa versione gli attacchi non sono ancora stati eseguiti. I limiti qui sopra sono calcolati, non misurati.",
    triedNote:
      "Attacchi veri, su dati inventati, contro questa versione del programma. Volte su 100 in cui riescono.",
    triedColumns: ["Attacco", "prove", "riesce", "limite", "senza protezione"],
    limits: "Che cosa questa pagina non dice",
    limitList: [
      "Chi resta uguale per anni si riconosce un po’ di più ogni anno, come dicono le colonne; chi cambia, meno.",
      "Il limite vale in media sulle prove: in casi molto rari una singola cifra può dire di più.",
      "Non riguarda furti di dati o di chiavi, né errori nelle righe. Altre fonti sulla stessa persona si aggiungono.",
    ],
    how: "Come è stata calcolata",
    howText: (points, releases, epsilon, subjects) =>
      `Vantaggio ${points} punti per anno, rilasci in un anno: ${releases}; ε = ${epsilon} con δ = 0,000001 (privacy differenziale gaussiana: Dong, Roth, Su 2019). I limiti seguono dalla sola varianza del rumore. Le quote vengono da ${subjects} soggetti sorteggiati sugli elenchi di codici: nessuna riga vera è stata letta, perché un rapporto sulle righe vere sarebbe un altro rilascio.`,
    totals: "Totali pubblici usati per il sorteggio",
    sign: "Il file JSON firmato che accompagna questa pagina porta le stesse cifre e l’impronta della pagina.",
  },
  en: {
    heading: "What these figures could give away",
    made: "Made data: none of these persons exists.",
    lead: (units, inHundred) =>
      `The tables count ${units}; a little noise is added to every figure, so that nobody can say for certain who is in it. Even somebody who had every figure of a year, had joined with everybody else and knew everyone else’s record already would be right about one person at most ${inHundred} times in 100. Tossing a coin would make 50.`,
    most: "What could be learnt, at the very most",
    mostNote:
      "How many times in 100 the best of attackers is right, who knows everything else already. For presence it is not known whether the person is there; in every other row it is, and the attacker chooses between two possibilities of even odds, those that are easiest to tell apart.",
    chartTitle: "How many times in 100 an attacker is right",
    coin: "50, a coin",
    legend: ["a coin", "more, with a year of releases", "after five years, if nothing changes"],
    described: (what, period, five) => `${what}: ${period} after a year, ${five} after five years.`,
    columns: ["What", "one year", "two years", "five years", "if in another city too"],
    lose: "What readers lose",
    loseNote: (smallest, subjects) =>
      `Readers get a number where the noise is less than a fifth of the figure; else its interval alone.${smallest > 1 ? ` A figure below ${smallest} is not shown.` : ""} Shares were computed on ${subjects} made subjects.`,
    shareColumns: [
      "Tables",
      "with a number",
      "as an interval alone",
      "not shown",
      "half of the figures are off by less than",
    ],
    totalMargin: (margin, unit) => `Every count: ± ${margin} ${unit}, 19 times in 20.`,
    sumMargin: (title, margin, unit) => `${title}: a total ± ${margin} ${unit}`,
    meanMargin: (margin) => `; the mean over all ± ${margin}.`,
    tried: "What the attacks learnt",
    notRun:
      "The attacks have not been run for this version yet. The limits above are computed, not measured.",
    triedNote:
      "Real attacks, on made data, against this version of the software. Times in 100 that they succeed.",
    triedColumns: ["Attack", "trials", "succeeds", "limit", "unprotected"],
    limits: "What this page does not say",
    limitList: [
      "Whoever stays the same for years is told apart a little better each year, as the columns say; whoever changes, less.",
      "The limit holds on average over trials: in very rare cases a single figure may say more.",
      "It is not about theft of data or keys, nor faults in the rows. Other sources on the same person come on top.",
    ],
    how: "How it was computed",
    howText: (points, releases, epsilon, subjects) =>
      `Advantage ${points} points a year, releases a year: ${releases}; ε = ${epsilon} at δ = 0.000001 (Gaussian differential privacy: Dong, Roth, Su 2019). The limits follow from the variance of the noise alone. The shares come from ${subjects} subjects drawn over the code lists: no real row was read, since a report on real rows would be one more release.`,
    totals: "Public totals that the draw went by",
    sign: "The signed JSON file that comes with this page carries the same figures and the page’s digest.",
  },
};
