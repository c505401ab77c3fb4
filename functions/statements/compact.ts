/**
 * A statement holds JWSs that hold JWSs, each in base64url of base64url, in which a compressor finds nothing that repeats.
 * Unfolded, every payload that is text stands as that text, between marks; folded again, it is the same to the last byte.
 */
import { fromBase64url, toBase64url } from "#bytes";

/** Of the private use area, which no schema of ours lets through: before a header, before a payload, before a signature. */
const [HEAD, BODY, TAIL] = ["\uE000", "\uE001", "\uE002"] as const;
const MARKS = /[\uE000-\uE002]/;
/** It begins where a word begins and its header is short: else a long word of a member's would be gone through from every letter. */
const JWS =
  /(?<![A-Za-z0-9_-])([A-Za-z0-9_-]{20,300})\.([A-Za-z0-9_-]{20,})\.(?=[A-Za-z0-9_-]{86})/g;
const UNFOLDED = /\uE000([^\uE000-\uE002]*)\uE001([^\uE000-\uE002]*)\uE002/g;

/** Text that has no marks in it. What cannot be written so that it comes back as it was stays as it is. */
export const compact = (text: string): string =>
  text.replace(JWS, (whole, header: string, payload: string) => {
    const inner = new TextDecoder().decode(fromBase64url(payload));
    if (MARKS.test(inner) || toBase64url(inner) !== payload) return whole;
    return `${HEAD}${header}${BODY}${compact(inner)}${TAIL}`;
  });

export function restore(text: string): string {
  let folded = text;
  // from the innermost outwards: those have no marks inside
  while (MARKS.test(folded)) {
    const next = folded.replace(
      UNFOLDED,
      (_, header: string, payload: string) => `${header}.${toBase64url(payload)}.`,
    );
    if (next === folded) throw new TypeError("marks that do not belong together");
    folded = next;
  }
  return folded;
}
