import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { Article6, Article9, DpvPurpose, TermsFile } from "../../schemas/agreement.ts";
import { makePair, type Pair } from "../../tests/world/agreements.ts";
import { NOW } from "../../tests/world/federation.ts";
import { ARTICLE_6, ARTICLE_9, iriOf, PURPOSES, spokenDuration } from "./code-labels.ts";
import { describeAgreement, type Known } from "./describe.ts";
import { pdndAnswers } from "./pdnd.ts";
import { defaultTerms } from "./terms.ts";

let pair: Pair;
beforeAll(async () => {
  pair = await makePair();
});
const both = (it: string, en: string) => ({ it, en });
const field = (id: string, title: { it: string; en: string }) => ({
  id,
  title,
  kind: "count" as const,
  order: 2,
  unit: title,
});
const offered: Known["offered"] = {
  title: both("Prestazioni", "Benefits"),
  fields: [
    field("any", both("conosciuti", "known")),
    field("A2.07", both("assistenza domiciliare", "home care")),
  ],
  axes: [
    { id: "sex", title: both("sesso", "sex"), codes: ["F", "M"] },
    { id: "district", title: both("zona", "district"), codes: ["nord"] },
  ],
  smallest: 10,
  advantage: 10,
};
const names = new Map([
  ["IT-028060", both("Comune di Padova", "City of Padova")],
  ["IT-034027", both("Comune di Parma", "City of Parma")],
]);
const lines = (change: object, language: "it" | "en", known: Known = { offered, names }) =>
  describeAgreement(pair.draft(change), language, known).parts.flatMap((part) => [
    part.heading,
    ...part.lines,
  ]);

test("who answers for the rows is said where the provider has said it, and agreements without it stay v 1", () => {
  expect(pair.draft().v).toBe(1);
  const responsibility = {
    controllers: [
      { name: both("Comune di Parma", "City of Parma"), ipa: "c_g337" },
      { name: both("Comune di Collecchio", "City of Collecchio") },
    ],
    arrangement: "convenzione 12/2025",
    processors: [{ name: both("Azienda Servizi", "Services Agency"), act: "contratto 3/2025" }],
  };
  expect(pair.draft({ responsibility })).toMatchObject({ v: 2, responsibility });
  expect(lines({ responsibility }, "en")).toEqual(
    expect.arrayContaining([
      "Joint controllers (art. 26): City of Parma, City of Collecchio (convenzione 12/2025).",
      "Processor (art. 28): Services Agency (contratto 3/2025).",
    ]),
  );
  const { arrangement: _, ...without } = responsibility;
  expect(() => pair.draft({ responsibility: without })).toThrow("the act of joint controllers");
});

test("in plain words, in both languages, part by part alike", () => {
  const [it, en] = (["it", "en"] as const).map((language) =>
    describeAgreement(pair.draft(), language, { offered, names }),
  );
  expect(en!.title).toBe(
    "IT-028060/IT-034027/prestazioni/1: City of Padova may ask City of Parma about Benefits (prestazioni)",
  );
  expect(it!.parts.map((part) => part.lines.length)).toEqual(
    en!.parts.map((part) => part.lines.length),
  );
  expect(lines({}, "en")).toEqual(
    expect.arrayContaining([
      "Figures, each with its margin of uncertainty: known (any), home care (A2.07).",
    ]),
  );
  expect(lines({}, "it")).toEqual(
    expect.arrayContaining(["Scomposte per: sesso (sex), zona (district)."]),
  );
  expect(lines({}, "it").join()).toContain("al più 60 volte su 100");
  expect(lines({}, "it")).toContain("Al più 10.000 domande o scarichi al giorno.");
});

test("what is held back is said as what will not be seen", () => {
  const said = lines(
    { measures: ["any"], dimensions: ["sex"], tighter: { order: 1, smallest: 20 }, callsADay: 7 },
    "en",
  );
  expect(said).toEqual(
    expect.arrayContaining([
      "Figures, each with its margin of uncertainty: known (any).",
      "Broken down by: sex; at most 1 at once.",
      "Groups that are estimated below 20 are marked as too small, and readers are not shown them.",
      "At most 7 questions or downloads a day.",
      "Figures are asked for one question at a time.",
      "Not these figures: home care (A2.07).",
      "Not by: district.",
    ]),
  );
  expect(lines({ dimensions: [] }, "en")).toContain("Totals alone, broken down by nothing.");
});

test("where the release cannot be seen, it says so much as the agreement itself does", () => {
  expect(lines({}, "en", {})).toContain(
    "Figures, each with its margin of uncertainty: all that are released.",
  );
  expect(lines({ measures: ["A2.07"] }, "it", {})).toContain(
    "Cifre, ciascuna con il suo margine d'incertezza: A2.07.",
  );
});

test("every term of the closed lists has words, and an address where it is defined", () => {
  for (const term of DpvPurpose.options) expect(PURPOSES[term].it).not.toBe(PURPOSES[term].en);
  for (const term of Article6.options)
    expect(ARTICLE_6[term].en).toContain(`art. 6(1)(${term.split("-")[3]})`);
  for (const term of Article9.options)
    expect(ARTICLE_9[term].en).toContain(`art. 9(2)(${term.split("-")[3]})`);
  expect(iriOf("dpv:ServiceMonitoring")).toBe("https://w3id.org/dpv#ServiceMonitoring");
  expect(iriOf("eu-gdpr:A9-2-g")).toBe("https://w3id.org/dpv/legal/eu/gdpr#A9-2-g");
});

test.each([
  ["P5Y", "5 years", "5 anni"],
  ["P1Y6M", "1 year, 6 months", "1 anno, 6 mesi"],
  ["P2W", "2 weeks", "2 settimane"],
  ["P1D", "1 day", "1 giorno"],
])("%s is said as %s", (duration, en, it) => {
  expect([spokenDuration(duration, "en"), spokenDuration(duration, "it")]).toEqual([en, it]);
});

describe("PDND's form", () => {
  test("has what the terms say in the places where the form asks it", () => {
    const { answers } = pdndAnswers(defaultTerms(NOW));
    expect(answers).toMatchObject({
      ...{
        purpose: ["INSTITUTIONAL"],
        usesPersonalData: ["YES"],
        legalBasis: ["PUBLIC_INTEREST"],
        dataRetentionPeriod: ["5 anni"],
      },
      ruleOfLawText: [defaultTerms(NOW).legalBasis.reference],
      institutionalPurpose: [defaultTerms(NOW).purpose.name.it],
      personalDataTypes: ["WITH_NON_IDENTIFYING_DATA", "GDPR_ART_9"],
    });
    expect(answers).not.toHaveProperty("otherPurpose");
    expect(answers).not.toHaveProperty("legalObligationReference");
  });

  test("names a law of obligation where there is one", () => {
    const terms = defaultTerms(NOW);
    const { answers } = pdndAnswers({
      ...terms,
      legalBasis: { ...terms.legalBasis, article6: ["eu-gdpr:A6-1-c", "eu-gdpr:A6-1-e"] },
    });
    expect(answers.legalBasis).toEqual(["LEGAL_OBLIGATION", "PUBLIC_INTEREST"]);
    expect(answers.legalObligationReference).toEqual([terms.legalBasis.reference]);
  });
});

test("a file of terms may say as little or as much as it likes", () => {
  expect(TermsFile.parse({ v: 1 })).toEqual({ v: 1 });
  expect(TermsFile.safeParse({ v: 1, ...defaultTerms(NOW) }).success).toBe(true);
  expect(TermsFile.safeParse({ v: 1, callsPerDay: 10 }).success).toBe(false);
});

test("all that a page needs to show, sign and refuse agreements fits a browser", async () => {
  const stdin = {
    contents: `export * from "./describe.ts"; export * from "./agreements.ts"; export * from "./agreement-state.ts"; export * from "./pdnd.ts";`,
    resolveDir: import.meta.dirname,
    loader: "ts" as const,
  };
  const { metafile } = await build({
    ...{
      stdin,
      bundle: true,
      write: false,
      metafile: true,
      platform: "browser",
      format: "esm",
      logLevel: "silent",
    },
    ...{ conditions: ["browser"], target: "es2022" },
  });
  const inputs = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.map(({ path }) => path),
  );
  expect(inputs.filter((path) => path.startsWith("node:"))).toEqual([]);
});
