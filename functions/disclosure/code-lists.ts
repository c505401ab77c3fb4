/**
 * Code lists that go by their digest, and parts of them that prove to be parts. The digest of a level is the SHA-256 of its JSON in
 * which what lies below a code stands as its own digest; a level of more than 64 codes stands as the digests of blocks of 64. So a
 * list of thousands is opened at the codes that an answer touches, and whatever stays closed is one digest. Pure.
 */

import { byOf, type Question } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type Manifest, ReleaseCodes, type SignedManifest } from "../../schemas/release.ts";
import type { Axis, CodeTree, OpenedCode, OpenedLevel } from "../../schemas/words.ts";
import { sha256 } from "../signing/jws.ts";
import { codesAt, treeOf } from "./axes.ts";

/** Codes in a block of a level that has more. */
const BLOCK = 64;
/** Bytes of JSON from which a list goes by its digest. */
const LONG = 4000;

/** Lists by their digest: whole, or opened in part. */
export type CodeLists = ReadonlyMap<string, CodeTree>;

const blocksOf = (codes: readonly OpenedCode[]): readonly OpenedCode[][] =>
  Array.from({ length: Math.ceil(codes.length / BLOCK) }, (_, at) =>
    codes.slice(at * BLOCK, (at + 1) * BLOCK),
  );

/** A whole list, everything open. */
export function opened(codes: CodeTree): OpenedLevel {
  const level = codes.map(
    (entry): OpenedCode => (typeof entry === "string" ? entry : [entry[0], opened(entry[1])]),
  );
  return level.length <= BLOCK ? level : { size: level.length, blocks: blocksOf(level) };
}

const isBlocks = (level: OpenedLevel): level is Exclude<OpenedLevel, readonly unknown[]> =>
  "blocks" in level;
const said = (codes: readonly OpenedCode[]) =>
  codes.map((entry) =>
    typeof entry === "string" || typeof entry[1] === "string"
      ? entry
      : [entry[0], digestOfLevel(entry[1])],
  );
const digestOfBlock = (block: readonly OpenedCode[]) => sha256(JSON.stringify(said(block)));

/** The same whatever of it is open. */
export function digestOfLevel(level: OpenedLevel): string {
  if (!isBlocks(level)) return digestOfBlock(level);
  const blocks = level.blocks.map((one) => (typeof one === "string" ? one : digestOfBlock(one)));
  return sha256(JSON.stringify({ size: level.size, blocks }));
}
export const digestOfCodes = (codes: CodeTree): string => digestOfLevel(opened(codes));

const touched = (codes: readonly OpenedCode[], shown: ReadonlySet<string>): boolean =>
  codes.some(
    (entry) =>
      shown.has(typeof entry === "string" ? entry : entry[0]) ||
      (typeof entry !== "string" && typeof entry[1] !== "string" && touches(entry[1], shown)),
  );
const touches = (level: OpenedLevel, shown: ReadonlySet<string>): boolean =>
  isBlocks(level)
    ? level.blocks.some((one) => typeof one !== "string" && touched(one, shown))
    : touched(level, shown);

/** Closes what has none of the codes in it. */
export function closed(level: OpenedLevel, shown: ReadonlySet<string>): OpenedLevel {
  if (!isBlocks(level)) return closedBlock(level, shown);
  const blocks = level.blocks.map((one) => {
    if (typeof one === "string") return one;
    return touched(one, shown) ? closedBlock(one, shown) : digestOfBlock(one);
  });
  return { size: level.size, blocks };
}
const closedBlock = (
  codes: readonly OpenedCode[],
  shown: ReadonlySet<string>,
): readonly OpenedCode[] =>
  codes.map((entry) => {
    if (typeof entry === "string" || typeof entry[1] === "string") return entry;
    const [code, below] = entry;
    return [code, touches(below, shown) ? closed(below, shown) : digestOfLevel(below)] as const;
  });

/** Stands for a code in a block that is closed: it counts as a sibling, and nobody can ask for it. */
const CLOSED = "";

/** What is open of a list, as a list: closed blocks as so many codes without a name, and closed levels as nothing below. */
export function codesIn(level: OpenedLevel): CodeTree {
  if (!isBlocks(level)) return level.map(codeIn);
  const { size, blocks } = level;
  return blocks.flatMap((one, at) =>
    typeof one === "string"
      ? Array<string>(Math.min(BLOCK, Math.max(0, size - at * BLOCK))).fill(CLOSED)
      : one.map(codeIn),
  );
}
const codeIn = (entry: OpenedCode): CodeTree[number] =>
  typeof entry === "string"
    ? entry
    : typeof entry[1] === "string"
      ? entry[0]
      : [entry[0], codesIn(entry[1])];

/** Opened lists by their digest, as a reader uses them. */
export const listsOf = (levels: readonly OpenedLevel[]): CodeLists =>
  new Map(levels.map((level) => [digestOfLevel(level), codesIn(level)]));

/** An axis as a manifest says it: a long list by its digest. */
export const signedAxis = (axis: Axis): SignedManifest["axes"][number] =>
  isLong(axis) ? { ...axis, codes: digestOfCodes(axis.codes) } : axis;
export const isLong = ({ codes }: Axis): boolean => JSON.stringify(codes).length > LONG;

/** The digests of lists that a manifest names and that are not among these. */
export const missingFrom = (lists: CodeLists, { axes }: SignedManifest): string[] =>
  axes.flatMap(({ codes }) => (typeof codes === "string" && !lists.has(codes) ? [codes] : []));

/** Lists as they lie beside a cube. */
export const fileOf = (lists: CodeLists): ReleaseCodes => ({ v: 1, codes: [...lists.values()] });

/** The lists beside a cube. Throws `Refused` cube-mismatch where the manifest names one that is not there. */
export async function listsIn(
  signed: SignedManifest,
  read: () => Promise<Uint8Array | undefined>,
): Promise<CodeLists> {
  if (missingFrom(new Map(), signed).length === 0) return new Map();
  const file = await read();
  if (file === undefined) throw new Refused("cube-mismatch");
  const { codes } = ReleaseCodes.parse(JSON.parse(new TextDecoder().decode(file)));
  const lists = new Map(codes.map((one) => [digestOfCodes(one), one]));
  if (missingFrom(lists, signed).length > 0) throw new Refused("cube-mismatch");
  return lists;
}

/** A manifest with its lists. One that is not at hand is empty: no question can touch it. */
export const withLists = (signed: SignedManifest, lists: CodeLists): Manifest => ({
  ...signed,
  axes: signed.axes.map((axis) => {
    const { codes } = axis;
    return { ...axis, codes: typeof codes === "string" ? (lists.get(codes) ?? []) : codes };
  }),
});

/** Of the lists that a manifest names by digest, those that a question touches, opened where it does. */
export function openedFor(
  question: Pick<Question, "by" | "where">,
  signed: SignedManifest,
  { axes }: Manifest,
): OpenedLevel[] {
  return signed.axes.flatMap(({ id, codes }, at) => {
    const whole = axes[at];
    const by = question.by.map(byOf).find((one) => one.id === id);
    const where = question.where[id];
    if (typeof codes !== "string" || whole === undefined || (by ?? where) === undefined) return [];
    const listed = by === undefined ? [] : codesAt(treeOf(whole), where, by.level);
    return [closed(opened(whole.codes), new Set([...(where ?? []), ...listed]))];
  });
}
