/**
 * Signing in to the page of a demonstration: a link that carries the member's key behind the `#`, which a browser never sends to anybody.
 * For made data on one machine; whoever has the link is the member.
 */
import * as z from "zod";
import { fromBase64url, toBase64url } from "#bytes";
import { MemberId, PrivateJwk } from "../../schemas/words.ts";

const Signin = z.strictObject({
  member: MemberId,
  key: PrivateJwk,
  /** Seconds by which the federation's clock is ahead of the machine's. */
  ahead: z.number().int(),
});
export type Signin = z.infer<typeof Signin>;

export const signinLink = (hub: string, signin: Signin): string =>
  `${hub}/#signin=${toBase64url(JSON.stringify(signin))}`;

/** What is behind the `#` of an address; undefined where that is no sign-in. The page then takes it out of its address. */
export function readSignin(fragment: string): Signin | undefined {
  const [, text] = /^#?signin=([A-Za-z0-9_-]+)$/.exec(fragment) ?? [];
  if (text === undefined) return undefined;
  try {
    return Signin.parse(JSON.parse(new TextDecoder().decode(fromBase64url(text))));
  } catch {
    return undefined;
  }
}
