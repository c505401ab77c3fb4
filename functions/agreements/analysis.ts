/** The risk analysis in plain words: one line a question that was asked. Pure, and safe in a browser. */
import type { RiskAnalysis } from "../../schemas/risk-analysis.ts";
import type { Bilingual, Language } from "../../schemas/words.ts";

const QUESTIONS: Readonly<Record<keyof RiskAnalysis, Bilingual>> = {
  purpose: { it: "Finalità", en: "Purpose" },
  usesPersonalData: {
    it: "Dietro le cifre ci sono dati personali",
    en: "Personal data lie behind the figures",
  },
  isRequestOnBehalfOfThirdParties: {
    it: "La richiesta è per conto di altri",
    en: "The request is on behalf of others",
  },
  usesThirdPartyPersonalData: {
    it: "Dati non personali di terzi",
    en: "Non-personal data of third parties",
  },
  usesThirdPartyConfidentialData: {
    it: "Dati riservati di terzi",
    en: "Confidential data of third parties",
  },
  personalDataTypes: { it: "Tipi di dati personali", en: "Kinds of personal data" },
  otherPersonalDataTypes: { it: "Altri tipi di dati", en: "Other kinds of data" },
  legalBasisPublicInterest: {
    it: "L'interesse pubblico poggia su",
    en: "The public interest rests on",
  },
  knowsDataQuantity: { it: "La quantità di dati è nota", en: "The quantity of data is known" },
  dataQuantity: { it: "Quantità", en: "Quantity" },
  deliveryMethod: { it: "I dati arrivano in forma", en: "Data arrive in the form of" },
  policyProvided: {
    it: "È stata data un'informativa agli interessati",
    en: "The persons concerned were given a notice",
  },
  reasonPolicyNotProvided: { it: "Perché no", en: "Why not" },
  policyProvidedMedium: { it: "Informativa", en: "Notice" },
  policyProvidedOnlineLink: { it: "Indirizzo dell'informativa", en: "Address of the notice" },
  confirmPricipleIntegrityAndDiscretion: {
    it: "Misure di sicurezza adottate (art. 5(1)(f))",
    en: "Security measures are in place (art. 5(1)(f))",
  },
  dataProtectionMeasures: { it: "Quali misure", en: "Which measures" },
  doneDpia: { it: "Valutazione d'impatto fatta (art. 35)", en: "Impact assessment done (art. 35)" },
  confirmedDoneDpia: { it: "Garante consultato (art. 36)", en: "Authority consulted (art. 36)" },
  dataDownload: { it: "Le cifre si possono scaricare", en: "Figures can be downloaded" },
  purposePursuit: { it: "Per la finalità occorre", en: "The purpose needs" },
  checkedExistenceMereCorrectnessInteropCatalogue: {
    it: "Cercato un servizio di sola verifica",
    en: "Looked for a service that only verifies",
  },
  checkedAllDataNeeded: {
    it: "Verificato che servano tutti questi dati",
    en: "Checked that all these data are needed",
  },
  thirdPartiesRequestDataUsage: {
    it: "Per conto di pubbliche amministrazioni",
    en: "On behalf of public administrations",
  },
  declarationConfirmGDPR: {
    it: "Consapevolezza degli obblighi del GDPR",
    en: "Aware of the duties under the GDPR",
  },
};

const ANSWERS: Readonly<Record<string, Bilingual>> = {
  YES: { it: "sì", en: "yes" },
  NO: { it: "no", en: "no" },
  true: { it: "confermato", en: "confirmed" },
  INSTITUTIONAL: { it: "istituzionale", en: "institutional" },
  OTHER: { it: "altro", en: "other" },
  WITH_NON_IDENTIFYING_DATA: { it: "comuni, non identificativi", en: "common, not identifying" },
  WITH_IDENTIFYING_DATA: { it: "comuni, identificativi", en: "common, identifying" },
  GDPR_ART_8: { it: "di minori (art. 8)", en: "of minors (art. 8)" },
  GDPR_ART_9: { it: "particolari (art. 9)", en: "special categories (art. 9)" },
  GDPR_ART_10: { it: "giudiziari (art. 10)", en: "criminal convictions (art. 10)" },
  RULE_OF_LAW: { it: "una norma di legge o di regolamento", en: "a law or regulation" },
  ADMINISTRATIVE_ACT: { it: "un atto amministrativo generale", en: "a general administrative act" },
  PUBLIC_INTEREST_TASK: {
    it: "un compito di interesse pubblico",
    en: "a task in the public interest",
  },
  QUANTITY_0_TO_100: { it: "fino a 100", en: "up to 100" },
  QUANTITY_101_TO_500: { it: "da 101 a 500", en: "101 to 500" },
  QUANTITY_500_TO_1000: { it: "da 501 a 1000", en: "501 to 1000" },
  QUANTITY_1001_TO_5000: { it: "da 1001 a 5000", en: "1001 to 5000" },
  QUANTITY_5001_OVER: { it: "oltre 5000", en: "over 5000" },
  AGGREGATE: { it: "aggregata", en: "aggregates" },
  ANONYMOUS: { it: "anonima", en: "anonymous figures" },
  PRINT: { it: "su carta", en: "on paper" },
  ONLINE: { it: "in rete", en: "online" },
  MERE_CORRECTNESS: {
    it: "solo verificare un dato già noto",
    en: "only to verify what is known already",
  },
  NEW_PERSONAL_DATA: { it: "ricevere informazioni nuove", en: "to receive new information" },
  PA_ONLY: { it: "soltanto", en: "only" },
  PA_ALSO: { it: "anche", en: "also" },
};

/** In the order of the questions above; what the form did not ask is not there. */
export function describeAnalysis(analysis: RiskAnalysis, language: Language): string[] {
  return (Object.keys(QUESTIONS) as (keyof RiskAnalysis)[]).flatMap((id) => {
    const answer = analysis[id];
    if (answer === undefined) return [];
    const said = [answer].flat().map((one) => ANSWERS[one]?.[language] ?? one);
    return [`${QUESTIONS[id][language]}: ${said.join("; ")}`];
  });
}
