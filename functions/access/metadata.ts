/** What a client or a resource server finds out by itself: RFC 8414, RFC 9728, and the hub's keys (RFC 7517). All of it public. */
import type { DirectoryEntry } from "../../schemas/member.ts";

/** RFC 8414. `origin` is where the hub answers. A token's `iss` and `aud` are ids of members, as everywhere here: `tavolo_hub`. */
export const serverMetadata = (origin: string, hub: string) => ({
  issuer: origin,
  token_endpoint: `${origin}/token.oauth2`,
  jwks_uri: `${origin}/.well-known/jwks.json`,
  grant_types_supported: ["client_credentials"],
  // required, and there is none: nobody is sent to a page to log in
  response_types_supported: [],
  token_endpoint_auth_methods_supported: ["private_key_jwt"],
  token_endpoint_auth_signing_alg_values_supported: ["ES256"],
  dpop_signing_alg_values_supported: ["ES256"],
  protected_resources: [origin],
  tavolo_hub: hub,
});

/** RFC 9728. */
export const resourceMetadata = (origin: string, hub: string) => ({
  resource: origin,
  authorization_servers: [origin],
  bearer_methods_supported: [],
  dpop_signing_alg_values_supported: ["ES256"],
  dpop_bound_access_tokens_required: true,
  tavolo_hub: hub,
});

/** The keys that the hub signs with now. One that has ended is not among them, nor one whose time has not come. */
export const jwksOf = (hub: DirectoryEntry | undefined, now: number) => ({
  keys: (hub?.keys ?? [])
    .filter(({ use, from, until }) => use === "hub" && from <= now && now <= (until ?? now))
    .map(({ kid, jwk: { kty, crv, x, y } }) => ({ kty, crv, x, y, kid, use: "sig", alg: "ES256" })),
});
