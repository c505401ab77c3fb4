/**
 * What an agreement says, in plain words, before anybody signs it: what the consumer will see, and what it will not. Made from the
 * signed bytes themselves, and from what the provider publishes of its release. Pure, and safe in a browser.
 */

import type { Agreement } from "../../schemas/agreement.ts";
import type { Responsibility } from "../../schemas/organisation.ts";
import type { Bilingual, Language } from "../../schemas/words.ts";
import { numeral } from "../disclosure/number-format.ts";
import { describeAnalysis } from "./analysis.ts";
import { ARTICLE_6, ARTICLE_9, PURPOSES, spokenDay, spokenDuration } from "./code-labels.ts";

export interface Paragraph {
  readonly heading: string;
  readonly lines: readonly string[];
}
export interface Description {
  readonly title: string;
  readonly parts: readonly Paragraph[];
}

type Titled = { readonly id: string; readonly title: Bilingual; readonly codes?: unknown };
/** What a release shows of itself to whoever agrees on it. */
export interface Shown {
  readonly title: Bilingual;
  readonly smallest: number;
  /** Points; absent where nothing is protected. */
  readonly advantage?: number | undefined;
  readonly fields: readonly Titled[];
  readonly axes: readonly Titled[];
}
/** What is known besides the agreement: titles of fields and dimensions where the release can be seen, and names of members. */
export interface Known {
  readonly offered?: Shown | undefined;
  readonly names?: ReadonlyMap<string, Bilingual>;
}

/** Which of some fields or dimensions are named, and which are held back; ids where no title is known. */
function split(
  allowed: "all" | readonly string[],
  offered: readonly Titled[] | undefined,
  language: Language,
) {
  const said = ({ id, title }: Titled) =>
    title[language] === id ? id : `${title[language]} (${id})`;
  const titleOf = (id: string) => {
    const found = offered?.find((one) => one.id === id);
    return found === undefined ? id : said(found);
  };
  if (allowed === "all") return { named: offered?.map(said), kept: [] };
  return {
    named: allowed.map(titleOf),
    kept: (offered ?? []).filter(({ id }) => !allowed.includes(id)).map(said),
  };
}

export function describeAgreement(
  agreement: Agreement,
  language: Language,
  { offered, names }: Known = {},
): Description {
  const name = (id: string) => names?.get(id)?.[language] ?? id;
  const [consumer, provider] = [name(agreement.consumer.id), name(agreement.provider.id)];
  const dataset =
    offered === undefined ? agreement.dataset : `${offered.title[language]} (${agreement.dataset})`;
  const words = { agreement, consumer, provider, language, offered };
  const title = {
    it: `${agreement.id}: ${consumer} può fare domande a ${provider} su ${dataset}`,
    en: `${agreement.id}: ${consumer} may ask ${provider} about ${dataset}`,
  }[language];
  return {
    title,
    parts: [seen(words), unseen(words), why(words), howLong(words), analysed(words)],
  };
}

interface Words {
  readonly agreement: Agreement;
  readonly consumer: string;
  readonly provider: string;
  readonly language: Language;
  readonly offered: Known["offered"];
}

const holdsBack = ({ measures, dimensions, tighter }: Agreement) =>
  measures !== "all" || dimensions !== "all" || tighter !== undefined;

function seen({ agreement, consumer, language, offered }: Words): Paragraph {
  const { measures, dimensions, tighter, callsADay, recipients } = agreement;
  const fields = split(measures, offered?.fields, language).named?.join(", ");
  const axes = split(dimensions, offered?.axes, language).named?.join(", ");
  const order = tighter?.order;
  const smallest = Math.max(offered?.smallest ?? 0, tighter?.smallest ?? 0);
  const readers = recipients.map((one) => one[language]).join("; ");
  if (language === "it")
    return {
      heading: `Che cosa vedrà ${consumer}`,
      lines: [
        `Cifre, ciascuna con il suo margine d'incertezza: ${fields ?? "tutte quelle pubblicate"}.`,
        axes === ""
          ? "Solo totali, senza scomposizioni."
          : `Scomposte per: ${axes ?? "tutte le dimensioni pubblicate"}${order === undefined ? "" : `; al più ${order} insieme`}.`,
        ...(smallest > 1
          ? [
              `I gruppi stimati sotto ${smallest} sono segnati come troppo piccoli, e a chi legge non si mostrano.`,
            ]
          : []),
        `Al più ${numeral(callsADay, 0, language)} domande o scarichi al giorno.`,
        holdsBack(agreement)
          ? "Le cifre si chiedono una domanda alla volta."
          : "Può anche scaricare per intero le cifre pubblicate.",
        `Le leggono: ${readers}.`,
      ],
    };
  return {
    heading: `What ${consumer} will see`,
    lines: [
      `Figures, each with its margin of uncertainty: ${fields ?? "all that are released"}.`,
      axes === ""
        ? "Totals alone, broken down by nothing."
        : `Broken down by: ${axes ?? "every dimension that is released"}${order === undefined ? "" : `; at most ${order} at once`}.`,
      ...(smallest > 1
        ? [
            `Groups that are estimated below ${smallest} are marked as too small, and readers are not shown them.`,
          ]
        : []),
      `At most ${numeral(callsADay, 0, language)} questions or downloads a day.`,
      holdsBack(agreement)
        ? "Figures are asked for one question at a time."
        : "It may also download the released figures whole.",
      `Read by: ${readers}.`,
    ],
  };
}

function unseen({ agreement, consumer, provider, language, offered }: Words): Paragraph {
  const fields = split(agreement.measures, offered?.fields, language).kept.join(", ");
  const axes = split(agreement.dimensions, offered?.axes, language).kept.join(", ");
  const odds = offered?.advantage === undefined ? undefined : 50 + offered.advantage;
  if (language === "it")
    return {
      heading: `Che cosa ${consumer} non vedrà`,
      lines: [
        `Nessuna riga, nessun nome, codice fiscale o pseudonimo: le schede restano presso ${provider}.`,
        "Nessun conteggio esatto: a ogni cifra è stato aggiunto un rumore statistico prima che chiunque la vedesse.",
        ...(odds === undefined
          ? []
          : [
              `Se una data persona c'è: chi avesse tutte le cifre e conoscesse tutti gli altri indovinerebbe al più ${odds} volte su 100 (a caso: 50).`,
            ]),
        ...(fields ? [`Non queste cifre: ${fields}.`] : []),
        ...(axes ? [`Non per: ${axes}.`] : []),
        "Niente per altre finalità, e niente da quando l'accordo è sospeso, revocato o scaduto.",
      ],
    };
  return {
    heading: `What ${consumer} will not see`,
    lines: [
      `No row, no name, no tax code, no pseudonym: the records stay with ${provider}.`,
      "No exact count: noise was added to each figure before anybody saw it.",
      ...(odds === undefined
        ? []
        : [
            `Whether a given person is in it: whoever had every figure and knew all others would guess right at most ${odds} times in 100 (a coin: 50).`,
          ]),
      ...(fields ? [`Not these figures: ${fields}.`] : []),
      ...(axes ? [`Not by: ${axes}.`] : []),
      "Nothing for other purposes, and nothing from when the agreement is suspended, revoked or expired.",
    ],
  };
}

function why({ agreement, language }: Words): Paragraph {
  const { purpose, legalBasis, categories, responsibility } = agreement;
  const it = language === "it";
  const terms = [
    ...legalBasis.article6.map((term) => ARTICLE_6[term]),
    ...legalBasis.article9.map((term) => ARTICLE_9[term]),
  ];
  return {
    heading: it ? "Perché" : "Why",
    lines: [
      `${it ? "Finalità" : "Purpose"}: ${purpose.name[language]} (${purpose.dpv.map((term) => PURPOSES[term][language]).join("; ")}).`,
      `${it ? "Base giuridica" : "Legal basis"} (GDPR): ${terms.map((term) => term[language]).join("; ")}.`,
      `${it ? "Norma" : "Law"}: ${legalBasis.reference}.`,
      `${it ? "Le schede dietro le cifre riguardano" : "The records behind the figures are about"}: ${categories.map((one) => one[language]).join("; ")}.`,
      ...(responsibility === undefined ? [] : answering(responsibility, language)),
    ],
  };
}

/** Controllers and processors, as the GDPR calls them. */
function answering(
  { controllers, arrangement, processors = [] }: Responsibility,
  language: Language,
): string[] {
  const it = language === "it";
  const named = controllers.map(({ name }) => name[language]).join(", ");
  const jointly = it ? "Contitolari (art. 26)" : "Joint controllers (art. 26)";
  const alone = it ? "Titolare" : "Controller";
  return [
    `${arrangement === undefined ? alone : jointly}: ${named}${arrangement === undefined ? "" : ` (${arrangement})`}.`,
    ...processors.map(
      ({ name, act }) =>
        `${it ? "Responsabile del trattamento (art. 28)" : "Processor (art. 28)"}: ${name[language]} (${act}).`,
    ),
  ];
}

function howLong({ agreement: { from, until, retention }, consumer, language }: Words): Paragraph {
  const [first, last, kept] = [
    spokenDay(from, language),
    spokenDay(until, language),
    spokenDuration(retention, language),
  ];
  if (language === "it")
    return {
      heading: "Per quanto tempo",
      lines: [
        `Dal ${first} al ${last}.`,
        `${consumer} conserva le risposte al più per ${kept}.`,
        "Ciascuna parte può sospenderlo o revocarlo quando vuole: vale dalla domanda successiva. La revoca è definitiva.",
      ],
    };
  return {
    heading: "For how long",
    lines: [
      `From ${first} to ${last}.`,
      `${consumer} keeps answers for ${kept} at most.`,
      "Either party can suspend or revoke it at any time: it counts from the next question on. A revocation is final.",
    ],
  };
}

const analysed = ({ agreement: { analysis }, language }: Words): Paragraph => ({
  heading:
    language === "it" ? "Analisi del rischio (modulo PDND 3.1)" : "Risk analysis (PDND's form 3.1)",
  lines: describeAnalysis(analysis, language),
});
