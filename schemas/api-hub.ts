/** Every call of a hub, described: what it takes, what it gives, why it may say no. */
import * as z from "zod";
import { jsonOf, type Operation } from "./api.ts";
import { askingCalls } from "./api-asking.ts";
import { logCalls, pageCalls, statusCall } from "./api-both.ts";
import { DatasetsResponse } from "./catalogue.ts";
import { IndicatorList } from "./indicator.ts";
import { DirectoryFile, MemberHistory, MemberPost } from "./member.ts";
import { IndicatorPost, PracticeList, PracticePost } from "./practice.ts";
import { Bilingual, MemberId, Period, Seconds, Slug } from "./words.ts";

const Taken = z.strictObject({ v: z.literal(1), id: MemberId, iat: Seconds });
const Versioned = z.strictObject({ v: z.literal(1), id: Slug, version: z.number().int().min(1) });
const Accounts = z.strictObject({
  v: z.literal(1),
  accounts: z
    .array(
      z.strictObject({
        member: MemberId,
        year: Period.optional(),
        ceiling: z.number().optional(),
        mu2: z.number().optional(),
        discrepancies: z.array(z.string().max(400)).max(1000).optional(),
        outcome: z.string().max(60).optional(),
      }),
    )
    .max(10_000),
});
const Registered = z.object({
  v: z.literal(1),
  agreements: z
    .array(
      z.object({
        id: z.string().max(200),
        dataset: Slug,
        consumer: MemberId,
        provider: MemberId,
        purpose: z.object({ id: z.uuid(), name: Bilingual, legalBasis: z.string().max(2000) }),
        from: Seconds,
        until: Seconds,
        inForce: z.boolean(),
      }),
    )
    .max(100_000),
});

export const hubCalls: Readonly<Record<string, Operation>> = {
  ...askingCalls,
  "GET /v1/members": {
    id: "members",
    tag: "catalogue",
    summary: "The directory: who the members are, as they signed it themselves",
    caller: "anybody",
    answers: [{ status: 200, about: "Entries, each a JWS by its member.", content: [jsonOf(DirectoryFile)] }],
    refusals: [],
  },
  "POST /v1/members": {
    id: "enterMember",
    tag: "members",
    summary: "Enter a member, or its newer entries",
    about: "Newer entries are signed with a key of the entry before; a newcomer's goes with the operator's invitation.",
    caller: "signed",
    body: { about: "Signed entries, oldest first.", content: jsonOf(MemberPost) },
    answers: [{ status: 200, about: "Taken up.", content: [jsonOf(Taken)] }],
    refusals: [
      "invitation-invalid",
      "signature-invalid",
      "expired",
      "conflict",
      "body-invalid",
      "media-type",
      "body-too-large",
      "log-unwritten",
    ],
  },
  "GET /v1/members/{id}/history": {
    id: "memberHistory",
    tag: "catalogue",
    summary: "Every entry of one member, oldest first",
    caller: "anybody",
    parameters: { id: { about: "Member.", schema: MemberId, example: "IT-028060" } },
    answers: [{ status: 200, about: "Entries, each signed with a key of the one before.", content: [jsonOf(MemberHistory)] }],
    refusals: ["unknown-member"],
  },
  "GET /v1/datasets": {
    id: "datasets",
    tag: "catalogue",
    summary: "What the members offer",
    caller: "anybody",
    answers: [{ status: 200, about: "By member; or why that cannot be seen now.", content: [jsonOf(DatasetsResponse)] }],
    refusals: [],
  },
  "GET /v1/catalogue": {
    id: "catalogue",
    tag: "catalogue",
    summary: "The same as DCAT-AP_IT, for other catalogues",
    caller: "anybody",
    answers: [
      {
        status: 200,
        about: "A dcat:Catalog with its own context: nothing need be fetched to read it.",
        content: [{ type: "application/ld+json" }],
      },
    ],
    refusals: ["unknown-member"],
  },
  "GET /v1/agreements": {
    id: "agreements",
    tag: "catalogue",
    summary: "The register of agreements",
    caller: "anybody",
    answers: [{ status: 200, about: "Parties, purpose and time of each; keys are not in it.", content: [jsonOf(Registered)] }],
    refusals: [],
  },
  "GET /v1/accounts": {
    id: "accounts",
    tag: "catalogue",
    summary: "Each node's account of privacy loss beside what it publishes",
    caller: "anybody",
    answers: [{ status: 200, about: "What does not fit is a sentence in `discrepancies`.", content: [jsonOf(Accounts)] }],
    refusals: [],
  },
  "GET /v1/indicators": {
    id: "indicators",
    tag: "indicators",
    summary: "The indicators that members agree to compare, as definitions",
    caller: "anybody",
    answers: [{ status: 200, about: "Definitions, with their versions.", content: [jsonOf(IndicatorList)] }],
    refusals: [],
  },
  "POST /v1/indicators": {
    id: "proposeIndicator",
    tag: "indicators",
    summary: "Propose an indicator, or accept one",
    caller: "signed",
    body: { about: "A `tavolo-indicator+jws`, or a `tavolo-acceptance+jws`.", content: jsonOf(IndicatorPost) },
    answers: [
      { status: 200, about: "Accepted.", content: [jsonOf(z.strictObject({ v: z.literal(1), accepted: z.number().int().min(0) }))] },
      { status: 201, about: "Proposed.", content: [jsonOf(Versioned)] },
    ],
    refusals: ["signature-invalid", "unknown-member", "body-invalid", "media-type", "body-too-large", "conflict", "log-unwritten"],
  },
  "GET /v1/practices": {
    id: "practices",
    tag: "indicators",
    summary: "Practice cards: what a city did, and whom to write to",
    caller: "anybody",
    query: {
      indicator: { about: "Of this indicator.", schema: Slug },
      member: { about: "Of this member.", schema: MemberId },
    },
    answers: [{ status: 200, about: "Cards, each signed by its city.", content: [jsonOf(PracticeList)] }],
    refusals: ["body-invalid"],
  },
  "POST /v1/practices": {
    id: "enterPractice",
    tag: "indicators",
    summary: "Hang a practice card on an indicator",
    caller: "signed",
    body: { about: "A `tavolo-practice+jws`.", content: jsonOf(PracticePost) },
    answers: [{ status: 201, about: "Taken up.", content: [jsonOf(Versioned)] }],
    refusals: ["signature-invalid", "unknown-member", "body-invalid", "media-type", "body-too-large", "conflict", "log-unwritten"],
  },
  "GET /openapi.json": {
    id: "openapi",
    tag: "about",
    summary: "This document",
    caller: "anybody",
    answers: [{ status: 200, about: "OpenAPI 3.1 of the hub.", content: [{ type: "application/json" }] }],
    refusals: [],
  },
  "GET /openapi-node.json": {
    id: "openapiOfNodes",
    tag: "about",
    summary: "The same of a node",
    caller: "anybody",
    answers: [{ status: 200, about: "OpenAPI 3.1 of a node.", content: [{ type: "application/json" }] }],
    refusals: [],
  },
  "GET /docs/api": {
    id: "reference",
    tag: "about",
    summary: "The reference, to be read",
    caller: "anybody",
    answers: [{ status: 200, about: "A page that fetches nothing.", content: [{ type: "text/html" }] }],
    refusals: [],
  },
  ...pageCalls,
  ...logCalls,
  ...statusCall,
};
