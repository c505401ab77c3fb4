/** Whether a node's answer is an answer to this question. The same check for the hub, at once, and for whoever verifies later. */
import { found } from "../../schemas/found.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { ObsStatus } from "../../schemas/obs-status.ts";
import { type Cell, type Figure, Partial, type Query } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type Manifest, type ReleasedField, SignedManifest } from "../../schemas/release.ts";
import { type CodeLists, withLists } from "../disclosure/code-lists.ts";
import { cellsOf, type Plan, planFor } from "../disclosure/figure-plan.ts";
import { rulesOfKind } from "../disclosure/kinds.ts";
import { type BoundedCache, boundedCache } from "../signing/bounded-cache.ts";
import { sameJson } from "../signing/equal.ts";
import { sha256, verifyCompact } from "../signing/jws.ts";

export interface Answer {
  readonly partial: Partial;
  readonly manifest: Manifest;
  /** The keys that signed: answering, and release. */
  readonly kids: { readonly answer: string; readonly release: string };
}

/** A manifest that a partial names by its digest, and the code lists that it names by theirs. */
export interface Beside {
  readonly jws: string;
  readonly lists: CodeLists;
}
/** Where such a manifest is found: what a hub knows of its member, or what a statement carries. */
type FindBeside = (digest: string) => Promise<Beside | undefined>;

/** In a partial that has its manifest in it there is nothing to find. */
const NO_LISTS: CodeLists = new Map();

/**
 * Checks both signatures, that partial, manifest and question name each other, and that the cells and figures are exactly
 * those asked for. Does not check a figure's value, deviation or mark: that takes the cube. Throws `Refused` answer-invalid.
 */
export async function checkPartial(
  partialJws: string,
  question: { readonly query: Query; readonly jws: string },
  member: DirectoryEntry,
  now: number,
  { beside, lasting = false }: { readonly beside: FindBeside; readonly lasting?: boolean },
): Promise<Answer> {
  try {
    const trust = { keys: member.keys, now, reason: "answer-invalid" } as const;
    const { kid: answer, ...partial } = await verifyCompact(
      partialJws,
      "tavolo-partial+jws",
      Partial,
      {
        ...trust,
        use: "answer",
        lasting,
      },
    );
    const { jws, lists } = await manifestNamed(partial.manifest, beside);
    const { kid: release, ...signed } = await manifestIn(jws, member, now);
    const manifest = withLists(signed, lists);
    if (!isAbout(partial, manifest, question, member.id)) throw new Refused("answer-invalid");
    if (!fits(partial.cells, planFor(question.query, manifest), manifest))
      throw new Refused("answer-invalid");
    return { partial, manifest, kids: { answer, release } };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // whatever is wrong with it, also that its manifest cannot answer this: it is not an answer
    throw new Refused("answer-invalid");
  }
}

/** A JWS has points in it, and a digest has none. Throws `Refused` answer-invalid. */
async function manifestNamed(named: string, beside: FindBeside): Promise<Beside> {
  if (named.includes(".")) return { jws: named, lists: NO_LISTS };
  const found = await beside(named);
  if (found === undefined || sha256(found.jws) !== named) throw new Refused("answer-invalid");
  return found;
}

type Verified = SignedManifest & { readonly kid: string };
const manifests = new WeakMap<DirectoryEntry, BoundedCache<Promise<Verified>>>();

/**
 * A manifest comes with every answer from its release, and its bytes never change: its signature is checked once under each entry
 * of its member, and a newer entry, whose keys may be others, is another object.
 */
function manifestIn(jws: string, member: DirectoryEntry, now: number): Promise<Verified> {
  const known = manifests.get(member) ?? boundedCache<Promise<Verified>>(100);
  manifests.set(member, known);
  return known.of(sha256(jws), () =>
    verifyCompact(jws, "tavolo-release+jws", SignedManifest, {
      keys: member.keys,
      use: "release",
      now,
      lasting: true,
      reason: "answer-invalid",
    }),
  );
}

function isAbout(
  partial: Partial,
  manifest: Manifest,
  { query, jws }: { query: Query; jws: string },
  member: string,
): boolean {
  const { dataset, period } = query;
  const { id, cube, number, kind } = manifest;
  return (
    partial.iss === member &&
    manifest.iss === member &&
    partial.query === sha256(jws) &&
    partial.release === id &&
    partial.cube === cube &&
    (partial.receipt === undefined || partial.receipt.log === member) &&
    id === `${member}/${dataset}/${period}/${number}` &&
    manifest.dataset === dataset &&
    manifest.period === period &&
    isGround(partial.agreement, query, member, kind)
  );
}

/** Whether the ground that the node names can be the ground here. */
function isGround(
  agreement: string,
  { iss, dataset }: Query,
  member: string,
  kind: Manifest["kind"],
): boolean {
  if (agreement === "own") return iss === member;
  if (agreement === "public") return rulesOfKind(kind).access === "anybody";
  return agreement.startsWith(`${iss}/${member}/${dataset}/`);
}

/** Every combination of codes once, and in each the planned figures in their order. */
function fits(cells: readonly Cell[], plan: Plan, manifest: Manifest): boolean {
  const expected = cellsOf(plan);
  return (
    cells.length === expected.length &&
    cells.every(({ by }, at) => sameJson(by, expected[at])) &&
    cells.every((cell) => isWhole(cell, plan, manifest))
  );
}

/** Every planned field is in a cell: its figure, in their order, or that there is none, as the manifest says that there may be. */
function isWhole({ figures, none = [] }: Cell, plan: Plan, manifest: Manifest): boolean {
  const missing = new Set(none.map(({ field }) => field));
  const there = plan.figures.filter(({ id }) => !missing.has(id));
  return (
    missing.size === none.length &&
    there.length + missing.size === plan.figures.length &&
    figures.length === there.length &&
    figures.every((figure, at) => isOf(figure, found(there[at]), manifest)) &&
    none.every(({ status, revised }) => isSaid(manifest, status, revised))
  );
}

/** Only what a manifest names can be said of its figures. */
const isSaid = (
  { statuses = [], revision }: Manifest,
  status: ObsStatus | undefined,
  revised: true | undefined,
): boolean =>
  (status === undefined || statuses.includes(status)) &&
  (revised === undefined || revision !== undefined || statuses.includes("R"));

/** A node's own sum has no covariance with its count: the noise of two fields is independent. */
function isOf(
  figure: Figure,
  { id, kind, grid, of, mid }: ReleasedField,
  manifest: Manifest,
): boolean {
  if (!isSaid(manifest, figure.status, figure.revised)) return false;
  // a grid that does not divide one cannot be added to others
  if (figure.grid !== grid || grid > 1 || Math.abs(1 / grid - Math.round(1 / grid)) > 1e-6)
    return false;
  if ("count" in figure) return kind === "count" && figure.count === id;
  return (
    kind === "sum" &&
    figure.sum === id &&
    figure.of === of &&
    figure.mid === mid &&
    figure.cov === undefined
  );
}
