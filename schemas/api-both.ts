/** Calls that hub and nodes answer alike. */
import * as z from "zod";
import { jsonOf, type Operation } from "./api.ts";
import { Consistency, Inclusion, LogEntries, LogHead } from "./log.ts";
import { Digest } from "./words.ts";

const size = (about: string, required = true) => ({
  about,
  schema: z.number().int().min(0),
  example: "0",
  required,
});
const faults = [
  "body-invalid",
  "not-found",
  "log-damaged",
  "log-invalid",
  "unavailable",
] as Operation["refusals"];

export const pageCalls: Readonly<Record<string, Operation>> = {
  "GET /": {
    id: "page",
    tag: "about",
    summary: "The page for people",
    about:
      "Signs questions and verifies answers in the browser. It fetches nothing from anybody else.",
    caller: "anybody",
    answers: [{ status: 200, about: "HTML.", content: [{ type: "text/html" }] }],
    refusals: [],
  },
  "GET /assets/{name}": {
    id: "pageAsset",
    tag: "about",
    summary: "What the page is made of",
    about: "Names change with content, so that a copy is good for ever.",
    caller: "anybody",
    parameters: { name: { about: "File.", schema: z.string().max(200), example: "page.js" } },
    answers: [
      {
        status: 200,
        about: "Script, style, or a font.",
        content: [
          { type: "text/javascript" },
          { type: "text/css" },
          { type: "font/woff2", binary: true },
        ],
      },
    ],
    refusals: ["not-found"],
  },
};

export const logCalls: Readonly<Record<string, Operation>> = {
  "GET /v1/log/head": {
    id: "logHead",
    tag: "log",
    summary: "What the log is now: how many entries, and the root of their tree, signed",
    caller: "anybody",
    answers: [{ status: 200, about: "A `tavolo-head+jws`.", content: [jsonOf(LogHead)] }],
    refusals: faults,
  },
  "GET /v1/log/entries": {
    id: "logEntries",
    tag: "log",
    summary: "Salted hashes of entries, in their order",
    caller: "anybody",
    query: { from: size("First place."), to: size("Up to, without it.") },
    answers: [{ status: 200, about: "At most 500.", content: [jsonOf(LogEntries)] }],
    refusals: faults,
  },
  "GET /v1/log/inclusion": {
    id: "logInclusion",
    tag: "log",
    summary: "The proof that a receipt's entry is in the log (RFC 9162, 2.1.3)",
    caller: "anybody",
    query: {
      leaf: { about: "The hash in the receipt.", schema: Digest, required: true },
      entry: {
        about: "The id in the receipt: whoever has it is shown what the entry says.",
        schema: z.string().max(64),
      },
      size: size("In the tree of so many entries; the newest head's unless said.", false),
    },
    answers: [{ status: 200, about: "The path to the root.", content: [jsonOf(Inclusion)] }],
    refusals: faults,
  },
  "GET /v1/log/consistency": {
    id: "logConsistency",
    tag: "log",
    summary: "The proof that an older log is the beginning of a newer one (RFC 9162, 2.1.4)",
    caller: "anybody",
    query: { from: size("Entries of the older."), to: size("Entries of the newer.") },
    answers: [{ status: 200, about: "The proof.", content: [jsonOf(Consistency)] }],
    refusals: faults,
  },
};

export const statusCall: Readonly<Record<string, Operation>> = {
  "GET /status": {
    id: "status",
    tag: "about",
    summary: "Whether it answers at all",
    caller: "anybody",
    answers: [
      {
        status: 200,
        about: "It does.",
        content: [
          {
            type: "application/problem+json",
            schema: z.strictObject({ status: z.literal(200), title: z.string().max(64) }),
          },
        ],
      },
    ],
    refusals: ["unavailable"],
  },
};
