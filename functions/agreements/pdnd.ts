/** An agreement's terms as the whole form of PDND's risk analysis for public bodies, version 3.1: to be copied into a purpose there. Pure. */
import type { Article6, Terms } from "../../schemas/agreement.ts";
import { spokenDuration } from "./code-labels.ts";

const BASES: Readonly<Record<Article6, string>> = {
  "eu-gdpr:A6-1-a": "CONSENT",
  "eu-gdpr:A6-1-b": "CONTRACT",
  "eu-gdpr:A6-1-c": "LEGAL_OBLIGATION",
  "eu-gdpr:A6-1-d": "SAFEGUARD",
  "eu-gdpr:A6-1-e": "PUBLIC_INTEREST",
  "eu-gdpr:A6-1-e-official-authority": "PUBLIC_INTEREST",
  "eu-gdpr:A6-1-e-public-interest": "PUBLIC_INTEREST",
};
const LAW_FOR = {
  RULE_OF_LAW: "ruleOfLawText",
  ADMINISTRATIVE_ACT: "administrativeActText",
  PUBLIC_INTEREST_TASK: "publicInterestTaskText",
};

export interface PdndRiskAnalysis {
  readonly version: "3.1";
  /** Every answer a list, as PDND's interface has it. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
}

export function pdndAnswers({ purpose, legalBasis, retention, analysis }: Terms): PdndRiskAnalysis {
  const given = Object.entries(analysis).flatMap(([id, answer]) =>
    answer === undefined ? [] : [[id, typeof answer === "string" ? [answer] : answer] as const],
  );
  const text = analysis.purpose === "INSTITUTIONAL" ? "institutionalPurpose" : "otherPurpose";
  const personal = analysis.usesPersonalData === "YES";
  const bases = [...new Set(legalBasis.article6.map((term) => BASES[term]))];
  const law = analysis.legalBasisPublicInterest && LAW_FOR[analysis.legalBasisPublicInterest];
  return {
    version: "3.1",
    answers: {
      ...Object.fromEntries(given),
      [text]: [purpose.name.it],
      ...(personal ? { legalBasis: bases } : {}),
      ...(personal && bases.includes("LEGAL_OBLIGATION")
        ? { legalObligationReference: [legalBasis.reference] }
        : {}),
      ...(law === undefined ? {} : { [law]: [legalBasis.reference] }),
      ...(analysis.dataDownload === "YES"
        ? { dataRetentionPeriod: [spokenDuration(retention, "it")] }
        : {}),
    },
  };
}
