/**
 * The risk analysis for public bodies as PDND asks it (form 3.1), in its own words, so that the answers can be copied from one to
 * the other. What the form asks and the terms of an agreement say already is not asked twice: the purpose in words, the legal
 * basis with its law, and how long answers are kept. `functions/agreements/pdnd.ts` puts the whole form together.
 */
import * as z from "zod";

const YesNo = z.enum(["YES", "NO"]);
const Confirmed = z.literal("true");
const Text = z.string().min(1).max(2000);

const PersonalDataType = z.enum([
  "WITH_NON_IDENTIFYING_DATA",
  "WITH_IDENTIFYING_DATA",
  "GDPR_ART_8",
  "GDPR_ART_9",
  "GDPR_ART_10",
  "OTHER",
]);

const answers = {
  purpose: z.enum(["INSTITUTIONAL", "OTHER"]),
  usesPersonalData: YesNo,
  isRequestOnBehalfOfThirdParties: YesNo,
  usesThirdPartyPersonalData: YesNo.optional(),
  usesThirdPartyConfidentialData: YesNo.optional(),
  personalDataTypes: z.array(PersonalDataType).min(1).max(6).optional(),
  otherPersonalDataTypes: Text.optional(),
  legalBasisPublicInterest: z
    .enum(["RULE_OF_LAW", "ADMINISTRATIVE_ACT", "PUBLIC_INTEREST_TASK"])
    .optional(),
  knowsDataQuantity: YesNo.optional(),
  dataQuantity: z
    .enum([
      "QUANTITY_0_TO_100",
      "QUANTITY_101_TO_500",
      "QUANTITY_500_TO_1000",
      "QUANTITY_1001_TO_5000",
      "QUANTITY_5001_OVER",
    ])
    .optional(),
  /** The form knows clear text and pseudonyms too. A node gives neither, so nobody can agree to them here. */
  deliveryMethod: z.enum(["AGGREGATE", "ANONYMOUS"]).optional(),
  policyProvided: YesNo.optional(),
  reasonPolicyNotProvided: Text.optional(),
  policyProvidedMedium: z.enum(["PRINT", "ONLINE"]).optional(),
  policyProvidedOnlineLink: z.url({ protocol: /^https?$/ }).optional(),
  /** Spelt as the form spells it. */
  confirmPricipleIntegrityAndDiscretion: Confirmed.optional(),
  dataProtectionMeasures: Text.optional(),
  doneDpia: YesNo.optional(),
  confirmedDoneDpia: YesNo.optional(),
  dataDownload: YesNo.optional(),
  purposePursuit: z.enum(["MERE_CORRECTNESS", "NEW_PERSONAL_DATA"]).optional(),
  checkedExistenceMereCorrectnessInteropCatalogue: Confirmed.optional(),
  checkedAllDataNeeded: Confirmed.optional(),
  thirdPartiesRequestDataUsage: z.enum(["PA_ONLY", "PA_ALSO"]).optional(),
  declarationConfirmGDPR: Confirmed.optional(),
};
const Answers = z.strictObject(answers);
type Answers = z.infer<typeof Answers>;

const personal = ({ usesPersonalData }: Answers) => usesPersonalData === "YES";

/** When the form asks a question that it does not always ask. One that is asked must be answered, and no other may be. */
const asked: Readonly<Partial<Record<keyof Answers, (given: Answers) => boolean>>> = {
  usesThirdPartyPersonalData: (a) => !personal(a),
  usesThirdPartyConfidentialData: (a) => !personal(a) && a.usesThirdPartyPersonalData === "YES",
  personalDataTypes: personal,
  otherPersonalDataTypes: (a) => personal(a) && a.personalDataTypes?.includes("OTHER") === true,
  knowsDataQuantity: personal,
  dataQuantity: (a) => personal(a) && a.knowsDataQuantity === "YES",
  deliveryMethod: personal,
  policyProvided: personal,
  reasonPolicyNotProvided: (a) => personal(a) && a.policyProvided === "NO",
  policyProvidedMedium: (a) => personal(a) && a.policyProvided === "YES",
  policyProvidedOnlineLink: (a) => personal(a) && a.policyProvidedMedium === "ONLINE",
  confirmPricipleIntegrityAndDiscretion: personal,
  dataProtectionMeasures: (a) =>
    personal(a) && a.personalDataTypes?.includes("GDPR_ART_10") === true,
  doneDpia: personal,
  confirmedDoneDpia: (a) => personal(a) && a.doneDpia === "YES",
  dataDownload: personal,
  purposePursuit: personal,
  checkedExistenceMereCorrectnessInteropCatalogue: (a) =>
    personal(a) && a.purposePursuit === "MERE_CORRECTNESS",
  checkedAllDataNeeded: (a) => personal(a) && a.purposePursuit === "NEW_PERSONAL_DATA",
  thirdPartiesRequestDataUsage: (a) => a.isRequestOnBehalfOfThirdParties === "YES",
  declarationConfirmGDPR: personal,
};

export const RiskAnalysis = Answers.superRefine((given, context) => {
  for (const [id, isAsked] of Object.entries(asked) as [
    keyof Answers,
    (given: Answers) => boolean,
  ][]) {
    if (isAsked(given) === (given[id] !== undefined)) continue;
    const message =
      given[id] === undefined
        ? "the form asks this, and there is no answer"
        : "the form does not ask this after these answers";
    context.addIssue({ code: "custom", path: [id], message });
  }
});
export type RiskAnalysis = z.infer<typeof RiskAnalysis>;
