/**
 * The closed table of every reason to say no. A caller learns the status and the sentence; whatever else is known
 * goes to the log as a code, never as data. A reason that is not in the table does not compile.
 */
export const refusals = {
  // who is asking
  "token-missing": { status: 401, title: "This call needs an access token" },
  "token-invalid": { status: 401, title: "The access token was not accepted" },
  "token-key-mismatch": {
    status: 401,
    title: "The token is bound to another key than the one that signed the question",
  },
  "assertion-invalid": { status: 401, title: "The client assertion was not accepted" },
  "signature-invalid": {
    status: 401,
    title: "A signature does not verify against the key it should",
  },
  "envelope-invalid": {
    status: 401,
    title: "The question did not come through the hub that this node trusts",
  },
  "unknown-member": { status: 404, title: "No member has this id" },
  "invitation-invalid": {
    status: 403,
    title: "The invitation is not good: unknown, used, expired, or for another member",
  },
  "integrity-invalid": {
    status: 401,
    title: "The Agid-JWT-Signature or its Digest was not accepted",
  },
  "tracking-invalid": { status: 401, title: "The Agid-JWT-TrackingEvidence was not accepted" },
  "proof-invalid": { status: 401, title: "The DPoP proof was not accepted" },
  "session-invalid": {
    status: 401,
    title: "The session was not accepted: it has ended, or is of another member, place or key",
  },
  "role-missing": {
    status: 403,
    title: "Whoever signed in does not have the role that this takes",
  },
  "signin-invalid": { status: 400, title: "The sign-in was not accepted; begin again at the page" },
  replayed: { status: 401, title: "This signed message was used before" },
  expired: { status: 401, title: "The message has expired, or is not valid yet" },
  // what they may ask
  "no-agreement": {
    status: 403,
    title: "No agreement in force covers this dataset for this member",
  },
  "agreement-suspended": { status: 403, title: "One of the parties has suspended the agreement" },
  "agreement-revoked": { status: 403, title: "One of the parties has revoked the agreement" },
  "agreement-state": { status: 409, title: "The agreement cannot take this step as it stands" },
  "calls-exhausted": {
    status: 429,
    title: "The calls of this day under the agreement are used up",
  },
  "purpose-denied": { status: 403, title: "No agreement covers this purpose" },
  "beyond-agreement": {
    status: 403,
    title: "The agreement does not cover a measure or dimension that was asked for",
  },
  // what can be asked
  "query-invalid": { status: 422, title: "The question is not in the form that questions have" },
  "unknown-dataset": { status: 404, title: "No member that was asked offers this dataset" },
  "unknown-period": { status: 404, title: "There is no release of this dataset for this period" },
  "unknown-field": { status: 422, title: "The dataset has no such measure" },
  "unknown-dimension": { status: 422, title: "The dataset has no such dimension" },
  "unknown-code": { status: 422, title: "The dimension has no such code" },
  "overlapping-codes": {
    status: 422,
    title: "Codes of one dimension overlap: one lies inside another",
  },
  "beyond-order": {
    status: 422,
    title: "The question crosses more dimensions than the measure is released for",
  },
  "release-overdue": {
    status: 503,
    title: "The next release of this dataset is overdue; it answers again once the release is made",
  },
  "not-found": { status: 404, title: "There is nothing at this address" },
  // how it is sent
  "body-too-large": { status: 413, title: "The body is over the limit" },
  "body-invalid": { status: 400, title: "The body cannot be read as what this call takes" },
  "headers-too-large": { status: 431, title: "The headers are over the limit" },
  "media-type": { status: 415, title: "This call takes another content type" },
  "not-acceptable": {
    status: 406,
    title: "This call does not answer in the format that was asked for",
  },
  "method-not-allowed": { status: 405, title: "This address does not take this method" },
  "too-many-calls": { status: 429, title: "Too many calls; wait a little" },
  // members as seen by the hub (data in an answer, not a failure of the request)
  unreachable: { status: 502, title: "The member's node did not answer" },
  "too-slow": { status: 504, title: "The member's node did not answer in time" },
  "answer-invalid": {
    status: 502,
    title: "The member's node answered something that is not a signed answer to this question",
  },
  // descriptors, files, releases
  "descriptor-invalid": {
    status: 422,
    title: "The descriptor is not in the form that descriptors have",
  },
  "descriptor-banned": {
    status: 422,
    title: "The descriptor asks for something that would void the privacy promise",
  },
  "policy-fixed": {
    status: 409,
    title: "The descriptor contradicts what was fixed for a period when it was first accepted",
  },
  "file-unreadable": { status: 422, title: "The file cannot be read" },
  "file-columns": {
    status: 422,
    title: "The file does not have the columns that the descriptor names",
  },
  "too-many-rejects": {
    status: 422,
    title: "Too many rows break the descriptor; nothing was stored",
  },
  "no-version": {
    status: 409,
    title: "There are no stored rows of this dataset; ingest a file first",
  },
  "rows-run-out": {
    status: 409,
    title: "Stored rows have run out and are not gone yet; nothing is computed from them",
  },
  "key-destroyed": {
    status: 409,
    title:
      "The key of this dataset's pseudonyms was destroyed: nobody can be found by identifier any more",
  },
  "not-due": { status: 409, title: "The calendar has no release due now" },
  "account-exceeded": {
    status: 409,
    title: "This release would pass the ceiling of the year's account",
  },
  "correction-refused": {
    status: 409,
    title: "One more release of this period cannot be signed for so",
  },
  "raise-refused": { status: 409, title: "The ceiling of this year cannot be raised so" },
  "revision-refused": { status: 409, title: "This is no revision of the release that is out" },
  "release-superseded": { status: 409, title: "Another process is making this release" },
  "cube-mismatch": {
    status: 500,
    title: "A stored cube does not match its signed manifest; it is not served",
  },
  "statement-invalid": { status: 422, title: "The statement does not verify" },
  "log-invalid": { status: 422, title: "The log does not verify" },
  "statement-too-large": {
    status: 413,
    title: "The statement is too large to be kept under a link",
  },
  // ours
  "log-damaged": { status: 500, title: "Something that the log once held is no longer there" },
  "log-unwritten": { status: 503, title: "What happened could not be recorded, so nothing leaves" },
  unavailable: { status: 503, title: "Something that this service stands on does not answer now" },
  conflict: { status: 409, title: "Somebody else changed this at the same time; try again" },
  internal: { status: 500, title: "Something went wrong here; the fault is not yours" },
} as const satisfies Record<string, { status: number; title: string }>;

export type Reason = keyof typeof refusals;

export const isReason = (text: string): text is Reason => Object.hasOwn(refusals, text);

/** What a refusal may tell its caller besides the sentence of the table: names from the question itself, or public facts. Never data. */
export interface Hint {
  /** One sentence that says what to do next. */
  readonly detail?: string;
  /** Faults of the body, by JSON pointer. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Seconds after which it is worth trying again, where that is known: becomes `Retry-After`, and is not in the body. */
  readonly retryAfter?: number;
}

/** Stops a request, or a command. Thrown once; turned into problem+json, or into one plain sentence, at one place. */
export class Refused extends Error {
  readonly reason: Reason;
  readonly hint: Hint;
  constructor(reason: Reason, hint: Hint | string = {}) {
    super(reason);
    this.name = "Refused";
    this.reason = reason;
    this.hint = typeof hint === "string" ? { detail: hint } : hint;
  }
  get status(): number {
    return refusals[this.reason].status;
  }
  get title(): string {
    return refusals[this.reason].title;
  }
}

/** The stable `type` of a refusal in problem+json (RFC 9457, section 3.1.1). */
export const problemType = (reason: Reason): string => `urn:tavolo:refusal:${reason}`;

/**
 * Ends a switch on a choice that safety hangs on: while a case is missing it does not compile, and a value that came around
 * the types is refused.
 */
export function unhandled(value: never, reason: Reason): never {
  throw new Refused(reason, `nothing here knows what to do with ${JSON.stringify(value)}`);
}
