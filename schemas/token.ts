/** OAuth 2.0 for machines: client_credentials with private_key_jwt (RFC 7523) for an RFC 9068 access token. */
import * as z from "zod";
import { SessionJws } from "./session.ts";
import { Jti, MemberId, Seconds } from "./words.ts";

export const TOKEN_LIFE = 600;
export const ASSERTION_LIFE = 300;

export const TokenRequest = z.strictObject({
  grant_type: z.literal("client_credentials"),
  client_assertion_type: z.literal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
  client_assertion: z.string().max(8192),
  client_id: MemberId.optional(),
  /** Whom the token is for (RFC 8707): the hub, unless a member whose node is called is named. */
  resource: MemberId.optional(),
});

/** Payload of a DPoP proof (RFC 9449, 4.2); `ath` stands where there is a token, and nowhere else. */
export const DpopProof = z.strictObject({
  jti: Jti,
  htm: z.string().max(16),
  htu: z.string().max(2048),
  iat: Seconds,
  ath: z.string().length(43).optional(),
});
export type DpopProof = z.infer<typeof DpopProof>;

/** Payload of a client assertion: the member vouches for itself, once, to this hub. */
export const Assertion = z.strictObject({
  iss: MemberId,
  sub: MemberId,
  /** The hub's id; or its issuer as RFC 8414 metadata name it, which is what clients of other makes say. */
  aud: z.union([MemberId, z.url().max(2048)]),
  iat: Seconds,
  exp: Seconds,
  jti: Jti,
  purposeId: z.uuid().optional(),
  /** Where a person's browser signed it: the member's word that it may. */
  session: SessionJws.optional(),
});
export type Assertion = z.infer<typeof Assertion>;

/** Payload of an access token: bound to the key that signed the assertion (RFC 7800, `cnf.jkt` as in RFC 9449). */
export const AccessToken = z.strictObject({
  iss: MemberId,
  sub: MemberId,
  client_id: MemberId,
  aud: MemberId,
  iat: Seconds,
  exp: Seconds,
  jti: Jti,
  purposeId: z.uuid().optional(),
  cnf: z.strictObject({ jkt: z.string().length(43) }),
  /** The session under which it was asked for: it is asked at each call whether it still holds. */
  session: SessionJws.optional(),
});
export type AccessToken = z.infer<typeof AccessToken>;

export const TokenResponse = z.strictObject({
  access_token: z.string(),
  token_type: z.literal("DPoP"),
  expires_in: z.number().int(),
});
export type TokenResponse = z.infer<typeof TokenResponse>;
