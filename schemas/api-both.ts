/** Calls that hub and nodes answer alike. */
import * as z from "zod";
import { endpoint, jsonOf } from "./api.ts";
import { Consistency, Inclusion, LogEntries, LogHead } from "./log.ts";
import { Digest } from "./words.ts";

const size = (about: string, required = true) => ({
  about,
  schema: z.number().int().min(0),
  example: "0",
  required,
});

export const pageCalls = [
  endpoint({
    at: "both",
    method: "GET",
    path: "/",
    serves: "dashboard",
    id: "page",
    tag: "about",
    summary: "The page for people",
    about:
      "Signs questions and verifies answers in the browser. It fetches nothing from anybody else.",
    caller: "anybody",
    gives: [{ status: 200, about: "HTML.", content: [{ type: "text/html" }] }],
    refusals: [],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/operator",
    serves: "dashboard",
    id: "operatorPage",
    tag: "about",
    summary: "The operator's view, for people: members, their nodes, and accounts that do not fit",
    about: "Made in the browser of what anybody may read here.",
    caller: "anybody",
    gives: [{ status: 200, about: "HTML.", content: [{ type: "text/html" }] }],
    refusals: ["not-found"],
  }),
  endpoint({
    at: "both",
    method: "GET",
    path: "/assets/{name}",
    serves: "dashboard",
    id: "pageAsset",
    tag: "about",
    summary: "What the page is made of",
    about: "Names change with content, so that a copy is good for ever.",
    caller: "anybody",
    parameters: { name: { about: "File.", schema: z.string().max(200), example: "page.js" } },
    gives: [
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
  }),
] as const;

export const documentCalls = [
  endpoint({
    at: "hub",
    method: "GET",
    path: "/openapi.json",
    serves: "catalogue",
    id: "openapi",
    tag: "about",
    summary: "This document",
    caller: "anybody",
    gives: [
      { status: 200, about: "OpenAPI 3.1 of the hub.", content: [{ type: "application/json" }] },
    ],
    refusals: [],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/openapi-node.json",
    serves: "catalogue",
    id: "openapiOfNodes",
    tag: "about",
    summary: "The same of a node",
    caller: "anybody",
    gives: [
      { status: 200, about: "OpenAPI 3.1 of a node.", content: [{ type: "application/json" }] },
    ],
    refusals: [],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/docs/api",
    serves: "catalogue",
    id: "reference",
    tag: "about",
    summary: "The reference, to be read",
    caller: "anybody",
    gives: [
      { status: 200, about: "A page that fetches nothing.", content: [{ type: "text/html" }] },
    ],
    refusals: [],
  }),
] as const;

const log = {
  at: "both",
  method: "GET",
  serves: "log",
  tag: "log",
  caller: "anybody",
  refusals: ["body-invalid", "not-found", "log-damaged", "log-invalid", "unavailable"],
} as const;

export const logCalls = [
  endpoint({
    ...log,
    path: "/v1/log/head",
    id: "logHead",
    summary: "What the log is now: how many entries, and the root of their tree, signed",
    gives: [{ status: 200, about: "A `tavolo-head+jws`.", content: [jsonOf(LogHead)] }],
  }),
  endpoint({
    ...log,
    path: "/v1/log/entries",
    id: "logEntries",
    summary: "Salted hashes of entries, in their order",
    query: { from: size("First place."), to: size("Up to, without it.") },
    gives: [{ status: 200, about: "At most 500.", content: [jsonOf(LogEntries)] }],
  }),
  endpoint({
    ...log,
    path: "/v1/log/inclusion",
    id: "logInclusion",
    summary: "The proof that a receipt's entry is in the log (RFC 9162, 2.1.3)",
    query: {
      leaf: { about: "The hash in the receipt.", schema: Digest, required: true },
      entry: {
        about: "The id in the receipt: whoever has it is shown what the entry says.",
        schema: z.string().max(64),
      },
      size: size("In the tree of so many entries; the newest head's unless said.", false),
    },
    gives: [{ status: 200, about: "The path to the root.", content: [jsonOf(Inclusion)] }],
  }),
  endpoint({
    ...log,
    path: "/v1/log/consistency",
    id: "logConsistency",
    summary: "The proof that an older log is the beginning of a newer one (RFC 9162, 2.1.4)",
    query: { from: size("Entries of the older."), to: size("Entries of the newer.") },
    gives: [{ status: 200, about: "The proof.", content: [jsonOf(Consistency)] }],
  }),
] as const;

export const statusCall = [
  endpoint({
    at: "both",
    method: "GET",
    path: "/status",
    serves: "status",
    id: "status",
    tag: "about",
    summary: "Whether it answers at all",
    caller: "anybody",
    gives: [
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
  }),
] as const;
