/** The desk's edge: redirects, and a cookie that lasts as long as the way to the provider and back. */
import { DeskKeys } from "../../schemas/desk.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { PublicJwk } from "../../schemas/words.ts";
import { type Edge, json, type Reply } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import { thumbprintOf } from "../signing/jws.ts";
import { begin, type DeskDeps, finish, SIGNIN_LIFE } from "./sign-in.ts";

export interface DeskEdgeDeps extends DeskDeps {
  /** Where the node answers, as browsers call it. */
  readonly origin: string;
  /** The desk's key as a client of its provider, where it has one. */
  readonly clientKey?: PublicJwk;
}

/** Address to which the provider sends people back: to be registered there. */
export const callbackOf = (origin: string): string => `${origin}/desk/callback`;

/** `__Host-`: no other host, and no page without TLS, can set it (RFC 6265bis, 4.1.3.2). Only on this machine is there none. */
const cookieOf = (origin: string) => {
  const secure = origin.startsWith("https:");
  const name = secure ? "__Host-tavolo-desk" : "tavolo-desk";
  // Lax: it comes along when the provider sends the browser back, and with nothing that another page embeds
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  return {
    set: (secret: string) => `${name}=${secret}; Max-Age=${SIGNIN_LIFE}; ${attributes}`,
    clear: `${name}=; Max-Age=0; ${attributes}`,
    /** Absent, too, where two stand: one of them is somebody else's. */
    in(cookies: readonly string[] = []): string | undefined {
      const [secret = "", ...others] = cookies
        .filter((cookie) => cookie.startsWith(`${name}=`))
        .map((cookie) => cookie.slice(name.length + 1));
      return others.length === 0 && /^[A-Za-z0-9_-]{44}$/.test(secret) ? secret : undefined;
    },
  };
};

const to = (location: string, cookie: string): Reply => ({
  statusCode: 303,
  headers: { location },
  cookies: [cookie],
  body: "",
});

export function edge(deps: DeskEdgeDeps): Edge {
  const cookie = cookieOf(deps.origin);
  return serving("desk", {
    desk: async ({ queryStringParameters }) => {
      const { location, secret } = await begin(deps, queryStringParameters ?? {});
      return to(location, cookie.set(secret));
    },
    deskCallback: async ({ cookies, rawQueryString }) =>
      to(await finish(deps, { secret: cookie.in(cookies), search: rawQueryString }), cookie.clear),
    deskKeys: async () => {
      const { clientKey } = deps;
      if (clientKey === undefined) throw new Refused("not-found");
      return json(
        DeskKeys.parse({
          keys: [{ ...clientKey, kid: thumbprintOf(clientKey), use: "sig", alg: "ES256" }],
        }),
      );
    },
  });
}
