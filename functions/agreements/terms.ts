/**
 * Terms that fit what the federation was made for: public bodies that compare their services on figures that are protected before
 * anybody sees them. Whoever proposes changes what does not fit; the command line says aloud what it took from here.
 */
import type { Terms } from "../../schemas/agreement.ts";
import type { RiskAnalysis } from "../../schemas/risk-analysis.ts";

/** The purpose under which cities compare. */
export const COMPARISON: Terms["purpose"] = {
  id: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0001",
  name: {
    it: "Confronto fra comuni sui servizi sociali (benchlearning)",
    en: "Comparison between municipalities on social services (benchlearning)",
  },
  dpv: ["dpv:ImprovePublicServices", "dpv:ServiceMonitoring"],
};

/** Careful on purpose: the figures are protected, but the records behind them are about persons, and of special categories. */
const ANALYSIS: RiskAnalysis = {
  purpose: "INSTITUTIONAL",
  usesPersonalData: "YES",
  personalDataTypes: ["WITH_NON_IDENTIFYING_DATA", "GDPR_ART_9"],
  legalBasisPublicInterest: "RULE_OF_LAW",
  knowsDataQuantity: "NO",
  deliveryMethod: "AGGREGATE",
  policyProvided: "NO",
  reasonPolicyNotProvided:
    "GDPR art. 14(5)(b): chi riceve le cifre non può riconoscere né contattare nessuno; l'informativa è quella dell'ente che tiene i registri. / Whoever receives the figures can recognise and contact nobody; the notice is that of the body that keeps the records.",
  confirmPricipleIntegrityAndDiscretion: "true",
  doneDpia: "NO",
  dataDownload: "YES",
  purposePursuit: "NEW_PERSONAL_DATA",
  checkedAllDataNeeded: "true",
  isRequestOnBehalfOfThirdParties: "NO",
  declarationConfirmGDPR: "true",
};

const YEAR = 365 * 86_400;

/** For three years from `now` on. */
export const defaultTerms = (now: number): Terms => ({
  purpose: COMPARISON,
  legalBasis: {
    article6: ["eu-gdpr:A6-1-e"],
    article9: ["eu-gdpr:A9-2-g"],
    reference:
      "L. 328/2000, artt. 6, 8 e 21; D.Lgs. 196/2003, artt. 2-ter e 2-sexies, c. 2, lett. s)",
  },
  categories: [
    { it: "prestazioni e servizi sociali ricevuti", en: "social benefits and services received" },
    { it: "fascia d'età, sesso, cittadinanza, zona", en: "age band, sex, citizenship, district" },
    {
      it: "non autosufficienza e disabilità, per come si leggono dalla prestazione",
      en: "dependency and disability, as far as a benefit tells",
    },
  ],
  recipients: [
    {
      it: "chi programma e valuta i servizi sociali dell'ente",
      en: "those who plan and evaluate the body's social services",
    },
  ],
  measures: "all",
  dimensions: "all",
  callsADay: 10_000,
  from: now,
  until: now + 3 * YEAR,
  retention: "P5Y",
  analysis: ANALYSIS,
});
