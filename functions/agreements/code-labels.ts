/** Words for the codes of an agreement, in both languages. Pure, and safe in a browser. */

import type { AgreementState, Article6, Article9, DpvPurpose } from "../../schemas/agreement.ts";
import { found } from "../../schemas/found.ts";
import type { Bilingual, Language } from "../../schemas/words.ts";
import { dayOf } from "../disclosure/calendar.ts";

export const STATES: Readonly<Record<AgreementState, Bilingual>> = {
  proposed: { it: "proposto: manca una firma", en: "proposed: a signature is missing" },
  signed: {
    it: "firmato da entrambi, non ancora in vigore",
    en: "signed by both, not in force yet",
  },
  "in-force": { it: "in vigore", en: "in force" },
  suspended: { it: "sospeso", en: "suspended" },
  revoked: { it: "revocato o rifiutato", en: "revoked or refused" },
  expired: { it: "scaduto", en: "expired" },
};

export const PURPOSES: Readonly<Record<DpvPurpose, Bilingual>> = {
  "dpv:ImprovePublicServices": {
    it: "migliorare i servizi pubblici",
    en: "to improve public services",
  },
  "dpv:ProvideOfficialStatistics": {
    it: "produrre statistiche ufficiali",
    en: "to provide official statistics",
  },
  "dpv:PublicBenefit": { it: "il bene pubblico", en: "public benefit" },
  "dpv:PublicPolicyMaking": { it: "decidere le politiche pubbliche", en: "to make public policy" },
  "dpv:ServiceAccessDetermination": {
    it: "stabilire l'accesso ai servizi",
    en: "to determine access to services",
  },
  "dpv:ServiceMonitoring": { it: "seguire l'andamento dei servizi", en: "to monitor services" },
};

const authority = {
  it: "compito di interesse pubblico o pubblici poteri",
  en: "a task in the public interest or official authority",
};
export const ARTICLE_6: Readonly<Record<Article6, Bilingual>> = {
  "eu-gdpr:A6-1-a": { it: "art. 6(1)(a): consenso", en: "art. 6(1)(a): consent" },
  "eu-gdpr:A6-1-b": { it: "art. 6(1)(b): contratto", en: "art. 6(1)(b): a contract" },
  "eu-gdpr:A6-1-c": {
    it: "art. 6(1)(c): obbligo di legge",
    en: "art. 6(1)(c): a legal obligation",
  },
  "eu-gdpr:A6-1-d": { it: "art. 6(1)(d): interessi vitali", en: "art. 6(1)(d): vital interests" },
  "eu-gdpr:A6-1-e": { it: `art. 6(1)(e): ${authority.it}`, en: `art. 6(1)(e): ${authority.en}` },
  "eu-gdpr:A6-1-e-official-authority": {
    it: "art. 6(1)(e): pubblici poteri",
    en: "art. 6(1)(e): official authority",
  },
  "eu-gdpr:A6-1-e-public-interest": {
    it: "art. 6(1)(e): interesse pubblico",
    en: "art. 6(1)(e): public interest",
  },
};

export const ARTICLE_9: Readonly<Record<Article9, Bilingual>> = {
  "eu-gdpr:A9-2-a": {
    it: "art. 9(2)(a): consenso esplicito",
    en: "art. 9(2)(a): explicit consent",
  },
  "eu-gdpr:A9-2-b": {
    it: "art. 9(2)(b): lavoro e protezione sociale",
    en: "art. 9(2)(b): employment and social protection",
  },
  "eu-gdpr:A9-2-c": { it: "art. 9(2)(c): interessi vitali", en: "art. 9(2)(c): vital interests" },
  "eu-gdpr:A9-2-d": {
    it: "art. 9(2)(d): enti senza scopo di lucro, sui propri membri",
    en: "art. 9(2)(d): not-for-profit bodies, about their members",
  },
  "eu-gdpr:A9-2-e": {
    it: "art. 9(2)(e): dati resi pubblici dalla persona",
    en: "art. 9(2)(e): made public by the person",
  },
  "eu-gdpr:A9-2-f": { it: "art. 9(2)(f): diritti in giudizio", en: "art. 9(2)(f): legal claims" },
  "eu-gdpr:A9-2-g": {
    it: "art. 9(2)(g): interesse pubblico rilevante",
    en: "art. 9(2)(g): substantial public interest",
  },
  "eu-gdpr:A9-2-h": {
    it: "art. 9(2)(h): assistenza sanitaria o sociale",
    en: "art. 9(2)(h): health or social care",
  },
  "eu-gdpr:A9-2-i": { it: "art. 9(2)(i): sanità pubblica", en: "art. 9(2)(i): public health" },
  "eu-gdpr:A9-2-j": {
    it: "art. 9(2)(j): archivi, ricerca, statistica",
    en: "art. 9(2)(j): archives, research, statistics",
  },
};

/** Where a term is defined. */
export const iriOf = (term: DpvPurpose | Article6 | Article9): string =>
  term.startsWith("dpv:")
    ? `https://w3id.org/dpv#${term.slice(4)}`
    : `https://w3id.org/dpv/legal/eu/gdpr#${term.slice(8)}`;

const UNITS: Readonly<Record<string, readonly [Bilingual, Bilingual]>> = {
  Y: [
    { it: "anno", en: "year" },
    { it: "anni", en: "years" },
  ],
  M: [
    { it: "mese", en: "month" },
    { it: "mesi", en: "months" },
  ],
  W: [
    { it: "settimana", en: "week" },
    { it: "settimane", en: "weeks" },
  ],
  D: [
    { it: "giorno", en: "day" },
    { it: "giorni", en: "days" },
  ],
};
/** `P18M` as "18 months". */
export const spokenDuration = (duration: string, language: Language): string =>
  [...duration.matchAll(/(\d+)([YMWD])/g)]
    .map(([, many, unit = ""]) => `${many} ${found(UNITS[unit])[many === "1" ? 0 : 1][language]}`)
    .join(", ");

/** A day, `12/11/2026` or `2026-11-12`. */
export function spokenDay(seconds: number, language: Language): string {
  const day = dayOf(seconds);
  return language === "it" ? day.split("-").reverse().join("/") : day;
}
