/**
 * What a statement carries beside its partials: the manifests that they name by their digest, each once, and of the code lists that
 * those name by theirs what the question touches. Pure; looks at no signature.
 */
import { found } from "../../schemas/found.ts";
import type { Question, Statement } from "../../schemas/query.ts";
import { type Manifest, SignedManifest } from "../../schemas/release.ts";
import { peek, sha256 } from "../signing/jws.ts";
import { type CodeLists, digestOfLevel, listsOf, openedFor, withLists } from "./code-lists.ts";

interface Named {
  readonly manifest: Manifest;
  /** Its signed manifest, where the partial names it by its digest. */
  readonly beside?: string;
}

/** Undefined where every partial has its own manifest in it. */
export function carry(
  question: Pick<Question, "by" | "where">,
  answered: readonly Named[],
): Pick<Statement, "manifests" | "codes"> | undefined {
  const named = answered.flatMap(({ beside, manifest }) =>
    beside === undefined ? [] : [{ jws: beside, manifest }],
  );
  if (named.length === 0) return undefined;
  const levels = named.flatMap(({ jws, manifest }) =>
    openedFor(question, peek(jws, SignedManifest), manifest),
  );
  const codes = [...new Map(levels.map((level) => [digestOfLevel(level), level])).values()];
  const manifests = [...new Set(named.map(({ jws }) => jws))];
  return { manifests, ...(codes.length === 0 ? {} : { codes }) };
}

/** Manifests and code lists of a statement, by the digest of the manifest. */
export function carriedBy({
  manifests = [],
  codes = [],
}: Pick<Statement, "manifests" | "codes">): (
  digest: string,
) => { readonly jws: string; readonly lists: CodeLists } | undefined {
  const lists = listsOf(codes);
  const byDigest = new Map(manifests.map((jws) => [sha256(jws), { jws, lists }]));
  return (digest) => byDigest.get(digest);
}

/** The manifest that a partial of a statement has in it, or names. */
export function manifestsIn(statement: Statement): (named: string) => Manifest {
  const carried = carriedBy(statement);
  return (named) => {
    // a JWS has points in it, and a digest has none
    if (named.includes(".")) return withLists(peek(named, SignedManifest), new Map());
    const { jws, lists } = found(carried(named));
    return withLists(peek(jws, SignedManifest), lists);
  };
}
