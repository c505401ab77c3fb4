/** What signing needs of the machine, under Node. `#bytes` in package.json chooses between this file and bytes-browser.ts. */
import { hash } from "node:crypto";

// a view, not a copy: small buffers share one block of memory, and whoever takes bytes takes the view
const viewOf = ({ buffer, byteOffset, byteLength }: Buffer<ArrayBuffer>) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** base64url without padding (RFC 4648, 5); text is taken as UTF-8. */
export const toBase64url = (bytes: Uint8Array | string): string =>
  // ten times and more as fast as what runs everywhere: every signed thing at a node passes here
  (typeof bytes === "string"
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  ).toString("base64url");

/** The bytes of base64url. What is not base64url gives whatever bytes: a caller who minds encodes again and compares. */
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  viewOf(Buffer.from(text, "base64url"));

/** SHA-256 of bytes, or of text as UTF-8: 32 bytes (FIPS 180-4). */
export const digestOf = (bytes: Uint8Array | string): Uint8Array<ArrayBuffer> =>
  viewOf(hash("sha256", bytes, "buffer"));
