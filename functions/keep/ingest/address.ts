/** From an address to a district, by a public table of streets. Pure. */
import type { Street } from "../../../schemas/descriptor.ts";

/** A text as streets are compared: upper case, accents and full stops gone, one blank between words. */
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * Looks up addresses: the longest beginning of one that is a street of the table (`Via XX Settembre 20/B`), then the first line of
 * that street which takes the house number: the first number behind it. Where there is none, only lines for the whole street fit.
 */
export function streetTable(streets: readonly Street[]): (address: string) => string | undefined {
  const lines = new Map<string, Street[]>();
  for (const line of streets) {
    const name = plain(line.street);
    const known = lines.get(name);
    if (known === undefined) lines.set(name, [line]);
    else known.push(line);
  }
  return (address) => {
    const words = plain(address).split(" ");
    for (let length = words.length; length > 0; length--) {
      const of = lines.get(words.slice(0, length).join(" "));
      if (of === undefined) continue;
      const written = words.slice(length).find((word) => /^\d/.test(word));
      const number = written === undefined ? undefined : Number.parseInt(written, 10);
      return of.find((line) => takes(line, number))?.code;
    }
    return undefined;
  };
}

function takes({ from, to, side }: Street, number: number | undefined): boolean {
  if (from === undefined && to === undefined && side === undefined) return true;
  if (number === undefined) return false;
  if (side !== undefined && (number % 2 === 0) !== (side === "even")) return false;
  return number >= (from ?? 0) && number <= (to ?? Number.POSITIVE_INFINITY);
}
