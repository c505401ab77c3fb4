/** The owner's own calls of a node, described. They are for the member whose node it is, and for nobody else. */
import { jsonOf, type Operation } from "./api.ts";
import { OwnHealth, OwnLog, OwnOverview, OwnPreview, OwnReceipts, OwnWithdrawal, OwnWithdrawals } from "./owner.ts";
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
    query: { period: { about: "Year; the latest of the calendar unless said.", schema: Period, example: "2022" } },
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
    summary: "Take persons out, one or many: their rows at once, and out of every release from now on",
    about: "By pseudonym, as a receipt says it, or by identifier. Doing it again is safe: the date of the first time stands.",
    body: { about: "Who leaves which dataset.", content: jsonOf(OwnWithdrawal) },
    answers: [{ status: 200, about: "A receipt for each person, signed: each a `tavolo-receipt+jws`.", content: [jsonOf(OwnReceipts)] }],
    refusals: [...own, "no-version", "key-destroyed", "conflict", "body-invalid", "media-type", "body-too-large"],
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
