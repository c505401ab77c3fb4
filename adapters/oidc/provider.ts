/** An OpenID provider: the authorization code flow with PKCE, by `openid-client`, which also verifies what comes back. */
import * as openid from "openid-client";
import type { OidcConfig } from "../../schemas/desk.ts";
import type { Clock, IdentityProvider, Signer } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";

/** Seconds that a call to the provider may take, and for which its metadata is believed. */
const TIMEOUT = 5;
const METADATA_LIFE = 3600;
/** Seconds by which the provider's clock may differ. */
const SKEW = 60;

interface Client {
  /** The address that is registered for people to come back to. */
  readonly redirect: string;
  readonly secret?: string;
  /** For `auth: "key"`. */
  readonly signer?: Signer;
  /** Whether the provider may be without TLS: on this machine, for trying it out. */
  readonly local?: boolean;
}

const machine: Clock = () => Math.floor(Date.now() / 1000);
const base64url = (text: string | Uint8Array) => Buffer.from(text).toString("base64url");

/** RFC 7523, 2.2, with a key that never leaves its keeper. */
function byKey(signer: Signer): openid.ClientAuth {
  return (async (
    as: openid.ServerMetadata,
    client: openid.ClientMetadata,
    body: URLSearchParams,
  ) => {
    const now = machine();
    const header = { alg: "ES256", kid: signer.kid };
    const claims = {
      iss: client.client_id,
      sub: client.client_id,
      aud: as.issuer,
      iat: now,
      exp: now + 60,
      jti: crypto.randomUUID(),
    };
    const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
    body.set("client_id", client.client_id);
    body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    body.set("client_assertion", `${input}.${base64url(await signer.sign(Buffer.from(input)))}`);
  }) as openid.ClientAuth;
}

/** Throws Error where the configuration asks for what is not there. */
function authOf({ auth }: OidcConfig, { secret, signer }: Client): openid.ClientAuth {
  if (auth === "none") return openid.None();
  if (auth === "key" && signer !== undefined) return byKey(signer);
  if (auth === "secret" && secret) return openid.ClientSecretPost(secret);
  throw new Error(`the desk has no ${auth} to prove to its provider who it is`);
}

/** Nothing is fetched before somebody signs in; a provider that is down is asked again by the next. */
export function openidProvider(config: OidcConfig, client: Client): IdentityProvider {
  const auth = authOf(config, client);
  let known: { readonly made: Promise<openid.Configuration>; readonly until: number } | undefined;

  async function discover(): Promise<openid.Configuration> {
    const metadata = { id_token_signed_response_alg: config.alg, [openid.clockTolerance]: SKEW };
    const execute = [
      openid.enableNonRepudiationChecks,
      ...(client.local ? [openid.allowInsecureRequests] : []),
    ];
    const made = await openid.discovery(new URL(config.issuer), config.client, metadata, auth, {
      execute,
      timeout: TIMEOUT,
    });
    // some providers answer for many organisations under one name: whoever signs in must be of this one
    if (made.serverMetadata().issuer !== config.issuer) throw new TypeError("another issuer");
    return made;
  }
  function configuration(): Promise<openid.Configuration> {
    const now = machine();
    if (known === undefined || known.until < now)
      known = { made: discover(), until: now + METADATA_LIFE };
    return known.made.catch(() => {
      known = undefined;
      throw new Refused(
        "unavailable",
        "the organisation's sign-in does not answer now; try again in a little while",
      );
    });
  }

  return {
    async address({ state, nonce, verifier }) {
      const parameters = {
        redirect_uri: client.redirect,
        scope: ["openid", ...config.scopes].join(" "),
        ...{
          state,
          nonce,
          code_challenge_method: "S256",
          code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        },
      };
      return openid.buildAuthorizationUrl(await configuration(), parameters).href;
    },
    async claims(search, { state, nonce, verifier }) {
      const found = await configuration();
      try {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await openid.authorizationCodeGrant(
          found,
          new URL(`${client.redirect}?${search}`),
          checks,
        );
        const claims = tokens.claims();
        if (claims === undefined) throw new TypeError("no ID token");
        return claims;
      } catch (error) {
        // what it says may quote a token: only its kind goes on
        if (isOutage(error))
          throw new Refused("unavailable", "the organisation's sign-in does not answer now");
        throw new Refused(
          "signin-invalid",
          "the organisation did not let this person in, or what it said does not verify",
        );
      }
    },
  };
}

const isOutage = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === "TimeoutError" ||
    (error instanceof TypeError && error.message === "fetch failed"));
