/** Statements that are kept under a link. */
import * as z from "zod";
import { MemberId } from "../words.ts";
import { item } from "./item.ts";

export const statementUnderLink = item({
  at: ["hub"],
  pk: "hub#statement",
  sk: "{id}",
  body: z.strictObject({ member: MemberId, packed: z.string() }),
  reads: ["statements"],
  writes: ["query"],
  removes: ["statements"],
  example: ["hub#statement", "q83vEj…"],
  about:
    "a statement kept under a link: `member` who asked, `packed` (the JWS unfolded, Brotli, base64; at most 380 KB)",
  condition: "absent",
  ends: "30 days; sooner where an agreement lets answers be kept for less, or it is taken back (statements)",
});
