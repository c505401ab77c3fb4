/** Whether identifiers are of the kind that the descriptor names. What is not is a reject by rule `form`, and its value is never shown. */
import { belfioreConnector } from "@marketto/belfiore-connector-embedded";
import { CheckDigitizer, Matcher, Parser } from "@marketto/codice-fiscale-utils";
import type { IdentifierKind, Subject } from "../../schemas/subject.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import type { Fault } from "./reject.ts";

/** A two-digit year is one of the last hundred. A place that was there all that time says nothing about a day of birth. */
const [FIRST, LAST] = [new Date("1900-01-01"), new Date("2100-01-01")];
async function placeOf(code: string) {
  const place = await belfioreConnector.findByCode(code);
  const { creationDate, expirationDate, ...always } = place ?? {};
  return creationDate && creationDate < FIRST && expirationDate && expirationDate > LAST
    ? always
    : place;
}
/** A letter and three digits: there are no more. The library unpacks its list for each: two thirds of an ingest, without this. */
const places = boundedCache<ReturnType<typeof placeOf>>(26_000);
/** The library's two packages disagree about the types of their places alone. */
const parser = new Parser({
  findByCode: (code: string) => places.of(code, () => placeOf(code)),
} as never);
const FORM = new RegExp(`^(?:${Matcher.CODICE_FISCALE})$`, "u");

/** What the library's `Validator` asks of a codice fiscale, which would make its patterns anew for each. */
const isCodiceFiscale = async (value: string): Promise<boolean> =>
  FORM.test(value) &&
  CheckDigitizer.checkDigit(value) === value.slice(15) &&
  (await parser.cfToBirthPlace(value)) !== null;

/**
 * A code given by the health service to foreigners who stay without papers (STP) or come from the Union without being entered (ENI):
 * the three letters, the region (3 digits, as the Ministry of Health numbers regions: 010 Piemonte to 200 Sardegna, 041 Bolzano, 042
 * Trento), the local health authority (3 digits) and a running number (7 digits). Circular of the Ministry of Health n. 5 of 24
 * March 2000. There is no check digit.
 */
const health = (letters: "STP" | "ENI") =>
  new RegExp(`^${letters}(0[1-9]0|1\\d0|200|04[12])\\d{10}$`);
const STP = health("STP");
const ENI = health("ENI");

/** Whether a value, in the form of `canonical`, is of a kind. */
export async function isOfKind(kind: IdentifierKind, value: string): Promise<boolean> {
  if (typeof kind === "object") return new RegExp(`^(?:${kind.card})$`, "i").test(value);
  if (kind === "free") return value !== "";
  if (kind === "stp") return STP.test(value);
  if (kind === "eni") return ENI.test(value);
  // the library takes any text apart, and not in a time that is bounded by its length
  return (
    /^[A-Z]{6}[A-Z0-9]{2}[A-Z][A-Z0-9]{2}[A-Z][A-Z0-9]{3}[A-Z]$/.test(value) &&
    (await isCodiceFiscale(value))
  );
}

/**
 * An identifier as it is compared: upper case, and without any blanks unless it may be anything. Variants by homocody stay apart:
 * another letter in place of a digit is another person.
 */
export function canonical(kinds: readonly IdentifierKind[], value: string): string {
  const text = value.trim().normalize("NFC").toUpperCase();
  return kinds.includes("free") ? text : text.replace(/\s+/gu, "");
}

const FREE: readonly IdentifierKind[] = ["free"];
/** Values remembered as right: subjects have several rows. */
const REMEMBERED = 200_000;

/** Checks the identifiers of subjects, in the order of the descriptor's columns: they come back as they are compared, or the first fault. */
export function identifying(
  subject: Subject | undefined,
): (values: readonly string[]) => Promise<readonly string[] | Fault> {
  const columns = (subject?.columns ?? []).map((column) => ({
    column,
    kinds: subject?.identifiers?.[column] ?? FREE,
  }));
  const right = new Set<string>();
  return async (values) => {
    const who: string[] = [];
    for (const [at, { column, kinds }] of columns.entries()) {
      const value = canonical(kinds, values[at] ?? "");
      const known = `${at} ${value}`;
      if (!right.has(known)) {
        if (!(await isOfAny(kinds, value))) return { field: column, rule: "form" };
        if (right.size < REMEMBERED) right.add(known);
      }
      who.push(value);
    }
    return who;
  };
}

async function isOfAny(kinds: readonly IdentifierKind[], value: string): Promise<boolean> {
  for (const kind of kinds) if (await isOfKind(kind, value)) return true;
  return false;
}
