/** The owner's own calls of a node, described. They are for the member whose node it is, and for nobody else. */
import { endpoint, jsonBody, jsonOf } from "./api.ts";
import {
  OwnAgreed,
  OwnAgreements,
  OwnHealth,
  OwnLog,
  OwnOverview,
  OwnPreview,
  OwnReceipts,
  OwnSigned,
  OwnWithdrawal,
  OwnWithdrawals,
} from "./owner.ts";
import type { Reason } from "./refusal.ts";
import { Period, Slug } from "./words.ts";

/** What any of them may be refused for. */
const own: readonly Reason[] = [
  "token-missing",
  "token-invalid",
  "proof-invalid",
  "replayed",
  "session-invalid",
  "role-missing",
  "log-unwritten",
];
const shared = { at: "node", serves: "owner", tag: "owner", caller: "owner" } as const;

export const ownerCalls = [
  endpoint({
    ...shared,
    method: "GET",
    path: "/v1/own/overview",
    id: "ownOverview",
    summary: "Datasets and releases, the account of each year, and the days to come",
    about: "Made of descriptors, pointers, the account and the calendar. No row is read.",
    gives: [{ status: 200, about: "The overview.", content: [jsonOf(OwnOverview)] }],
    refusals: own,
  }),
  endpoint({
    ...shared,
    method: "GET",
    path: "/v1/own/policies/{dataset}",
    id: "ownPolicies",
    summary: "Today's policy and three that are near to it, on made subjects",
    parameters: { dataset: { about: "Dataset.", schema: Slug, example: "prestazioni" } },
    query: {
      period: {
        about: "Year, quarter or month; the latest of the calendar unless said.",
        schema: Period,
        example: "2022",
      },
    },
    gives: [{ status: 200, about: "Policies side by side.", content: [jsonOf(OwnPreview)] }],
    refusals: [...own, "no-version", "unknown-period", "descriptor-invalid", "not-found"],
  }),
  endpoint({
    ...shared,
    method: "GET",
    path: "/v1/own/withdrawals",
    id: "ownWithdrawals",
    summary: "How many left since the latest release, and from which day no figure counts them",
    gives: [{ status: 200, about: "Counts a dataset.", content: [jsonOf(OwnWithdrawals)] }],
    refusals: own,
  }),
  endpoint({
    ...shared,
    method: "POST",
    path: "/v1/own/withdrawals",
    id: "takeOut",
    summary:
      "Take persons out, one or many: their rows at once, and out of every release from now on",
    about:
      "By pseudonym, as a receipt says it, or by identifier. Doing it again is safe: the date of the first time stands.",
    takes: jsonBody("Who leaves which dataset.", OwnWithdrawal),
    gives: [
      {
        status: 200,
        about: "A receipt for each person, signed: each a `tavolo-receipt+jws`.",
        content: [jsonOf(OwnReceipts)],
      },
    ],
    refusals: [
      ...own,
      "no-version",
      "key-destroyed",
      "conflict",
      "body-invalid",
      "media-type",
      "body-too-large",
    ],
  }),
  endpoint({
    ...shared,
    method: "GET",
    path: "/v1/own/agreements",
    id: "ownAgreements",
    summary: "Agreements to which the member is a party, those that await its signature whole",
    about:
      "The node reads the hub's public register, and checks what is to be signed before it shows it.",
    gives: [{ status: 200, about: "Agreements.", content: [jsonOf(OwnAgreements)] }],
    refusals: [...own, "unreachable", "too-slow", "answer-invalid"],
  }),
  endpoint({
    ...shared,
    method: "POST",
    path: "/v1/own/agreements",
    id: "handOnAgreement",
    summary: "Hand on what the member signed: a signature on an agreement, or a word on it",
    about:
      "To the hub's register and, once both have signed, to the provider's node. The node cannot sign for its member.",
    takes: jsonBody(
      "The agreement with the signatures that it has, and what was said of it.",
      OwnSigned,
    ),
    gives: [{ status: 200, about: "How it stands.", content: [jsonOf(OwnAgreed)] }],
    refusals: [
      ...own,
      "unreachable",
      "too-slow",
      "answer-invalid",
      "body-invalid",
      "media-type",
      "body-too-large",
      "signature-invalid",
      "expired",
      "agreement-state",
      "unknown-member",
      "conflict",
    ],
  }),
  endpoint({
    ...shared,
    method: "GET",
    path: "/v1/own/log",
    id: "ownLog",
    summary: "The latest entries of the public and of the private log",
    gives: [{ status: 200, about: "Codes and ids.", content: [jsonOf(OwnLog)] }],
    refusals: own,
  }),
  endpoint({
    ...shared,
    method: "GET",
    path: "/v1/own/health",
    id: "ownHealth",
    summary: "What the node answered and refused in 24 hours, and its keys",
    gives: [{ status: 200, about: "By the hour.", content: [jsonOf(OwnHealth)] }],
    refusals: own,
  }),
] as const;
