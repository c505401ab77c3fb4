/** Access tokens, kept until shortly before they end: one a purpose and party that is called. */
import { boundedCache } from "../../functions/signing/bounded-cache.ts";
import { type Asker, requestToken } from "./asking.ts";

/** Seconds before its end from which a token is not used any more: the call that it goes with takes time, and clocks differ. */
const MARGIN = 60;

interface Tokens {
  /** For the hub, or for the node of a member. */
  for(purposeId?: string, resource?: string, signal?: AbortSignal): Promise<string>;
  /** Forgets all of them: one was refused. */
  forget(): void;
}

export function tokensOf(asker: Asker): Tokens {
  const kept = boundedCache<{ readonly token: string; readonly until: number }>(1000);
  return {
    async for(purposeId, resource, signal) {
      const name = `${purposeId ?? ""} ${resource ?? ""}`;
      const now = asker.clock();
      const known = kept.get(name);
      if (known !== undefined && now < known.until) return known.token;
      const { access_token, expires_in } = await requestToken(asker, purposeId, resource, signal);
      kept.set(name, { token: access_token, until: now + expires_in - MARGIN });
      return access_token;
    },
    forget: kept.clear,
  };
}
