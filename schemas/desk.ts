/** How a node's desk lets people in: with the OpenID provider of their own organisation. */
import * as z from "zod";

/** Signatures of ID tokens that are taken, in this profile alone: inside the federation it is ES256. Never `none`, never HMAC. */
const OidcAlg = z.enum(["RS256", "ES256", "PS256"]);

/** A claim of the ID token that must be this value, or a list that holds it. A path where it lies deeper: `["realm_access", "roles"]`. */
export const OidcGrant = z.strictObject({
  claim: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(5)]),
  value: z.string().min(1),
});
export type OidcGrant = z.infer<typeof OidcGrant>;

/** What the owner of a node writes down. Nothing of it is a secret. */
export const OidcConfig = z.strictObject({
  /** As the provider's metadata has it, to the letter. */
  issuer: z.url({ protocol: /^https?$/ }),
  /** The client id that the provider gave. */
  client: z.string().min(1).max(400),
  /** How the desk proves that it is this client: a secret, a key of its own (`private_key_jwt`, ES256), or by PKCE alone. */
  auth: z.enum(["secret", "key", "none"]).default("secret"),
  alg: OidcAlg.default("RS256"),
  /** Besides `openid`. */
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "a scope (RFC 6749, 3.3)"))
    .default([]),
  /** Who may ask at the hub, and who may see the owner's page of the node. */
  roles: z.strictObject({ asker: OidcGrant.optional(), owner: OidcGrant.optional() }),
});
export type OidcConfig = z.infer<typeof OidcConfig>;

/** Where pages are to which a session may be given: the hub's, as the member knows it, and the node's own. */
export const DeskPages = z.strictObject({
  hub: z.url({ protocol: /^https?$/ }),
  own: z.url({ protocol: /^https?$/ }),
});
export type DeskPages = z.infer<typeof DeskPages>;

const base64url = (least: number, most: number) => new RegExp(`^[A-Za-z0-9_-]{${least},${most}}$`);

/** The public half of the browser's key, as an address carries it: `x.y`, base64url. */
export const DeskKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$/, "x.y of a P-256 key");

/** What a page asks of the desk, in the address. */
export const DeskRequest = z.strictObject({
  key: DeskKey,
  /** The page to come back to. */
  return: z.string().max(2000),
  /** Random: the page takes no session that does not bring it back. */
  state: z.string().regex(base64url(22, 86), "16 to 64 random bytes, base64url"),
});
export type DeskRequest = z.infer<typeof DeskRequest>;

/** A sign-in under way, as it is stored: under the digest of a secret that only the browser has. Used up, it is empty. */
export const Signin = z.strictObject({
  request: DeskRequest,
  place: z.enum(["hub", "own"]),
  /** For the provider (RFC 6749, 10.12; OpenID Connect Core, 3.1.2.1; RFC 7636). */
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
export type Signin = z.infer<typeof Signin>;

/** Public keys of the desk as a client of its provider (RFC 7517). */
export const DeskKeys = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal("EC"),
      crv: z.literal("P-256"),
      x: z.string().length(43),
      y: z.string().length(43),
      kid: z.string(),
      use: z.literal("sig"),
      alg: z.literal("ES256"),
    }),
  ),
});
