/** Tokens and questions at a hub, described. */
import * as z from "zod";
import { endpoint, formatted, jose, jsonOf, TABLES, textBody } from "./api.ts";
import type { Reason } from "./refusal.ts";
import { TokenRequest, TokenResponse } from "./token.ts";
import { MemberId, Period, Slug } from "./words.ts";

const QUESTION_FAULTS: readonly Reason[] = [
  "query-invalid",
  "unknown-dataset",
  "unknown-period",
  "unknown-field",
  "unknown-dimension",
  "unknown-code",
  "overlapping-codes",
  "beyond-order",
  "release-overdue",
  "not-acceptable",
  "log-unwritten",
  "unavailable",
  "too-many-calls",
];
const TOKEN_FAULTS: readonly Reason[] = [
  "token-missing",
  "token-invalid",
  "token-key-mismatch",
  "session-invalid",
  "role-missing",
  "proof-invalid",
  "integrity-invalid",
  "tracking-invalid",
  "expired",
  "replayed",
];
const DIGEST = {
  "Tavolo-Statement":
    "SHA-256 (base64url) of the signed statement that a table is a rendering of; absent beside the statement itself",
};

const metadata = <const Id extends string>(path: string, id: Id, summary: string) =>
  endpoint({
    at: "hub",
    method: "GET",
    path,
    serves: "token",
    id,
    tag: "tokens",
    summary,
    caller: "anybody",
    gives: [{ status: 200, about: "As the RFC has it.", content: [{ type: "application/json" }] }],
    refusals: [],
  });

export const askingCalls = [
  endpoint({
    at: "hub",
    method: "POST",
    path: "/token.oauth2",
    serves: "token",
    id: "requestToken",
    tag: "tokens",
    summary: "An access token for a member that proves itself with its own key",
    about:
      "OAuth 2.0 client credentials with private_key_jwt (RFC 7523) and DPoP (RFC 9449): the token is bound to the key that signed the proof, and lives ten minutes.",
    caller: "assertion",
    takes: textBody("The form of RFC 6749.", {
      type: "application/x-www-form-urlencoded",
      schema: TokenRequest,
    }),
    gives: [{ status: 200, about: "The token.", content: [jsonOf(TokenResponse)] }],
    refusals: [
      "assertion-invalid",
      "session-invalid",
      "proof-invalid",
      "expired",
      "replayed",
      "purpose-denied",
      "unknown-member",
      "body-invalid",
      "media-type",
      "body-too-large",
      "log-unwritten",
      "unavailable",
      "too-many-calls",
    ],
    counted: true,
  }),
  metadata(
    "/.well-known/oauth-authorization-server",
    "serverMetadata",
    "What a client must know of the token endpoint (RFC 8414)",
  ),
  metadata(
    "/.well-known/oauth-protected-resource",
    "resourceMetadata",
    "Which tokens this hub takes (RFC 9728)",
  ),
  metadata("/.well-known/jwks.json", "keys", "The keys that the hub signs with now (RFC 7517)"),
  endpoint({
    at: "hub",
    method: "POST",
    path: "/v1/query",
    serves: "query",
    id: "ask",
    tag: "questions",
    summary: "Ask members a signed question; get their answers, merged and signed",
    about:
      "A member that does not answer is part of the answer, with the reason. The signed statement is what is kept and verified; the other formats are tables made of it.",
    caller: "question",
    query: {
      ...formatted("statement"),
      keep: {
        about:
          "Keep the statement under a link for 30 days, or for as long as every agreement behind it lets answers be kept; its address is in `Location`.",
        schema: z.literal("true"),
      },
    },
    takes: textBody("The question, signed by the member who asks.", jose("Query")),
    gives: [
      {
        status: 200,
        about: "The statement, or a table of it.",
        content: [jose("Statement"), ...TABLES],
        headers: DIGEST,
      },
      {
        status: 201,
        about: "The same, kept under a link (`keep=true`).",
        content: [jose("Statement"), ...TABLES],
        headers: { ...DIGEST, Location: "The link: whoever has it can read the statement" },
      },
    ],
    refusals: [
      ...TOKEN_FAULTS,
      ...QUESTION_FAULTS,
      "signature-invalid",
      "no-agreement",
      "agreement-suspended",
      "agreement-revoked",
      "calls-exhausted",
      "purpose-denied",
      "unknown-member",
      "media-type",
      "body-too-large",
      "statement-too-large",
    ],
    counted: true,
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/tables/{dataset}/{period}",
    serves: "query",
    id: "openTable",
    tag: "questions",
    summary: "A table of open data by its address alone, for a notebook or a spreadsheet",
    about:
      "The hub asks by itself, and the statement says so: its question is signed with the hub's key. What is not open to everybody is refused.",
    caller: "anybody",
    parameters: {
      dataset: { about: "Dataset.", schema: Slug, example: "residenti" },
      period: { about: "Year, quarter or month.", schema: Period, example: "2022" },
    },
    query: {
      measure: {
        about:
          "`FIELD` (a count), `sum:FIELD`, `mean:FIELD`, `share:PART:WHOLE`, `median:FIELD` or `quantile:FIELD:0.9`.",
        schema: z.string().max(200),
        example: "residents",
        required: true,
        many: true,
      },
      by: {
        about:
          "A dimension to list: the first level of its code list, or another as `DIMENSION@LEVEL`, within the codes of `where` on it.",
        schema: z.string().max(82),
        example: "age@2",
        many: true,
      },
      where: {
        about: "`DIMENSION:CODE`: only these.",
        schema: z.string().max(200),
        example: "age:75-84",
        many: true,
      },
      member: {
        about: "Whom to ask; everybody who offers the dataset openly unless said.",
        schema: MemberId,
        example: "istat",
        many: true,
      },
      ...formatted("csv", "statement"),
    },
    gives: [
      {
        status: 200,
        about: "The table.",
        content: [
          { type: "text/csv" },
          ...TABLES.filter(({ type }) => type !== "text/csv"),
          jose("Statement"),
        ],
        headers: DIGEST,
      },
    ],
    refusals: [...QUESTION_FAULTS, "token-missing", "unknown-member", "no-agreement"],
    counted: true,
  }),
  endpoint({
    at: "hub",
    method: "GET",
    path: "/v1/statements/{id}",
    serves: "statements",
    id: "keptStatement",
    tag: "questions",
    summary: "A statement that was kept under a link",
    caller: "anybody",
    parameters: { id: { about: "From the link.", schema: z.string().length(22) } },
    query: formatted("statement"),
    gives: [
      {
        status: 200,
        about: "The statement, or a table of it.",
        content: [jose("Statement"), ...TABLES],
      },
    ],
    refusals: ["not-found", "not-acceptable"],
  }),
  endpoint({
    at: "hub",
    method: "DELETE",
    path: "/v1/statements/{id}",
    serves: "statements",
    id: "dropStatement",
    tag: "questions",
    summary: "Take a link back",
    caller: "dpop",
    parameters: { id: { about: "From the link.", schema: z.string().length(22) } },
    gives: [{ status: 204, about: "It is gone." }],
    refusals: [...TOKEN_FAULTS, "not-found", "log-unwritten"],
  }),
] as const;
