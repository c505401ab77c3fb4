/**
 * What somebody outside can find out about a log: whether all that it shows is what its signed head says, begins with what an
 * earlier head said, and holds what its receipts promise. Pure: what was fetched is handed in.
 */
import * as z from "zod";
import type { Inclusion, LogEntries, TreeHead } from "../../schemas/log.ts";
import { Partial, Query, type Receipt, Statement } from "../../schemas/query.ts";
import { peek, sha256 } from "../signing/jws.ts";
import { leafOf } from "./append.ts";
import { treeHead, verifyInclusion } from "./merkle.ts";

type Entries = LogEntries["entries"];

/** Faults of a whole log, a sentence each; none where it is what its head says. */
export function faultsOf(head: TreeHead, entries: Entries): string[] {
  const faults = entries.flatMap(({ stored, leaf }, index) => {
    if (stored === null) return [`entry ${index} is missing`];
    if (leaf === null) return [`the tree has lost its hash of entry ${index}`];
    return stored === leaf ? [] : [`entry ${index} was changed`];
  });
  if (entries.length !== head.size)
    return [...faults, `the head is of ${head.size} entries, and ${entries.length} are shown`];
  const leaves = entries.map(({ leaf }) => leaf ?? "");
  if (treeHead(leaves) !== head.root)
    faults.push("the hashes of the tree are not those that the head was signed over");
  return faults;
}

/** Faults of a log beside an earlier head of it: what was there then must be its beginning now. */
export function faultsSince(earlier: TreeHead, head: TreeHead, entries: Entries): string[] {
  const then = `the head of ${new Date(earlier.iat * 1000).toISOString().slice(0, 19)}Z`;
  if (earlier.log !== head.log) return [`the earlier head is of the log of ${earlier.log}`];
  if (earlier.size > head.size)
    return [`the log was cut off: ${then} had ${earlier.size} entries, and there are ${head.size}`];
  const leaves = entries.slice(0, earlier.size).map(({ leaf }) => leaf ?? "");
  return treeHead(leaves) === earlier.root
    ? []
    : [`the first ${earlier.size} entries are not those of ${then}`];
}

/** A receipt, and what the entry must say that it is for. */
export interface Claim {
  readonly receipt: Receipt;
  readonly says: Readonly<Record<string, string>>;
}

/** Every receipt in a signed statement: the hub's for the question, and each node's for its answer. */
export function claimsIn(jws: string): Claim[] {
  const { receipt, query, outcomes } = peek(jws, Statement);
  const { jti, iss, dataset, period } = peek(query, Query);
  const answers = outcomes.flatMap((outcome): Claim[] => {
    const partial = "partial" in outcome ? peek(outcome.partial, Partial) : undefined;
    if (partial?.receipt === undefined) return [];
    return [
      {
        receipt: partial.receipt,
        says: { kind: "answer", query: sha256(query), consumer: iss, release: partial.release },
      },
    ];
  });
  return [{ receipt, says: { kind: "query", jti, consumer: iss, dataset, period } }, ...answers];
}

const Entry = z.looseObject({ v: z.literal(1), kind: z.string() });

/** Faults of one receipt beside the proof that the log gave for it; `proof` is undefined where it knows no such entry. */
export function faultsOfClaim(
  { receipt: { entry: id, leaf }, says }: Claim,
  head: TreeHead,
  proof: Inclusion | undefined,
): string[] {
  const name = `the receipt ${id}`;
  if (proof === undefined) return [`${name} is for an entry that the log does not have`];
  if (
    proof.leaf !== leaf ||
    proof.size !== head.size ||
    !verifyInclusion(leaf, proof.index, head.size, proof.path, head.root)
  )
    return [`${name} is for an entry that is not in the tree of the head`];
  if (
    proof.entry === undefined ||
    proof.salt === undefined ||
    leafOf(proof.salt, proof.entry) !== leaf
  )
    return [`${name} is for entry ${proof.index}, which is not shown as it was logged`];
  const said: Record<string, unknown> = Entry.parse(JSON.parse(proof.entry));
  const other = Object.keys(says).filter((fact) => said[fact] !== says[fact]);
  return other.length === 0
    ? []
    : [`${name} is for entry ${proof.index}, which says something else: ${other.join(", ")}`];
}
