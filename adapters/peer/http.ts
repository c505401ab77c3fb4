/** A node over HTTP. Follows no redirect, reads no more than it must, and believes a refusal's reason but none of its text. */
import * as z from "zod";
import type { Peer } from "../../schemas/ports.ts";
import { isReason, Refused } from "../../schemas/refusal.ts";
import { Announced, ReleaseCodes } from "../../schemas/release.ts";
import { CompactJws } from "../../schemas/words.ts";

/** Bytes of a reply that are read. */
export const REPLY_LIMIT = 8 * 1024 * 1024;

const manifests = z.array(CompactJws).max(2000);
const Catalogue = z.discriminatedUnion("v", [
  z.strictObject({ v: z.literal(1), manifests }),
  z.strictObject({ v: z.literal(2), manifests, next: z.array(Announced).max(2000) }),
]);
const Problem = z.looseObject({ type: z.string().startsWith("urn:tavolo:refusal:") });

/** Rejects with `Refused`: unreachable, too-slow, answer-invalid, or the node's own reason. Does not check what was signed. */
export function httpPeer(fetcher: typeof fetch = fetch): Peer {
  return {
    async ask(url, envelope, signal) {
      const headers = {
        "content-type": "application/jose",
        accept: "application/jose, application/problem+json",
      };
      const body = await call(
        fetcher,
        at(url, "/v1/answer"),
        { method: "POST", headers, body: envelope, signal },
        "application/jose",
      );
      return parsed(CompactJws, body);
    },
    async catalogue(url, signal) {
      const headers = { accept: "application/json, application/problem+json" };
      const body = await call(
        fetcher,
        at(url, "/v1/releases"),
        { headers, signal },
        "application/json",
      );
      const said = parsed(Catalogue, jsonOf(body));
      return { manifests: said.manifests, next: said.v === 2 ? said.next : [] };
    },
    async codes(url, release, signal) {
      const headers = { accept: "application/json, application/problem+json" };
      const path = release.split("/").slice(1).join("/");
      const body = await call(
        fetcher,
        at(url, `/v1/releases/${path}/codes`),
        { headers, signal },
        "application/json",
      );
      return parsed(ReleaseCodes, jsonOf(body)).codes;
    },
    async account(url, year, signal) {
      const headers = { accept: "application/jose, application/problem+json" };
      return parsed(
        CompactJws,
        await call(
          fetcher,
          at(url, `/v1/accounts/${year}`),
          { headers, signal },
          "application/jose",
        ),
      );
    },
  };
}

const at = (url: string, path: string) => `${url.replace(/\/+$/, "")}${path}`;

/** One call, whole: rejects as `httpPeer` does. */
export async function call(
  fetcher: typeof fetch,
  url: string,
  init: RequestInit & { readonly signal: AbortSignal },
  type: string,
): Promise<string> {
  // a redirect could lead the hub to an address that its owner did not register
  const response = await fetcher(url, { ...init, redirect: "manual" }).catch(failed(init.signal));
  const body = await textOf(response, init.signal);
  if (!response.ok) throw refusalIn(response, body);
  if (typeOf(response) !== type) throw new Refused("answer-invalid");
  return body;
}

/** What `fetch` and the stream of a body reject with is a failure of the network, whatever it is called; nothing of ours runs in them. */
const failed = (signal: AbortSignal) => (): never => {
  throw new Refused(signal.aborted ? "too-slow" : "unreachable");
};

const typeOf = (response: Response) =>
  response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();

/** Counted as it arrives, after decompression: what is announced need not be true. */
async function textOf({ body }: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  for (;;) {
    const { value } = (await reader?.read().catch(failed(signal))) ?? {};
    if (value === undefined) break;
    size += value.byteLength;
    if (size > REPLY_LIMIT) {
      await reader?.cancel().catch(failed(signal));
      throw new Refused("answer-invalid");
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The reason of a refusal in problem+json, where it is one of the closed table. A gateway's own 502 to 504 means that the node is not there. */
function refusalIn(response: Response, body: string): Refused {
  if (typeOf(response) === "application/problem+json") {
    const reason = Problem.safeParse(jsonOf(body)).data?.type.slice("urn:tavolo:refusal:".length);
    if (reason !== undefined && isReason(reason)) return new Refused(reason);
  }
  return new Refused([502, 503, 504].includes(response.status) ? "unreachable" : "answer-invalid");
}

/** Throws `Refused` answer-invalid. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused("answer-invalid");
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new Refused("answer-invalid");
  return result.data;
}
