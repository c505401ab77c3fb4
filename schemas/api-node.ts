/** Every call of a node, described: what it takes, what it gives, why it may say no. */
import * as z from "zod";
import { AgreementPost, AgreementTaken } from "./agreement.ts";
import { formatted, jose, jsonOf, type Operation, TABLES } from "./api.ts";
import { logCalls, pageCalls, statusCall } from "./api-both.ts";
import { deskCalls } from "./api-desk.ts";
import { ownerCalls } from "./api-owner.ts";
import { MemberPost } from "./member.ts";
import { CompactJws, MemberId, Period, Seconds, Slug } from "./words.ts";

const place = {
  dataset: { about: "Dataset.", schema: Slug, example: "residenti" },
  period: { about: "Year.", schema: Period, example: "2022" },
  number: {
    about: "Number of the release; the current one of the period is kept here.",
    schema: z.number().int().min(1),
    example: "1",
  },
};
const Manifests = z.strictObject({ v: z.literal(1), manifests: z.array(CompactJws).max(10_000) });
const Taken = z.strictObject({ v: z.literal(1), id: MemberId, iat: Seconds });

export const nodeCalls: Readonly<Record<string, Operation>> = {
  "POST /v1/answer": {
    id: "answer",
    tag: "questions",
    summary: "The hub passes a member's question on; the node answers from its release",
    about:
      "The node checks the consumer's own signature against the key that its agreement pins. What answers has no access to rows.",
    caller: "signed",
    body: { about: "The hub's envelope round the signed question.", content: jose("Ask") },
    answers: [
      { status: 200, about: "The answer, signed by the node.", content: [jose("Partial")] },
    ],
    refusals: [
      ...[
        "envelope-invalid",
        "session-invalid",
        "role-missing",
        "signature-invalid",
        "expired",
        "replayed",
        "no-agreement",
        "purpose-denied",
        "beyond-agreement",
      ],
      ...["agreement-suspended", "agreement-revoked", "calls-exhausted"],
      ...[
        "query-invalid",
        "unknown-period",
        "unknown-field",
        "unknown-dimension",
        "unknown-code",
        "overlapping-codes",
        "beyond-order",
      ],
      ...["release-overdue", "cube-mismatch", "media-type", "body-too-large", "log-unwritten"],
    ] as Operation["refusals"],
  },
  "GET /v1/releases": {
    id: "releases",
    tag: "releases",
    summary: "What is released: the signed manifest of every current release",
    caller: "anybody",
    answers: [{ status: 200, about: "Each a `tavolo-release+jws`.", content: [jsonOf(Manifests)] }],
    refusals: [],
  },
  "GET /v1/releases/{dataset}/{period}/{number}/cube": {
    id: "cube",
    tag: "releases",
    summary: "A whole release",
    about:
      "Parquet and CSV hold every figure as it was released; the other formats are tables for readers, without what is hidden. Open data is for anybody; records need a token for this node and a proof.",
    caller: "dpop",
    parameters: place,
    query: formatted("parquet", "csv"),
    answers: [
      {
        status: 200,
        about: "The release.",
        content: [
          { type: "application/vnd.apache.parquet", binary: true },
          ...TABLES.filter(({ type }) => type !== "application/vnd.apache.parquet"),
        ],
      },
    ],
    refusals: [
      ...[
        "token-missing",
        "token-invalid",
        "token-key-mismatch",
        "session-invalid",
        "role-missing",
      ],
      ...["proof-invalid", "expired", "replayed", "no-agreement", "purpose-denied"],
      ...["agreement-suspended", "agreement-revoked", "calls-exhausted"],
      ...[
        "beyond-agreement",
        "unknown-period",
        "not-found",
        "not-acceptable",
        "release-overdue",
        "cube-mismatch",
        "log-unwritten",
      ],
    ] as Operation["refusals"],
  },
  "GET /v1/releases/{dataset}/{period}/{number}/manifest": {
    id: "manifest",
    tag: "releases",
    summary: "What a release says of itself, signed",
    caller: "anybody",
    parameters: place,
    answers: [{ status: 200, about: "The manifest.", content: [jose("Manifest")] }],
    refusals: ["unknown-period", "not-found", "release-overdue", "cube-mismatch"],
  },
  "GET /v1/accounts/{year}": {
    id: "account",
    tag: "releases",
    summary: "The node's account of privacy loss of one year, signed",
    caller: "anybody",
    parameters: { year: { about: "Year.", schema: Period, example: "2022" } },
    answers: [{ status: 200, about: "The account.", content: [jose("Account")] }],
    refusals: ["not-found"],
  },
  "GET /v1/reports/{dataset}/{period}/{name}": {
    id: "report",
    tag: "releases",
    summary: "The leak report: what an attacker could learn at the very most, in plain words",
    caller: "anybody",
    parameters: {
      dataset: place.dataset,
      period: place.period,
      name: {
        about: "Page or data.",
        schema: z.enum(["it.html", "en.html", "report.json", "report.jws"]),
        example: "it.html",
      },
    },
    answers: [
      {
        status: 200,
        about: "The report.",
        content: [
          { type: "text/html" },
          { type: "application/json" },
          { type: "application/jose" },
        ],
      },
    ],
    refusals: ["not-found"],
  },
  "POST /v1/members": {
    id: "hearMember",
    tag: "members",
    summary: "Tell the node of a member's newer entries, so that it knows its newer keys",
    caller: "signed",
    body: {
      about: "Signed entries, oldest first; each with a key of the one before.",
      content: jsonOf(MemberPost),
    },
    answers: [{ status: 200, about: "Taken up.", content: [jsonOf(Taken)] }],
    refusals: [
      "signature-invalid",
      "unknown-member",
      "expired",
      "conflict",
      "body-invalid",
      "media-type",
      "body-too-large",
      "log-unwritten",
    ],
  },
  "POST /v1/agreements": {
    id: "hearAgreement",
    tag: "agreements",
    summary:
      "Give the provider's node an agreement that both have signed, and what was said of it since",
    about:
      "The node believes its own signature, and the other party's own words. From the next question on it answers by them.",
    caller: "signed",
    body: {
      about: "A `tavolo-agreement+jws` and its `tavolo-agreement-event+jws`.",
      content: jsonOf(AgreementPost),
    },
    answers: [
      { status: 200, about: "Kept; how it stands now.", content: [jsonOf(AgreementTaken)] },
    ],
    refusals: [
      ...["signature-invalid", "expired", "agreement-state", "conflict"],
      ...["body-invalid", "media-type", "body-too-large", "log-unwritten"],
    ] as Operation["refusals"],
  },
  "POST /v1/suspensions": {
    id: "hearSuspension",
    tag: "members",
    summary: "Tell the node that the operator has shut a member out, or taken it back",
    caller: "signed",
    body: { about: "The operator's word, signed with the hub's key.", content: jose("Suspension") },
    answers: [{ status: 200, about: "Taken up.", content: [{ type: "application/json" }] }],
    refusals: [
      "signature-invalid",
      "expired",
      "conflict",
      "media-type",
      "body-too-large",
      "log-unwritten",
    ],
  },
  ...deskCalls,
  ...ownerCalls,
  ...pageCalls,
  ...logCalls,
  ...statusCall,
};
