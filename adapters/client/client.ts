/**
 * The typed client, for Node and for browsers: from a member's key to a verified answer. It trusts the signatures of members and not
 * what comes over the line: a statement that does not verify is never handed out.
 */
import type * as z from "zod";
import { rulesOfKind } from "../../functions/disclosure/kinds.ts";
import { readDirectory } from "../../functions/members/directory-file.ts";
import { peek, sha256, verifyCompact } from "../../functions/signing/jws.ts";
import type { Report } from "../../functions/statements/verify.ts";
import { DatasetsResponse, type Offers } from "../../schemas/catalogue.ts";
import type { CubeFormat } from "../../schemas/formats.ts";
import type { Indicator, IndicatorList } from "../../schemas/indicator.ts";
import { DirectoryEntry, DirectoryFile } from "../../schemas/member.ts";
import type { Clock } from "../../schemas/ports.ts";
import type { ListedPractice } from "../../schemas/practice.ts";
import { type Question, Statement } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type Manifest, type ReleaseCodes, SignedManifest } from "../../schemas/release.ts";
import {
  type Asker,
  bytesOf,
  cubeQuery,
  questionOf,
  releaseUrl,
  sendProved,
  sendQuestion,
  signQuestion,
} from "./asking.ts";
import type { Figure } from "./figures.ts";
import { patiently, send } from "./http.ts";
import {
  acceptIndicators,
  type Card,
  type Compare,
  type Compared,
  compareWith,
  proposeIndicator,
  publishPractice,
  readIndicators,
  readPractices,
} from "./indicators.ts";
import { type Key, signerOf } from "./signer.ts";
import { tokensOf } from "./tokens.ts";

export type { Card, Compare, Compared, Figure, Key, Report };
export { Refused };

export interface Connection {
  /** Where the hub answers; in a page that the hub serves: `location.origin`. */
  readonly hub: string;
  /** Who asks, and the key of its directory entry. Without them only what is public can be read. */
  readonly member?: string;
  readonly key?: Key;
  /** The member's word that `key` may ask for it, where that is a browser's and not the member's own (docs/how-to/sign-in-with-openid.md). */
  readonly session?: string;
  /** A directory that was checked before (`tavolo members --save FILE`). Unless given, the hub's own is believed, as of the first call. */
  readonly directory?: DirectoryFile;
  /** Seconds since 1970; the machine's unless given. */
  readonly clock?: Clock;
}

/** A question as a program writes it. `by` and `where` may be left out. */
export type Ask = z.input<typeof Question>;

export interface Answer {
  /** The statement as the hub signed it: what to keep. */
  readonly jws: string;
  readonly statement: Statement;
  readonly figures: readonly Figure[];
  /** What was checked, and on which keys the verdict rests. */
  readonly report: Report;
  /** Where it can be read for at most 30 days by whoever has the address, if that was asked for. */
  readonly link?: string;
}

export interface Download {
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  /** The manifest as the node signed it. */
  readonly manifestJws: string;
  /** The code lists that it names by their digest, where there are any. */
  readonly codes?: ReleaseCodes;
}

interface Options {
  readonly signal?: AbortSignal;
}

export interface Client {
  members(): Promise<readonly DirectoryEntry[]>;
  datasets(): Promise<readonly Offers[]>;
  /** Definitions with the members that accept them, as they signed it. Throws `Refused` signature-invalid. */
  indicators(): Promise<IndicatorList["indicators"]>;
  /** An indicator, member beside member: figures with intervals, groups, trends, sentences. Throws `Refused` as `ask` does. */
  compare(indicator: string, wanted: Compare): Promise<Compared>;
  /** Practice cards, as their members signed them. Throws `Refused` signature-invalid. */
  practices(of?: {
    readonly indicator?: string;
    readonly member?: string;
  }): Promise<readonly ListedPractice[]>;
  /** Proposes a definition, with this member's own key. Throws `Refused` conflict where that version is another one already. */
  propose(definition: Indicator): Promise<void>;
  /** Says all that this member accepts: it stands for everything that it accepted before. */
  accept(definitions: readonly Indicator[]): Promise<void>;
  /** Hangs a practice card on an indicator, or its next version. Throws `Refused` conflict. */
  publish(card: Card): Promise<void>;
  /** Throws `Refused`: as the hub said; statement-invalid where what came does not verify. */
  ask(question: Ask, options?: Options & { readonly keep?: boolean }): Promise<Answer>;
  /** Checks a statement, from whomever it came. With cubes (Parquet) the figures are recomputed. Throws `Refused` statement-invalid. */
  verify(
    jws: string,
    options?: { readonly cubes?: readonly Uint8Array[] },
  ): Promise<Omit<Answer, "link">>;
  /** Takes a release (`member/dataset/period/number`) from its node. A CSV is the node's rendering: only Parquet has the signed digest. */
  download(
    release: string,
    options?: Options & { readonly purposeId?: string; readonly format?: CubeFormat },
  ): Promise<Download>;
  /** Takes a link back. Throws `Refused`. */
  unlink(link: string): Promise<void>;
}

const machine: Clock = () => Math.floor(Date.now() / 1000);

/** Reads the directory, once. Throws `Refused` unreachable or signature-invalid; `TypeError` where the key is none. */
export async function connect({
  hub,
  member,
  key,
  session,
  directory,
  clock = machine,
}: Connection): Promise<Client> {
  const url = hub.replace(/\/+$/, "");
  const read = async (path: string): Promise<unknown> =>
    (await patiently(() => send(`${url}${path}`))).json();
  /** Everybody whose signatures can be met, with every key so far. What was known before is followed, not replaced. */
  let known: readonly DirectoryEntry[] = [];
  async function refresh(): Promise<readonly DirectoryEntry[]> {
    const file = directory ?? DirectoryFile.parse(await read("/v1/members"));
    known = await readDirectory(file, known);
    const listed = new Set(file.entries.map((jws) => peek(jws, DirectoryEntry).id));
    return known.filter(({ id }) => listed.has(id));
  }
  /** What was read just now is handed out once, without being read again. */
  let first: readonly DirectoryEntry[] | undefined = await refresh();
  const members = async (): Promise<readonly DirectoryEntry[]> => {
    const now = first ?? (await refresh());
    first = undefined;
    return now;
  };
  const operator = operatorIn(known);
  const under = session === undefined ? {} : { session };
  const asker: Asker | undefined =
    member === undefined || key === undefined
      ? undefined
      : { hub: { id: operator, url }, member, signer: await signerOf(key), ...under, clock };
  const signedIn = (): Asker => {
    if (asker === undefined)
      throw new Refused("token-missing", "connect with a member and its key");
    return asker;
  };
  let kept: ReturnType<typeof tokensOf> | undefined;
  const tokensHere = () => {
    kept ??= tokensOf(signedIn());
    return kept;
  };

  /** A call under a token that is kept: where that is refused, once more under a fresh one. */
  async function authorised<T>(
    call: (token: string) => Promise<T>,
    purposeId?: string,
    resource?: string,
    signal?: AbortSignal,
  ): Promise<T> {
    const tokens = tokensHere();
    const once = () =>
      patiently(async () => call(await tokens.for(purposeId, resource, signal)), signal);
    return once().catch((error: unknown) => {
      if (
        !(error instanceof Refused) ||
        (error.reason !== "token-invalid" && error.reason !== "expired")
      )
        throw error;
      tokens.forget();
      return once();
    });
  }

  async function verify(jws: string, cubes: readonly Uint8Array[] = []) {
    // what verifies and what reads is needed with the first answer, and no page waits for it before
    const [{ verifyStatement }, { figuresOf }] = await Promise.all([
      import("../../functions/statements/verify.ts"),
      import("./figures.ts"),
    ]);
    const check = () =>
      verifyStatement(jws, {
        directory: known,
        hub: operator,
        now: clock(),
        cubes: new Map(cubes.map((bytes) => [sha256(bytes), bytes])),
      });
    // a member may have changed its keys since: what was handed in is not looked up again
    const report = await check().catch(async (error: unknown) => {
      if (directory !== undefined || !(error instanceof Refused)) throw error;
      await refresh();
      return check();
    });
    const statement = peek(jws, Statement);
    return { jws, statement, figures: figuresOf(statement), report };
  }

  async function ask(
    question: Ask,
    { keep = false, signal }: Options & { readonly keep?: boolean } = {},
  ): Promise<Answer> {
    const asked = questionOf(question);
    let sent = "";
    const put = async (token: string) => {
      sent = await signQuestion(signedIn(), asked);
      return sendQuestion(signedIn(), token, sent, { keep, signal });
    };
    const response = await authorised(put, asked.purposeId, undefined, signal);
    const answer = await verify(await response.text());
    // another statement that verifies, of last year say, is no answer
    if (answer.statement.query !== sent)
      throw new Refused(
        "statement-invalid",
        "this does not hold: it answers the question that was sent",
      );
    const link = response.headers.get("location");
    return link === null ? answer : { ...answer, link: new URL(link, `${url}/`).href };
  }
  const line = {
    read,
    members: async () => known,
    now: clock,
    ask: (question: Question, signal?: AbortSignal) => ask(question, signal ? { signal } : {}),
  };

  return {
    members,
    datasets: async () => DatasetsResponse.parse(await read("/v1/datasets")).members,
    indicators: () => readIndicators(line),
    compare: (indicator, wanted) => compareWith(line, signedIn().member, indicator, wanted),
    practices: (of = {}) => readPractices(line, of),
    propose: (definition) => proposeIndicator(signedIn(), definition),
    accept: (definitions) => acceptIndicators(signedIn(), definitions),
    publish: (card) => publishPractice(signedIn(), card),
    ask,
    verify: (jws, { cubes } = {}) => verify(jws, cubes),
    async download(release, { purposeId, format = "parquet", signal } = {}) {
      const node = known.find(({ id }) => id === release.split("/")[0]);
      if (node?.url === undefined)
        throw new Refused("unknown-member", `${release.split("/")[0]} runs no node`);
      const at = releaseUrl(node.url, release);
      const manifestJws = await (
        await patiently(() => send(`${at}/manifest`, { signal: signal ?? null }), signal)
      ).text();
      const trust = {
        keys: node.keys,
        use: "release",
        now: clock(),
        lasting: true,
        reason: "answer-invalid",
      } as const;
      const { kid: _, ...signed } = await verifyCompact(
        manifestJws,
        "tavolo-release+jws",
        SignedManifest,
        trust,
      );
      if (signed.id !== release)
        throw new Refused("answer-invalid", "the manifest is of another release");
      const { fileOf, listsIn, withLists } = await import(
        "../../functions/disclosure/code-lists.ts"
      );
      const codes = async () => {
        const given = await patiently(
          () => send(`${at}/codes`, { signal: signal ?? null }),
          signal,
        );
        return new Uint8Array(await given.arrayBuffer());
      };
      const lists = await listsIn(signed, codes);
      const manifest = withLists(signed, lists);
      const { query = "" } = cubeQuery(format);
      const take = (token: string) =>
        sendProved(signedIn(), token, `${at}/cube`, "GET", { query, signal });
      const open = () => send(`${at}/cube${query}`, { signal: signal ?? null });
      const taken =
        rulesOfKind(manifest.kind).access === "anybody"
          ? patiently(open, signal)
          : authorised(take, purposeId, node.id, signal);
      const bytes = await bytesOf(await taken);
      if (format === "parquet" && manifest.cube !== sha256(bytes))
        throw new Refused("cube-mismatch");
      return { bytes, manifest, manifestJws, ...(lists.size > 0 ? { codes: fileOf(lists) } : {}) };
    },
    async unlink(link) {
      if (!link.startsWith(`${url}/v1/statements/`))
        throw new Refused("not-found", "the link is of another hub");
      await authorised((token) => sendProved(signedIn(), token, link, "DELETE"));
    },
  };
}

function operatorIn(members: readonly DirectoryEntry[]): string {
  const operator = members.find(({ roles }) => roles.includes("operator"));
  if (operator === undefined)
    throw new Refused("unknown-member", "the directory names no operator, whose hub this would be");
  return operator.id;
}
