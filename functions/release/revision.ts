/**
 * A further release of a public table is a revision: it says why, which release it replaces, and which figures are others than there.
 * What carries noise is never revised: its releases are those of the calendar, and of corrections that the account has.
 */
import { pointer } from "../../schemas/items/release.ts";
import type { Blobs, CubeTable, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  MOST_NAMED,
  type Pointer,
  type Revision,
  type RevisionTerms,
  SignedManifest,
} from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import { listsIn, withLists } from "../disclosure/code-lists.ts";
import { type Cube, loadCube } from "../disclosure/cube.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";
import { bytesOf, NAMED_BYTES } from "../disclosure/release-size.ts";
import { peek } from "../signing/jws.ts";
import { getItem } from "../store/stored.ts";

/** The release that is out, and why it is replaced. */
interface Revised {
  readonly terms: RevisionTerms;
  readonly former: Cube;
}

interface RevisionDeps {
  readonly store: Store;
  readonly publicBlobs: Blobs;
}

/**
 * What a release replaces; undefined where it is the first of its period, or has noise. Throws `Refused` not-due where a release of a
 * public table is out and nobody says why there should be another; revision-refused where what is said does not fit.
 */
export async function revisedBy(
  { store, publicBlobs }: RevisionDeps,
  { descriptor, period }: ReleasePlan,
  terms: RevisionTerms | undefined,
): Promise<Revised | undefined> {
  const { id: dataset, policy } = descriptor;
  if (readingOf(policy.method).protects) {
    if (terms === undefined) return undefined;
    throw new Refused(
      "revision-refused",
      `figures of ${dataset} carry noise: one more release is signed for with tavolo account correct`,
    );
  }
  const out = (await getItem(store, pointer, { dataset, period }))?.body;
  if (out === undefined) {
    if (terms === undefined) return undefined;
    throw new Refused("revision-refused", `no release of ${dataset} ${period} is out yet`);
  }
  if (terms === undefined)
    throw new Refused(
      "not-due",
      `release ${out.number} of ${dataset} ${period} is out; another one is a revision, with its reason: tavolo publish ${dataset} FILE --period ${period} --revises ${out.number} --because … --because-en …`,
    );
  if (terms.replaces !== out.number)
    throw new Refused(
      "revision-refused",
      `release ${out.number} of ${dataset} ${period} is out, not ${terms.replaces}`,
    );
  return { terms, former: await cubeOut(publicBlobs, out) };
}

/** The cube of a release that is out. Throws `Refused` cube-mismatch. */
export async function cubeOut(blobs: Blobs, out: Pointer): Promise<Cube> {
  const signed = peek(out.manifest, SignedManifest);
  const { dataset, period, number } = signed;
  const read = (file: string) => blobs.read(`releases/${dataset}/${period}/${number}/${file}`);
  const bytes = await read("cube.parquet");
  if (bytes === undefined) throw new Refused("cube-mismatch");
  const lists = await listsIn(signed, () => read("codes.json"));
  return loadCube(bytes, withLists(signed, lists));
}

/** The table with a mark at each figure that is another than before, and what the manifest says of them. Throws `Refused` revision-refused where none is. */
export function markRevised(
  table: CubeTable,
  { terms, former }: Revised,
): { readonly table: CubeTable; readonly revision: Revision } {
  const own = former.trees.map(({ id }) => table.dimensions.find((one) => one.id === id)?.codes);
  // another set of dimensions is another table: nothing in it was there before
  const same = own.length === table.dimensions.length && !own.includes(undefined);
  const fields = new Map(former.manifest.fields.map((field) => [field.id, field]));
  const revised = table.field.map((id, at) => {
    const field = fields.get(id);
    if (!same || field === undefined) return true;
    const codes = own.map((column) => column?.[at] ?? TOTAL);
    const before = former.find(field, codes);
    if (before === undefined || before.status !== table.obsStatus[at]) return true;
    const { steps } = before;
    return (steps === undefined ? null : steps / Math.round(1 / field.grid)) !== table.value[at];
  });
  const places = [...revised.keys()].filter((at) => revised[at]);
  if (places.length === 0)
    throw new Refused("revision-refused", "no figure is another than in the release that is out");
  const changed = places.slice(0, MOST_NAMED).map((at) => ({
    field: table.field[at] ?? "",
    by: Object.fromEntries(
      table.dimensions.flatMap(({ id, codes }) => {
        const code = codes[at] ?? TOTAL;
        return code === TOTAL ? [] : [[id, code]];
      }),
    ),
  }));
  const isShort = places.length <= MOST_NAMED && bytesOf(changed) <= NAMED_BYTES;
  const named = isShort ? { changed } : {};
  // what the source itself calls revised stays so
  const marks = revised.map((one, at) => one || table.revised?.[at] === true);
  return {
    table: { ...table, revised: marks },
    revision: { ...terms, cells: places.length, ...named },
  };
}
