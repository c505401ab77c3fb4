/** The owner's own calls of a node, described. They are for the member whose node it is, and for nobody else. */
import { jsonOf, type Operation } from "./api.ts";
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
import { Period, Slug } from "./words.ts";

/** What any of them may be refused for. */
const own: Operation["refusals"] = [
  "token-missing",
  "token-invalid",
  "proof-invalid",
  "replayed",
  "session-invalid",
  "role-missing",
  "log-unwritten",
];
const shared = { tag: "owner", caller: "owner" } as const;

export const ownerCalls: Readonly<Record<string, Operation>> = {
  "GET /v1/own/overview": {
    ...shared,
    id: "ownOverview",
    summary: "Datasets and releases, the account of each year, and the days to come",
    about: "Made of descriptors, pointers, the account and the calendar. No row is read.",
    answers: [{ status: 200, about: "The overview.", content: [jsonOf(OwnOverview)] }],
    refusals: own,
  },
  "GET /v1/own/policies/{dataset}": {
    ...shared,
    id: "ownPolicies",
    summary: "Today's policy and three that are near to it, on made subjects",
    parameters: { dataset: { about: "Dataset.", schema: Slug, example: "prestazioni" } },
    query: {
      period: {
        about: "Year; the latest of the calendar unless said.",
        schema: Period,
        example: "2022",
      },
    },
    answers: [{ status: 200, about: "Policies side by side.", content: [jsonOf(OwnPreview)] }],
    refusals: [...own, "no-version", "unknown-period", "descriptor-invalid", "not-found"],
  },
  "GET /v1/own/withdrawals": {
    ...shared,
    id: "ownWithdrawals",
    summary: "How many left since the latest release, and from which day no figure counts them",
    answers: [{ status: 200, about: "Counts a dataset.", content: [jsonOf(OwnWithdrawals)] }],
    refusals: own,
  },
  "POST /v1/own/withdrawals": {
    ...shared,
    id: "takeOut",
    summary:
      "Take persons out, one or many: their rows at once, and out of every release from now on",
    about:
      "By pseudonym, as a receipt says it, or by identifier. Doing it again is safe: the date of the first time stands.",
    body: { about: "Who leaves which dataset.", content: jsonOf(OwnWithdrawal) },
    answers: [
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
  },
  "GET /v1/own/agreements": {
    ...shared,
    id: "ownAgreements",
    summary: "Agreements to which the member is a party, those that await its signature whole",
    about:
      "The node reads the hub's public register, and checks what is to be signed before it shows it.",
    answers: [{ status: 200, about: "Agreements.", content: [jsonOf(OwnAgreements)] }],
    refusals: [...own, "unreachable", "too-slow", "answer-invalid"],
  },
  "POST /v1/own/agreements": {
    ...shared,
    id: "handOnAgreement",
    summary: "Hand on what the member signed: a signature on an agreement, or a word on it",
    about:
      "To the hub's register and, once both have signed, to the provider's node. The node cannot sign for its member.",
    body: {
      about: "The agreement with the signatures that it has, and what was said of it.",
      content: jsonOf(OwnSigned),
    },
    answers: [{ status: 200, about: "How it stands.", content: [jsonOf(OwnAgreed)] }],
    refusals: [
      ...own,
      ...([
        "unreachable",
        "too-slow",
        "answer-invalid",
        "body-invalid",
        "media-type",
        "body-too-large",
      ] as const),
      ...([
        "signature-invalid",
        "expired",
        "agreement-state",
        "unknown-member",
        "conflict",
      ] as const),
    ],
  },
  "GET /v1/own/log": {
    ...shared,
    id: "ownLog",
    summary: "The latest entries of the public and of the private log",
    answers: [{ status: 200, about: "Codes and ids.", content: [jsonOf(OwnLog)] }],
    refusals: own,
  },
  "GET /v1/own/health": {
    ...shared,
    id: "ownHealth",
    summary: "What the node answered and refused in 24 hours, and its keys",
    answers: [{ status: 200, about: "By the hour.", content: [jsonOf(OwnHealth)] }],
    refusals: own,
  },
};
