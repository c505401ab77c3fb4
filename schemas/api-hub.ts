/** Every call of a hub, described: what it takes, what it gives, why it may say no. */
import * as z from "zod";
import { AgreementFile, AgreementPost, AgreementTaken, Register } from "./agreement.ts";
import { jsonOf, type Operation } from "./api.ts";
import { askingCalls } from "./api-asking.ts";
import { logCalls, pageCalls, statusCall } from "./api-both.ts";
import { DatasetsResponse } from "./catalogue.ts";
import { IndicatorBook, IndicatorList } from "./indicator.ts";
import { DirectoryFile, MemberHistory, MemberPost } from "./member.ts";
import { IndicatorPost, PracticeList, PracticePost } from "./practice.ts";
import { MemberId, Period, Seconds, Slug } from "./words.ts";

const Taken = z.strictObject({ v: z.literal(1), id: MemberId, iat: Seconds });
const Versioned = z.strictObject({ v: z.literal(1), id: Slug, version: z.number().int().min(1) });
export const Accounts = z.strictObject({
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
export const hubCalls: Readonly<Record<string, Operation>> = {
  ...askingCalls,
  "GET /v1/members": {
    id: "members",
    tag: "catalogue",
    summary: "The directory: who the members are, as they signed it themselves",
    caller: "anybody",
    answers: [
      {
        status: 200,
        about: "Entries, each a JWS by its member.",
        content: [jsonOf(DirectoryFile)],
      },
    ],
    refusals: [],
  },
  "POST /v1/members": {
    id: "enterMember",
    tag: "members",
    summary: "Enter a member, or its newer entries",
    about:
      "Newer entries are signed with a key of the entry before; a newcomer's goes with the operator's invitation.",
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
    answers: [
      {
        status: 200,
        about: "Entries, each signed with a key of the one before.",
        content: [jsonOf(MemberHistory)],
      },
    ],
    refusals: ["unknown-member"],
  },
  "GET /v1/datasets": {
    id: "datasets",
    tag: "catalogue",
    summary: "What the members offer",
    caller: "anybody",
    answers: [
      {
        status: 200,
        about: "By member; or why that cannot be seen now.",
        content: [jsonOf(DatasetsResponse)],
      },
    ],
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
    tag: "agreements",
    summary: "The register of agreements",
    caller: "anybody",
    answers: [
      {
        status: 200,
        about: "Parties, purpose, state and use of each; keys are not in it.",
        content: [jsonOf(Register)],
      },
    ],
    refusals: [],
  },
  "POST /v1/agreements": {
    id: "sendAgreement",
    tag: "agreements",
    summary: "Propose an agreement, sign one, or say something of one: suspend, resume, revoke",
    about:
      "The body is the agreement with whatever signatures it has, and every event of it. What is there already changes nothing. Who signed is checked by the directory; the provider's node is told by the parties and checks by itself.",
    caller: "signed",
    body: {
      about: "A `tavolo-agreement+jws` and its `tavolo-agreement-event+jws`.",
      content: jsonOf(AgreementPost),
    },
    answers: [
      { status: 200, about: "Kept; how it stands now.", content: [jsonOf(AgreementTaken)] },
    ],
    refusals: [
      ...["signature-invalid", "expired", "unknown-member", "agreement-state", "conflict"],
      ...["body-invalid", "media-type", "body-too-large", "log-unwritten"],
    ] as Operation["refusals"],
  },
  "GET /v1/agreements/{consumer}/{provider}/{dataset}/{number}": {
    id: "agreement",
    tag: "agreements",
    summary: "One agreement whole, as it was signed, with what was said of it since",
    caller: "anybody",
    parameters: {
      consumer: { about: "Who asks.", schema: MemberId, example: "IT-028060" },
      provider: { about: "Whose data it is about.", schema: MemberId, example: "IT-034027" },
      dataset: { about: "Dataset.", schema: Slug, example: "prestazioni" },
      number: {
        about: "Which one between the two on this dataset.",
        schema: z.number().int().min(1),
        example: "1",
      },
    },
    answers: [
      { status: 200, about: "The signed bytes, and the state.", content: [jsonOf(AgreementFile)] },
    ],
    refusals: ["not-found"],
  },
  "GET /operator": {
    id: "operatorPage",
    tag: "about",
    summary: "The operator's view, for people: members, their nodes, and accounts that do not fit",
    about: "Made in the browser of what anybody may read here.",
    caller: "anybody",
    answers: [{ status: 200, about: "HTML.", content: [{ type: "text/html" }] }],
    refusals: ["not-found"],
  },
  "GET /v1/accounts": {
    id: "accounts",
    tag: "catalogue",
    summary: "Each node's account of privacy loss beside what it publishes",
    caller: "anybody",
    answers: [
      {
        status: 200,
        about: "What does not fit is a sentence in `discrepancies`.",
        content: [jsonOf(Accounts)],
      },
    ],
    refusals: [],
  },
  "GET /v1/indicators": {
    id: "indicators",
    tag: "indicators",
    summary: "The indicators that members agree to compare, as definitions",
    caller: "anybody",
    query: { signed: { about: "`true`: as members signed them.", schema: z.literal("true") } },
    answers: [
      {
        status: 200,
        about:
          "Definitions, with their versions; or the proposals and acceptances that they are made of.",
        content: [jsonOf(z.union([IndicatorList, IndicatorBook]))],
      },
    ],
    refusals: ["body-invalid"],
  },
  "POST /v1/indicators": {
    id: "proposeIndicator",
    tag: "indicators",
    summary: "Propose an indicator, or accept one",
    caller: "signed",
    body: {
      about: "A `tavolo-indicator+jws`, or a `tavolo-acceptance+jws`.",
      content: jsonOf(IndicatorPost),
    },
    answers: [
      {
        status: 200,
        about: "Accepted.",
        content: [jsonOf(z.strictObject({ v: z.literal(1), accepted: z.number().int().min(0) }))],
      },
      { status: 201, about: "Proposed.", content: [jsonOf(Versioned)] },
    ],
    refusals: [
      "signature-invalid",
      "unknown-member",
      "body-invalid",
      "media-type",
      "body-too-large",
      "conflict",
      "log-unwritten",
    ],
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
    answers: [
      { status: 200, about: "Cards, each signed by its city.", content: [jsonOf(PracticeList)] },
    ],
    refusals: ["body-invalid"],
  },
  "POST /v1/practices": {
    id: "enterPractice",
    tag: "indicators",
    summary: "Hang a practice card on an indicator",
    caller: "signed",
    body: { about: "A `tavolo-practice+jws`.", content: jsonOf(PracticePost) },
    answers: [{ status: 201, about: "Taken up.", content: [jsonOf(Versioned)] }],
    refusals: [
      "signature-invalid",
      "unknown-member",
      "body-invalid",
      "media-type",
      "body-too-large",
      "conflict",
      "log-unwritten",
    ],
  },
  "GET /openapi.json": {
    id: "openapi",
    tag: "about",
    summary: "This document",
    caller: "anybody",
    answers: [
      { status: 200, about: "OpenAPI 3.1 of the hub.", content: [{ type: "application/json" }] },
    ],
    refusals: [],
  },
  "GET /openapi-node.json": {
    id: "openapiOfNodes",
    tag: "about",
    summary: "The same of a node",
    caller: "anybody",
    answers: [
      { status: 200, about: "OpenAPI 3.1 of a node.", content: [{ type: "application/json" }] },
    ],
    refusals: [],
  },
  "GET /docs/api": {
    id: "reference",
    tag: "about",
    summary: "The reference, to be read",
    caller: "anybody",
    answers: [
      { status: 200, about: "A page that fetches nothing.", content: [{ type: "text/html" }] },
    ],
    refusals: [],
  },
  ...pageCalls,
  ...logCalls,
  ...statusCall,
};
