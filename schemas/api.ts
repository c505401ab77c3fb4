/**
 * What an endpoint is declared with. One declaration is all that there is of it: routes.ts gathers them, and from it follow the
 * addresses of the local server and of API Gateway, OpenAPI and the reference, what functions/edge demands of a call, and which
 * `serve` a handler must have.
 */
import * as z from "zod";
import { formatNames, type TableFormat, tableFormats } from "./formats.ts";
import type { Reason } from "./refusal.ts";
import { Language } from "./words.ts";

export interface Parameter {
  readonly about: string;
  readonly schema: z.ZodType;
  readonly example?: string;
  readonly required?: boolean;
  /** May stand several times. */
  readonly many?: boolean;
}
/** `payload` names the schema of what is signed, where the content is a JWS. */
export interface Content {
  readonly type: string;
  readonly schema?: z.ZodType;
  readonly payload?: string;
  readonly binary?: boolean;
}
export interface Answer {
  readonly status: 200 | 201 | 204 | 303;
  readonly about: string;
  readonly content?: readonly Content[];
  readonly headers?: Readonly<Record<string, string>>;
}
/** The body of a call. `T` is what serves it is given: what `reads` makes of JSON; text where there is none. */
export interface Body<T> {
  readonly about: string;
  readonly content: Content;
  readonly reads?: z.ZodType<T>;
}

/** Where it answers: at a hub, at a node, or at both alike. */
export type Place = "hub" | "node";

/** Names of the functions that answer: of their Lambdas, and of their handlers in each server of one machine. */
export type Serves =
  | "token"
  | "query"
  | "answer"
  | "catalogue"
  | "members"
  | "agreements"
  | "status"
  | "log"
  | "statements"
  | "indicators"
  | "dashboard"
  | "owner"
  | "desk";

/** Chapters of the interface, in the order in which OpenAPI has them. */
export const TAGS = [
  "tokens",
  "questions",
  "releases",
  "catalogue",
  "members",
  "agreements",
  "about",
  "indicators",
  "owner",
  "log",
] as const;

/**
 * Who may call. `anybody`; `dpop`: a token of the hub and a proof of its key; `question`: a token, and a question signed with its key;
 * `assertion`: a client assertion and a proof; `signed`: what is sent is signed, and proves itself; `owner`: the node's own member, by a
 * token that its key signed, and a proof of that key. tests/refusals/strangers.test.ts calls each as somebody else.
 */
export type Caller = "anybody" | "dpop" | "question" | "assertion" | "signed" | "owner";

export interface Endpoint<
  Id extends string = string,
  S extends Serves = Serves,
  C extends Caller = Caller,
  T = unknown,
> {
  readonly at: Place | "both";
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly serves: S;
  readonly id: Id;
  readonly tag: (typeof TAGS)[number];
  readonly summary: string;
  readonly about?: string;
  readonly caller: C;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly takes?: Body<T>;
  readonly gives: readonly Answer[];
  /** The reasons that this call itself may give, besides `ALWAYS`. */
  readonly refusals: readonly Reason[];
  /** Calls are counted: replies carry the quota, and 429 is one of them. */
  readonly counted?: boolean;
}

/** One endpoint, declared. */
export const endpoint = <
  const Id extends string,
  const S extends Serves,
  const C extends Caller,
  T = undefined,
>(
  declared: Endpoint<Id, S, C, T>,
): Endpoint<Id, S, C, T> => declared;

/** What any call may be refused for. */
export const ALWAYS: readonly Reason[] = ["method-not-allowed", "headers-too-large", "internal"];

/** RFC 9457, as every error is answered. */
export const Problem = z.strictObject({
  type: z.string().max(200),
  title: z.string().max(200),
  status: z.number().int().min(400).max(599),
  detail: z.string().max(2000).optional(),
  errors: z
    .array(z.strictObject({ pointer: z.string().max(400), detail: z.string().max(400) }))
    .max(1000)
    .optional(),
  instance: z.string().max(400).optional(),
  /** At the token endpoint only (RFC 6749, 5.2). */
  error: z.string().max(60).optional(),
  error_description: z.string().max(200).optional(),
});

export const jose = (payload: string): Content => ({ type: "application/jose", payload });
export const jsonOf = (schema: z.ZodType): Content => ({ type: "application/json", schema });
export const jsonBody = <T>(about: string, reads: z.ZodType<T>): Body<T> => ({
  about,
  content: jsonOf(reads),
  reads,
});
export const textBody = (about: string, content: Content): Body<string> => ({ about, content });

/** Every form that figures are given in. */
export const TABLES: readonly Content[] = Object.values(tableFormats).map(({ type, binary }) =>
  binary ? { type, binary } : { type },
);

export const formatted = (
  ...first: readonly (TableFormat | "statement")[]
): Readonly<Record<string, Parameter>> => ({
  format: {
    about: "The format, where `Accept` cannot be set. It goes before `Accept`.",
    schema: z.enum([...new Set([...first, ...formatNames()])]),
  },
  lang: {
    about: "Language of titles, where a format has one; before `Accept-Language`.",
    schema: Language,
  },
});
