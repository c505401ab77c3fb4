/** The receipt that a person is given: signed by the node's release key, and kept. */
import { randomUUID } from "node:crypto";
import { type Leave, Pseudonym, type SubjectReceipt } from "../../../schemas/consent.ts";
import { found } from "../../../schemas/found.ts";
import { keyOf } from "../../../schemas/items/item.ts";
import { receipt as receiptItem, type VersionPointer } from "../../../schemas/items/keep.ts";
import type { Signer, Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import { freshId, signCompact } from "../../signing/jws.ts";
import { putNew } from "../../store/stored.ts";
import { canonical, identifying } from "../identify.ts";
import {
  type KeyDeps,
  keysIfThere,
  lifted,
  type Pseudonyms,
  pseudonymKeys,
  pseudonymOf,
} from "../pseudonymise.ts";
import { isFault } from "../reject.ts";

export interface Signed {
  readonly receipt: SubjectReceipt;
  readonly jws: string;
}
interface ReceiptDeps {
  readonly member: string;
  readonly store: Store;
  /** The node's release key. */
  readonly signer: Signer;
}

/** Signs a receipt and keeps it. */
export async function issue(
  deps: ReceiptDeps,
  about: Omit<SubjectReceipt, "v" | "iss" | "iat" | "id">,
  now: number,
): Promise<Signed> {
  const receipt: SubjectReceipt = { v: 1, iss: deps.member, iat: now, id: randomUUID(), ...about };
  const jws = await signCompact(deps.signer, "tavolo-receipt+jws", receipt);
  const { dataset, subject } = about;
  const pseudonym = subject?.pseudonym ?? "-";
  const key = keyOf(receiptItem, { dataset, pseudonym, seconds: now, id: freshId() });
  await putNew(deps.store, { ...key, body: { jws, epoch: subject?.epoch ?? 0 } });
  return { receipt, jws };
}

/** Persons as a clerk names them: by the identifiers in the order of the descriptor's `subject.columns`, or by a receipt's pseudonym. */
export interface People {
  readonly pseudonyms?: readonly string[];
  /** Of the pseudonyms, as the receipt says it; that of today unless said. */
  readonly epoch?: number;
  readonly identifiers?: readonly (readonly string[])[];
}

/**
 * The pseudonyms of people today, once each, in the order pseudonyms, then identifiers. Throws `Refused` body-invalid where somebody
 * is not named as the dataset names its subjects, and key-destroyed.
 */
export async function namesOf(
  deps: KeyDeps,
  dataset: string,
  people: People,
  pointer: Pick<VersionPointer, "descriptor" | "epoch"> | undefined,
): Promise<Pseudonyms> {
  const { pseudonyms = [], epoch } = people;
  const written = await formed(people, pointer);
  const keys =
    written.length > 0 ? await pseudonymKeys(deps, dataset) : await keysIfThere(deps, dataset);
  const now = keys?.epoch ?? pointer?.epoch ?? 0;
  if (epoch !== undefined && (epoch > now || (keys === undefined && epoch !== now)))
    throw new Refused(
      "body-invalid",
      `no pseudonym of epoch ${epoch} can be found here; today's epoch is ${now}`,
    );
  const today =
    keys === undefined ? pseudonyms : pseudonyms.map((one) => lifted(keys, one, epoch ?? now));
  return {
    epoch: now,
    names: [...new Set([...today, ...written.map((person) => pseudonymOf(found(keys), person))])],
  };
}

/**
 * How many persons are named, each once, where all are in the form in which the dataset names its subjects: to be asked about before
 * anything is written. Nobody is looked up. Throws `Refused` body-invalid.
 */
export async function countNamed(
  people: People,
  described: Pick<VersionPointer, "descriptor"> | undefined,
): Promise<number> {
  const persons = (await formed(people, described)).map((person) =>
    JSON.stringify(person.map((value) => canonical(["free"], value))),
  );
  return new Set([...(people.pseudonyms ?? []), ...persons]).size;
}

/** The identifiers as they are compared, where everybody is named in the right form. */
async function formed(
  { pseudonyms = [], identifiers = [] }: People,
  described: Pick<VersionPointer, "descriptor"> | undefined,
): Promise<readonly (readonly string[])[]> {
  if (pseudonyms.some((one) => !Pseudonym.safeParse(one).success))
    throw new Refused("body-invalid", "a pseudonym has 22 characters");
  // an empty pseudonym is the subject of every row of a table about nobody: taken for a person it would delete them all
  if (
    identifiers.some((person) => person.length === 0 || person.some((value) => value.trim() === ""))
  )
    throw new Refused("body-invalid", "an identifier is empty");
  return described === undefined ? identifiers : fitting(described, identifiers);
}

async function fitting(
  { descriptor: { subject } }: Pick<VersionPointer, "descriptor">,
  identifiers: readonly (readonly string[])[],
) {
  if (subject === undefined)
    throw new Refused("body-invalid", "this dataset is not about persons, so nobody can leave it");
  const who = identifying(subject);
  const people: (readonly string[])[] = [];
  for (const [at, person] of identifiers.entries()) {
    if (person.length !== subject.columns.length)
      throw new Refused("body-invalid", `name each person by: ${subject.columns.join(", ")}`);
    const right = await who(person);
    // a slip of the pen would take down somebody who is not there, and leave the person in
    if (isFault(right))
      throw new Refused(
        "body-invalid",
        `person ${at + 1}: ${(right as { field: string }).field} is not in the form of its kind`,
      );
    people.push(right as readonly string[]);
  }
  return people;
}

const KINDS: Readonly<Record<Leave, Bilingual>> = {
  withdrawal: { it: "Il consenso è revocato.", en: "Consent is withdrawn." },
  objection: { it: "L'opposizione è registrata.", en: "The objection is taken down." },
  restriction: { it: "Il trattamento è limitato.", en: "Processing is restricted." },
  erasure: { it: "La cancellazione è registrata.", en: "The erasure is taken down." },
};
const ROWS = {
  gone: {
    it: "Fra le righe conservate non ce n'è nessuna della persona.",
    en: "No row of this person is among those stored.",
  },
  none: {
    it: "Di questi dati non è ancora conservato nulla; le righe saranno escluse da ciò che arriverà.",
    en: "Nothing is stored of this dataset yet; whatever is taken in later will leave this person's rows out.",
  },
} as const;
const FIGURES = {
  dated: {
    it: "Le statistiche già pubblicate restano come sono; quelle pubblicate dalla data indicata in poi non contano la persona.",
    en: "Figures already released stay as they are; those released from the date named on do not count the person.",
  },
  open: {
    it: "Le statistiche già pubblicate restano come sono; per le prossime, che non conteranno la persona, non è fissata una data.",
    en: "Figures already released stay as they are; no date is set for the next ones, which will not count the person.",
  },
} as const;

/** What the person is told, in both languages: true of whoever was in the rows, and of whoever was not. */
export function noteOf(kind: Leave, stored: boolean, dated: boolean): Bilingual {
  const parts = [KINDS[kind], ROWS[stored ? "gone" : "none"], FIGURES[dated ? "dated" : "open"]];
  return { it: parts.map(({ it }) => it).join(" "), en: parts.map(({ en }) => en).join(" ") };
}
