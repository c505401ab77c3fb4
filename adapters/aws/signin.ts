/** The desk of a node on AWS: its own key, and the provider that its owner named. */
import { tmpdir } from "node:os";
import { storeLog } from "../../functions/log/append.ts";
import { callbackOf, type DeskEdgeDeps } from "../../functions/signin/handler.ts";
import { OidcConfig } from "../../schemas/desk.ts";
import { systemClock } from "../clock/clock.ts";
import { openidProvider } from "../oidc/provider.ts";
import { bucketBlobs, keySigner, secretText, tableStore } from "./clients.ts";
import { DeskEnv, type Env, readEnv } from "./env.ts";
import { trusted } from "./trust.ts";

export async function desk(env: Env): Promise<DeskEdgeDeps> {
  const told = readEnv(DeskEnv, env);
  const { TAVOLO_MEMBER: member, TAVOLO_HUB: hub } = told;
  const oidc = OidcConfig.parse(JSON.parse(told.TAVOLO_OIDC));
  const store = tableStore(told.TAVOLO_TABLE);
  const [signer, entryOf, secret, client] = await Promise.all([
    keySigner(told.TAVOLO_KEY),
    trusted(bucketBlobs(told.TAVOLO_PUBLISHED, tmpdir())),
    told.TAVOLO_OIDC_SECRET && secretText(told.TAVOLO_OIDC_SECRET),
    told.TAVOLO_OIDC_KEY && keySigner(told.TAVOLO_OIDC_KEY),
  ]);
  const { url } = entryOf(member);
  if (url === undefined) throw new Error("the node's own entry says no address");
  const origin = url.replace(/\/+$/, "");
  const provider = openidProvider(oidc, {
    redirect: callbackOf(origin),
    ...(secret ? { secret } : {}),
    ...(client ? { signer: client } : {}),
  });
  return {
    ...{ member, hub, origin, provider, store, signer, clock: systemClock, roles: oidc.roles },
    pages: { hub: `${told.TAVOLO_HUB_URL.replace(/\/+$/, "")}/`, own: `${origin}/` },
    log: storeLog(store, member, "desk#log"),
    ...(client ? { clientKey: client.jwk } : {}),
  };
}
