/** Every call of a hub, described: what it takes, what it gives, why it may say no. */
import * as z from "zod";
import { AgreementFile, AgreementPost, AgreementTaken, Register } from "./agreement.ts";
import { endpoint, jsonBody, jsonOf } from "./api.ts";
import { Accounts, DatasetsResponse } from "./catalogue.ts";
import { IndicatorBook, IndicatorList } from "./indicator.ts";
import { DirectoryFile, MemberHistory, MemberPost } from "./member.ts";
import { IndicatorPost, PracticeList, PracticePost } from "./practice.ts";
import { MemberId, Seconds, Slug } from "./words.ts";

const Taken = z.strictObject({ v: z.literal(1), id: MemberId, iat: Seconds });
const Versioned = z.strictObject({ v: z.literal(1), id: Slug, version: z.number().int().min(1) });

export const hubCalls = [
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/members",
    serves: "catalogue",
    id: "members",
    tag: "catalogue",
    summary: "The directory: who the members are, as they signed it themselves",
    caller: "anybody",
    gives: [
      {
        status: 200,
        about: "Entries, each a JWS by its member.",
        content: [jsonOf(DirectoryFile)],
      },
    ],
    refusals: [],
  }),
  endpoint({
    at: "hub",
    method: "POST",
    path: "/v1/members",
    serves: "members",
    id: "enterMember",
    tag: "members",
    summary: "Enter a member, or its newer entries",
    about:
      "Newer entries are signed with a key of the entry before; a newcomer's goes with the operator's invitation.",
    caller: "signed",
    takes: jsonBody("Signed entries, oldest first.", MemberPost),
    gives: [{ status: 200, about: "Taken up.", content: [jsonOf(Taken)] }],
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
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/members/{id}/history",
    serves: "catalogue",
    id: "memberHistory",
    tag: "catalogue",
    summary: "Every entry of one member, oldest first",
    caller: "anybody",
    parameters: { id: { about: "Member.", schema: MemberId, example: "IT-028060" } },
    gives: [
      {
        status: 200,
        about: "Entries, each signed with a key of the one before.",
        content: [jsonOf(MemberHistory)],
      },
    ],
    refusals: ["unknown-member"],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/datasets",
    serves: "catalogue",
    id: "datasets",
    tag: "catalogue",
    summary: "What the members offer",
    caller: "anybody",
    gives: [
      {
        status: 200,
        about: "By member; or why that cannot be seen now.",
        content: [jsonOf(DatasetsResponse)],
      },
    ],
    refusals: [],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/catalogue",
    serves: "catalogue",
    id: "catalogue",
    tag: "catalogue",
    summary: "The same as DCAT-AP_IT, for other catalogues",
    caller: "anybody",
    gives: [
      {
        status: 200,
        about: "A dcat:Catalog with its own context: nothing need be fetched to read it.",
        content: [{ type: "application/ld+json" }],
      },
    ],
    refusals: ["unknown-member"],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/agreements",
    serves: "agreements",
    id: "agreements",
    tag: "agreements",
    summary: "The register of agreements",
    caller: "anybody",
    gives: [
      {
        status: 200,
        about: "Parties, purpose, state and use of each; keys are not in it.",
        content: [jsonOf(Register)],
      },
    ],
    refusals: [],
  }),
  endpoint({
    at: "hub",
    method: "POST",
    path: "/v1/agreements",
    serves: "agreements",
    id: "sendAgreement",
    tag: "agreements",
    summary: "Propose an agreement, sign one, or say something of one: suspend, resume, revoke",
    about:
      "The body is the agreement with whatever signatures it has, and every event of it. What is there already changes nothing. Who signed is checked by the directory; the provider's node is told by the parties and checks by itself.",
    caller: "signed",
    takes: jsonBody(
      "A `tavolo-agreement+jws` and its `tavolo-agreement-event+jws`.",
      AgreementPost,
    ),
    gives: [{ status: 200, about: "Kept; how it stands now.", content: [jsonOf(AgreementTaken)] }],
    refusals: [
      "signature-invalid",
      "expired",
      "unknown-member",
      "agreement-state",
      "conflict",
      "body-invalid",
      "media-type",
      "body-too-large",
      "log-unwritten",
    ],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/agreements/{consumer}/{provider}/{dataset}/{number}",
    serves: "agreements",
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
    gives: [
      { status: 200, about: "The signed bytes, and the state.", content: [jsonOf(AgreementFile)] },
    ],
    refusals: ["not-found"],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/accounts",
    serves: "catalogue",
    id: "accounts",
    tag: "catalogue",
    summary: "Each node's account of privacy loss beside what it publishes",
    caller: "anybody",
    gives: [
      {
        status: 200,
        about: "What does not fit is a sentence in `discrepancies`.",
        content: [jsonOf(Accounts)],
      },
    ],
    refusals: [],
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/indicators",
    serves: "indicators",
    id: "indicators",
    tag: "indicators",
    summary: "The indicators that members agree to compare, as definitions",
    caller: "anybody",
    query: { signed: { about: "`true`: as members signed them.", schema: z.literal("true") } },
    gives: [
      {
        status: 200,
        about:
          "Definitions, with their versions; or the proposals and acceptances that they are made of.",
        content: [jsonOf(z.union([IndicatorList, IndicatorBook]))],
      },
    ],
    refusals: ["body-invalid"],
  }),
  endpoint({
    at: "hub",
    method: "POST",
    path: "/v1/indicators",
    serves: "indicators",
    id: "proposeIndicator",
    tag: "indicators",
    summary: "Propose an indicator, or accept one",
    caller: "signed",
    takes: jsonBody("A `tavolo-indicator+jws`, or a `tavolo-acceptance+jws`.", IndicatorPost),
    gives: [
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
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/practices",
    serves: "indicators",
    id: "practices",
    tag: "indicators",
    summary: "Practice cards: what a city did, and whom to write to",
    caller: "anybody",
    query: {
      indicator: { about: "Of this indicator.", schema: Slug },
      member: { about: "Of this member.", schema: MemberId },
    },
    gives: [
      { status: 200, about: "Cards, each signed by its city.", content: [jsonOf(PracticeList)] },
    ],
    refusals: ["body-invalid"],
  }),
  endpoint({
    at: "hub",
    method: "POST",
    path: "/v1/practices",
    serves: "indicators",
    id: "enterPractice",
    tag: "indicators",
    summary: "Hang a practice card on an indicator",
    caller: "signed",
    takes: jsonBody("A `tavolo-practice+jws`.", PracticePost),
    gives: [{ status: 201, about: "Taken up.", content: [jsonOf(Versioned)] }],
    refusals: [
      "signature-invalid",
      "unknown-member",
      "body-invalid",
      "media-type",
      "body-too-large",
      "conflict",
      "log-unwritten",
    ],
  }),
] as const;
