/** A member's own line over HTTP: JSON there and back. No redirect is followed, and no more is read than a reply may have. */
import type { MemberLine } from "../../schemas/ports.ts";
import { call, jsonOf } from "./http.ts";

const PATIENCE_MS = 15_000;
const JSON_TYPE = "application/json";
const accept = `${JSON_TYPE}, application/problem+json`;

export function httpLine(fetcher: typeof fetch = fetch): MemberLine {
  const signal = () => AbortSignal.timeout(PATIENCE_MS);
  return {
    get: async (url) =>
      jsonOf(await call(fetcher, url, { headers: { accept }, signal: signal() }, JSON_TYPE)),
    post: async (url, body) => {
      const headers = { accept, "content-type": JSON_TYPE };
      return jsonOf(
        await call(
          fetcher,
          url,
          { method: "POST", headers, body: JSON.stringify(body), signal: signal() },
          JSON_TYPE,
        ),
      );
    },
  };
}
