/** The page, as files: one HTML, and everything else under names that change with their content. No script or style but our own. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { found } from "../../schemas/found.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Edge, Reply } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Compressed beforehand, by content coding. */
  readonly coded: Readonly<Partial<Record<"br" | "gzip", Uint8Array>>>;
}
/** Files of the built page by their name: `index.html`, `assets/…`. */
export type Assets = ReadonlyMap<string, Asset>;

/** `data:` for the one font that the design system brings along in its style; nothing comes from any other host. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self' data:",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  vary: "accept-encoding",
};
const FOREVER = "public, max-age=31536000, immutable";

/** `main` is the HTML at `/`. */
export function edge(assets: Assets, main = "index.html"): Edge {
  const serve = (name: string, event: APIGatewayProxyEventV2): Reply => {
    const asset = assets.get(name);
    if (asset === undefined) throw new Refused("not-found");
    const accepted = event.headers["accept-encoding"] ?? "";
    const coding = (["br", "gzip"] as const).find(
      (one) => asset.coded[one] !== undefined && new RegExp(`\\b${one}\\b`).test(accepted),
    );
    return {
      statusCode: 200,
      headers: {
        ...HEADERS,
        "content-type": asset.type,
        "cache-control": name.endsWith(".html") ? "no-cache" : FOREVER,
        ...(coding === undefined ? {} : { "content-encoding": coding }),
      },
      body: Buffer.from(coding === undefined ? asset.bytes : found(asset.coded[coding])).toString(
        "base64",
      ),
      isBase64Encoded: true,
    };
  };
  return serving("dashboard", {
    page: async (event) => serve(main, event),
    operatorPage: async (event) => serve("operator.html", event),
    pageAsset: async (event) => serve(`assets/${event.pathParameters?.name ?? ""}`, event),
  });
}
