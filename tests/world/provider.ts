/** An OpenID provider of an organisation, on this machine: `oidc-provider`, which others run in earnest, with two people to sign in. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

export const CLIENT_ID = "tavolo";
export const CLIENT_SECRET = "a-secret-of-the-client-that-is-long-enough";

/** People, and the groups that their organisation has them in. */
export const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  "anna.bianchi": ["tavolo-asks"],
  "olga.neri": ["tavolo-asks", "tavolo-owns"],
  "nino.gallo": ["everybody"],
};

export interface OpenIdProvider {
  readonly issuer: string;
  /** Registers where people are sent back to. */
  register(redirect: string): void;
  /** Every token that it gave away, to look for elsewhere. */
  readonly given: string[];
  close(): Promise<void>;
}

/** Listens first: a provider must know its own address, and a client its provider's, before either begins. */
export async function openIdProvider(): Promise<OpenIdProvider> {
  const given: string[] = [];
  let handler: ReturnType<Provider["callback"]> | undefined;
  const server: Server = createServer((request, response) => {
    if (handler === undefined) return void response.writeHead(503).end();
    void handler(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), kid: "signing", alg: "RS256", use: "sig" };
  return {
    issuer,
    given,
    register(redirect) {
      const configuration = {
        clients: [
          {
            ...{
              client_id: CLIENT_ID,
              client_secret: CLIENT_SECRET,
              redirect_uris: [redirect],
              response_types: ["code"],
            },
            ...{
              grant_types: ["authorization_code"],
              token_endpoint_auth_method: "client_secret_post",
            },
          },
        ],
        jwks: { keys: [signing] },
        claims: { openid: ["sub", "groups"] },
        conformIdTokenClaims: false,
        findAccount: async (_: unknown, sub: string) => ({
          accountId: sub,
          claims: async () => ({
            sub,
            name: `Name of ${sub}`,
            email: `${sub}@comune.example.it`,
            groups: [...(PEOPLE[sub] ?? [])],
          }),
        }),
        pkce: { required: () => true },
        ttl: {
          Interaction: 600,
          Session: 600,
          Grant: 600,
          AccessToken: 60,
          IdToken: 60,
          AuthorizationCode: 60,
        },
        cookies: { keys: ["made for a test"] },
      };
      const provider = new Provider(issuer, configuration);
      provider.on("grant.success", (ctx) => {
        given.push(
          ...(Object.values(ctx.body as Record<string, unknown>).filter(
            (one) => typeof one === "string" && one.length > 40,
          ) as string[]),
        );
      });
      handler = provider.callback();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A browser, as far as signing in goes: it follows redirects, keeps cookies by host and path, and fills in the provider's two forms. */
export function browserOf() {
  const jars = new Map<string, Map<string, string>>();
  const steps: string[] = [];
  async function load(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ""] = set.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(set)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    steps.push(url);
    return response;
  }
  return {
    load,
    /** Every address that was gone to. */
    steps,
    /** Goes on until an address begins with `until`, which is not loaded; `person` signs in where the provider asks. */
    async go(from: string, until: string, person: string): Promise<string> {
      let url = from;
      for (let step = 0; step < 20; step++) {
        if (url.startsWith(until)) return url;
        let response = await load(url);
        if (response.status === 200 && url.includes("/interaction/")) {
          const html = await response.text();
          const body = new URLSearchParams(
            html.includes('name="login"')
              ? { prompt: "login", login: person, password: "x" }
              : { prompt: "consent" },
          );
          response = await load(url, { method: "POST", body });
        }
        const next = response.headers.get("location");
        if (next === null)
          throw new Error(`${response.status} at ${url}: ${(await response.text()).slice(0, 500)}`);
        url = new URL(next, url).href;
      }
      throw new Error("too many redirects");
    },
  };
}
