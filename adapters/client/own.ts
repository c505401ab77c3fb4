/** The owner speaks to her own node: a token and a proof by the member's own key, made here. No hub is asked for anything. */
import type * as z from "zod";
import { proofFor } from "../../functions/access/dpop.ts";
import { freshId, signCompact } from "../../functions/signing/jws.ts";
import { OWN_TOKEN_LIFE, type OwnToken } from "../../schemas/owner.ts";
import type { Clock, Signer } from "../../schemas/ports.ts";
import { send } from "./http.ts";

interface Owner {
  readonly member: string;
  /** The member's own key. */
  readonly signer: Signer;
  /** Where the key is a browser's: the session under which it signs (`tavolo-session+jws`). */
  readonly session?: string;
  /** Where the owner's interface answers; in its page: `location.origin`. */
  readonly node: string;
  readonly clock: Clock;
}

/** A token for the member's own node, bound to the key that signs it. */
export function ownToken({
  member,
  signer,
  session,
  clock,
}: Pick<Owner, "member" | "signer" | "session" | "clock">): Promise<string> {
  const iat = clock();
  const claims: OwnToken = {
    iss: member,
    sub: member,
    aud: member,
    iat,
    exp: iat + OWN_TOKEN_LIFE,
    jti: freshId(),
    cnf: { jkt: signer.kid },
    ...(session ? { session } : {}),
  };
  return signCompact(signer, "own+jwt", claims);
}

export interface OwnNode {
  /** Throws `Refused`: as the node said; unreachable. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T>;
}

/** Seconds before its end from which a token is not used any more. */
const MARGIN = 120;

export function ownNode(owner: Owner): OwnNode {
  let kept: { readonly token: string; readonly until: number } | undefined;
  const tokenNow = async () => {
    const now = owner.clock();
    if (kept === undefined || now > kept.until)
      kept = { token: await ownToken(owner), until: now + OWN_TOKEN_LIFE - MARGIN };
    return kept.token;
  };
  async function call<T>(
    method: "GET" | "POST",
    path: string,
    schema: z.ZodType<T>,
    body?: object,
  ): Promise<T> {
    const token = await tokenNow();
    const url = `${owner.node}${path.split("?")[0]}`;
    const dpop = await proofFor({ method, url, token }, owner.signer, owner.clock());
    const response = await send(`${owner.node}${path}`, {
      method,
      headers: {
        authorization: `DPoP ${token}`,
        dpop,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return schema.parse(await response.json());
  }
  return {
    get: (path, schema) => call("GET", path, schema),
    post: (path, body, schema) => call("POST", path, schema, body),
  };
}
