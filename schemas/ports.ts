/**
 * The outside world as the logic sees it: small interfaces, implemented in adapters/ and handed in at the edge.
 * Types only; nothing here runs.
 */
import type { FileFormat } from "./file-format.ts";
import type { Announced } from "./release.ts";
import type { CodeTree, PublicJwk } from "./words.ts";

/** Seconds since 1970, read once a request and passed down. */
export type Clock = () => number;

/** An item of a member's table. `revision` grows; `expiresAt` (seconds) is honoured by the code, TTL only sweeps. */
export interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly body: unknown;
  readonly revision: number;
  readonly expiresAt?: number;
}

/** When a write may happen. Everything that must not race is one conditional write of one item. */
export type Condition =
  | { readonly kind: "absent" }
  | { readonly kind: "absent-or-expired"; readonly now: number }
  | { readonly kind: "revision"; readonly is: number }
  | { readonly kind: "revision-below"; readonly than: number };

/** One DynamoDB table a member: gets, conditional puts and queries by key; no scans, no transactions. */
export interface Store {
  get(pk: string, sk: string): Promise<Item | undefined>;
  /** Items of one partition by their `sk`, in one call; those that are not there are left out. */
  getMany(pk: string, sks: readonly string[]): Promise<readonly Item[]>;
  /** Resolves with false where the condition does not hold. Rejects where the store cannot be reached. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  delete(pk: string, sk: string): Promise<void>;
  /** Items of one partition in the order of `sk`. */
  query(
    pk: string,
    options?: { readonly prefix?: string; readonly limit?: number },
  ): AsyncIterable<Item>;
}

/** Files, whole. A write is atomic: readers see all of it or nothing. Paths are relative, with `/`. */
export interface Blobs {
  read(path: string): Promise<Uint8Array | undefined>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  delete(path: string): Promise<void>;
  list(prefix: string): Promise<string[]>;
  /** A path of the local file system at which an engine can read the blob. */
  local(path: string): Promise<string>;
}

/** Signs with a key that never leaves its keeper. */
export interface Signer {
  readonly kid: string;
  readonly jwk: PublicJwk;
  /** ECDSA P-256 with SHA-256 over the bytes, as R || S (RFC 7518, 3.4). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A row as its file has it: text, or null for "no value". `line` counts from 1, the header included where there is one. */
export interface RawRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string | null>>;
  /** Set where the row could not be taken apart: it is a reject by this rule. */
  readonly broken?: "columns" | "quote" | "encoding";
}

/** Yields rows. Throws `Refused` file-unreadable or file-columns. Reads only the columns asked for. */
export type Source = (
  file: string,
  format: FileFormat,
  columns: readonly string[],
) => AsyncIterable<RawRow>;

/**
 * A file before anybody has said how it is written: bytes of text (unzipped), or cells whose numbers have no manner of their own.
 * `whole` where nothing of it was left out.
 */
export type Sample =
  | {
      readonly kind: "bytes";
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly whole: boolean;
    }
  | {
      readonly kind: "cells";
      readonly name: string;
      readonly format: FileFormat["format"];
      readonly rows: readonly (readonly string[])[];
      /** The first row names the columns, and all others are rows; else that is to be found out. */
      readonly named?: true;
      readonly whole: boolean;
    };

/** Rows at rest, after generalising: one Parquet file, see docs/reference/storage.md. */
export interface VersionColumns {
  readonly dimensions: readonly string[];
  readonly family: boolean;
  /** Columns of measures: integers of their grid. */
  readonly measures: readonly string[];
}
export interface VersionRow {
  readonly subject: string;
  readonly period: string;
  /** Days since 1970-01-01 on which the row begins; 0 where the dataset has no such column. */
  readonly start: number;
  /** Leaf codes, in the order of `VersionColumns.dimensions`. */
  readonly codes: readonly string[];
  readonly family: string | null;
  /** Integers of the grid in the order of `VersionColumns.measures`; null where absent. */
  readonly measures: readonly (number | null)[];
}
/** Writes a version's Parquet file; the same rows in the same order give the same bytes. */
export interface VersionWriter {
  write(
    path: string,
    columns: VersionColumns,
    rows: AsyncIterable<VersionRow> | Iterable<VersionRow>,
  ): Promise<void>;
  /** The same file without the rows of some subjects, for a withdrawal; changed besides as `also` says, which comes first. */
  without(
    from: string,
    to: string,
    subjects: readonly string[],
    also?: VersionChange,
  ): Promise<void>;
  /** The least `start` of a file, in days; undefined where it has no rows. */
  earliest(path: string): Promise<number | undefined>;
}
/** What else becomes of a version's rows when it is written anew. */
interface VersionChange {
  /** Another name for each subject: a pseudonym under a new key. */
  readonly rename?: (subject: string) => string;
  /** Rows of these periods have run out. */
  readonly periods?: readonly string[];
  /** So have rows that began before this day (since 1970-01-01). */
  readonly startBefore?: number;
}

/** Where the rows of a version lie. An engine reads the kinds that it knows, and refuses every other. */
export type RowsAt = {
  readonly kind: "parquet";
  /** A file of this machine, as `VersionWriter` writes it. */
  readonly path: string;
};

/** What the engine is asked for: everything about one release that it must know, and no more. */
export interface CrossRequest {
  readonly rows: RowsAt;
  readonly period: string;
  /** `subject`: one row a subject; `row`: every row counts for itself (statistics, registers). */
  readonly per: "subject" | "row";
  /** Subjects who withdrew since the version was written. */
  readonly withdrawn: readonly string[];
  readonly dimensions: readonly { readonly id: string; readonly codes: readonly string[] }[];
  readonly family?: { readonly codes: readonly string[]; readonly atMost: number };
  readonly derived: readonly CrossDerived[];
  readonly fields: readonly CrossField[];
}

/** A day since 1970-01-01: the least or greatest of a measure over a subject's rows (`open` stands in for null), or one for all. */
export type CrossMoment =
  | { readonly measure: string; readonly pick: "first" | "last"; readonly open?: number }
  | { readonly day: number };
/** A value of one subject's own rows. Fields name it as their measure, `=` and the id. */
export type CrossDerived =
  | {
      readonly id: string;
      readonly kind: "days";
      readonly from: CrossMoment;
      readonly to: CrossMoment;
    }
  | { readonly id: string; readonly kind: "gap"; readonly start: string; readonly end: string }
  | { readonly id: string; readonly kind: "change"; readonly measure: string }
  | {
      readonly id: string;
      readonly kind: "overlap";
      readonly of: readonly [string, string];
      readonly start: string;
      readonly end: string;
    };
/** A field as a rule on one subject's own rows. Integers are of the field's grid. */
export type CrossField =
  | { readonly id: string; readonly kind: "any" }
  | { readonly id: string; readonly kind: "code"; readonly code: string }
  | { readonly id: string; readonly kind: "both"; readonly of: readonly [string, string] }
  | {
      readonly id: string;
      readonly kind: "when";
      readonly measure: string;
      readonly combine: "sum" | "max";
      readonly above: number;
    }
  | {
      readonly id: string;
      readonly kind: "band";
      readonly measure: string;
      readonly combine: "sum" | "max";
      /** At least this, and below that; absent where the band is open. */
      readonly from?: number;
      readonly below?: number;
    }
  /** Who is counted by the field `of` and has a value. */
  | { readonly id: string; readonly kind: "known"; readonly measure: string; readonly of: string }
  | { readonly id: string; readonly kind: "count"; readonly measure: string }
  | {
      readonly id: string;
      readonly kind: "sum";
      readonly measure: string;
      readonly combine: "sum" | "max";
      /** Id of the count field that says who contributes. */
      readonly of: string;
      /** Lower and upper bound and midpoint in grid units; absent where the method is `none`. */
      readonly clip?: { readonly low: number; readonly high: number; readonly mid: number };
    };
/** The sparse cross: combinations of leaf codes that occur, each with the exact integer of every field (counts in persons). */
export interface Cross {
  readonly rows: readonly {
    readonly codes: readonly string[];
    readonly values: readonly number[];
  }[];
}
/** One pushed-down statement. Every engine gives the same cross: adapters/engine/engine.contract.ts says which. */
export interface Engine {
  cross(request: CrossRequest): Promise<Cross>;
}

/** A released cube as a table, column by column. */
export interface CubeTable {
  /** Codes, `_T` where summed over; a column a dimension. */
  readonly dimensions: readonly { readonly id: string; readonly codes: readonly string[] }[];
  readonly field: readonly string[];
  /** In units (persons, hours, euro); null where the source says that there is none. */
  readonly value: readonly (number | null)[];
  readonly sd: readonly (number | null)[];
  readonly obsStatus: readonly string[];
  readonly confStatus: readonly string[];
  /** Of a revision, or where the source says so: which figures are others than before. */
  readonly revised?: readonly boolean[];
}
/** Writes Parquet bytes; the same table gives the same bytes. */
export interface CubeWriter {
  write(table: CubeTable, metadata: Readonly<Record<string, string>>): Promise<Uint8Array>;
}

/** Whoever says who a person is (OpenID Connect). Rejects with `Refused` unavailable. */
export interface IdentityProvider {
  /** Where the person's browser is sent. */
  address(request: SigninSecrets): Promise<string>;
  /**
   * What the provider says of the person who came back with this query: verified, of this sign-in, for this client. Rejects with
   * `Refused` signin-invalid besides.
   */
  claims(search: string, expected: SigninSecrets): Promise<Readonly<Record<string, unknown>>>;
}
export interface SigninSecrets {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636. */
  readonly verifier: string;
}

/** A member's own line to its hub, and to nodes that it has agreements with: public things in JSON. Rejects as `Peer` does. */
export interface MemberLine {
  get(url: string): Promise<unknown>;
  post(url: string, body: object): Promise<unknown>;
}

/** The hub's line to a node. Rejects with `Refused`: unreachable, too-slow, answer-invalid or the node's own reason. */
export interface Peer {
  ask(url: string, envelope: string, signal: AbortSignal): Promise<string>;
  /** Signed manifests, and which releases are announced. */
  catalogue(
    url: string,
    signal: AbortSignal,
  ): Promise<{ readonly manifests: readonly string[]; readonly next: readonly Announced[] }>;
  /** The code lists that the manifest of a release (`member/dataset/period/number`) names by their digest. */
  codes(url: string, release: string, signal: AbortSignal): Promise<readonly CodeTree[]>;
  /** The signed account of a year. */
  account(url: string, year: string, signal: AbortSignal): Promise<string>;
}
