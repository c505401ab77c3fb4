/** What signing needs of the machine, in a browser: the same functions as bytes-node.ts, and the same results. */
import { sha256 } from "@noble/hashes/sha2.js";
import { base64url } from "jose";

const utf8 = new TextEncoder();

export const toBase64url = (bytes: Uint8Array | string): string => base64url.encode(bytes);

/** Throws `SyntaxError` where the text is not base64url: stricter than under Node, and every caller refuses either way. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(base64url.decode(text));
  } catch {
    throw new SyntaxError("not base64url");
  }
}

// a browser's own SHA-256 gives a promise, and the digests of a statement are compared in the middle of plain functions
export const digestOf = (bytes: Uint8Array | string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(sha256(typeof bytes === "string" ? utf8.encode(bytes) : bytes));
