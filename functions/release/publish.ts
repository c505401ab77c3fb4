/**
 * From a reservation to figures that can be asked for. Conditional writes of single items hold it together:
 * *claim* (who draws now), *seal* (whose cube it will be), *begin* (from here on it can only be these bytes) and *finish* (the pointer
 * that answers follow). A run that dies before the seal has shown nothing and is drawn again under a new key. One that dies between
 * seal and begin has shown nothing either: whoever comes next publishes the very bytes that were sealed, or, where somebody has
 * left the rows since, draws again without them, under the same charge. Once it has begun, a copy may lie where the public side can
 * read it: another drawing beside it would give away what was not charged, and so it is finished as it is.
 */
import { keyOf } from "../../schemas/items/item.ts";
import {
  draft as draftItem,
  formerRelease,
  pointer as pointerItem,
  publishedAccount,
} from "../../schemas/items/release.ts";
import { lengthOf, yearOf } from "../../schemas/period.ts";
import type { Blobs, Clock, Signer, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type Account,
  type Draft,
  type Manifest,
  type Pointer,
  type ReleaseCodes,
  SignedManifest,
} from "../../schemas/release.ts";
import type { StoredAccount } from "../account/account.ts";
import type { Reservation } from "../account/reserve.ts";
import { published } from "../account/standing.ts";
import { fileOf, listsIn, withLists } from "../disclosure/code-lists.ts";
import type { Log } from "../log/append.ts";
import { freshId, peek, sha256, signCompact } from "../signing/jws.ts";
import { getItem, putNext } from "../store/stored.ts";

interface PublishDeps {
  readonly member: string;
  readonly store: Store;
  readonly privateBlobs: Blobs;
  readonly publicBlobs: Blobs;
  readonly signer: Signer;
  readonly log: Log;
  readonly clock: Clock;
}

const draftOf = ({ store }: PublishDeps, { entry }: Reservation) =>
  getItem(store, draftItem, entry);
/** What a release consists of, besides its manifest. */
interface Parts {
  readonly cube: Uint8Array;
  /** Code lists that the manifest names by their digest. */
  readonly codes: ReleaseCodes | undefined;
}
const draftFolder = ({ entry }: Reservation) =>
  `drafts/${entry.dataset}/${entry.period}/${entry.number}`;
const outPath = ({ dataset, period, number }: Reservation["entry"], file: string) =>
  `releases/${dataset}/${period}/${number}/${file}`;

type Claimed = Draft & { readonly revision: number };

/** Deletes the drafts of releases that are out: left by a run that died, or was overtaken, before it tidied up. */
export async function sweep(deps: PublishDeps, dataset: string, period: string): Promise<void> {
  const folder = `drafts/${dataset}/${period}/`;
  const out = await published(deps.store, dataset, period);
  for (const path of await deps.privateBlobs.list(folder))
    if (Number(path.slice(folder.length).split("/")[0]) <= out)
      await deps.privateBlobs.delete(path);
}

/**
 * Takes the draft of a reservation for this process; remains of an attempt that died are deleted. One that is being published is
 * returned as it is, and a sealed one that was drawn from these `rows`.
 */
export async function claim(
  deps: PublishDeps,
  reservation: Reservation,
  rows: string,
): Promise<Claimed> {
  const before = await draftOf(deps, reservation);
  if (before !== undefined) {
    const draft = before.body;
    const stands =
      draft.state === "publishing" || (draft.state === "sealed" && (draft.rows ?? rows) === rows);
    if (stands) return { ...draft, revision: before.revision };
  }
  // listed before the claim, deleted after it: a run that claims later may by then have written its own
  const remains = await deps.privateBlobs.list(`${draftFolder(reservation)}/`);
  const body: Draft = { state: "drawing", attempt: freshId() };
  const won = await putNext(deps.store, before, { ...keyOf(draftItem, reservation.entry), body });
  if (!won) throw new Refused("release-superseded");
  for (const path of remains) await deps.privateBlobs.delete(path);
  return { ...body, revision: (before?.revision ?? 0) + 1 };
}

/** Settles which cube this release is, as long as nobody leaves the rows that it was drawn from. Throws release-superseded. */
export async function seal(
  deps: PublishDeps,
  reservation: Reservation,
  draft: Claimed,
  { cube, codes }: Parts,
  manifest: string,
  rows: string,
): Promise<Claimed> {
  const path = `${draftFolder(reservation)}/${draft.attempt}.parquet`;
  const beside = codesPath(reservation, draft.attempt);
  await deps.privateBlobs.write(path, cube);
  if (codes !== undefined)
    await deps.privateBlobs.write(beside, utf8.encode(JSON.stringify(codes)));
  const body: Draft = {
    state: "sealed",
    attempt: draft.attempt,
    cube: sha256(cube),
    manifest,
    rows,
  };
  const won = await putNext(deps.store, draft, { ...keyOf(draftItem, reservation.entry), body });
  if (won) return { ...body, revision: draft.revision + 1 };
  // the write may have been done though nobody was told so: what is named stays
  const named = (await draftOf(deps, reservation))?.body.attempt === draft.attempt;
  if (!named) for (const one of [path, beside]) await deps.privateBlobs.delete(one);
  throw new Refused("release-superseded");
}
const utf8 = new TextEncoder();
const codesPath = (reservation: Reservation, attempt: string) =>
  `${draftFolder(reservation)}/${attempt}.codes.json`;

/** From here on only these bytes can come out. Throws release-superseded where they were given up, for somebody had left the rows. */
async function begin(deps: PublishDeps, reservation: Reservation, draft: Claimed) {
  if (draft.state === "drawing") throw new TypeError("only a sealed draft can be published");
  const { attempt, cube, manifest } = draft;
  const body: Draft & { state: "publishing" } = { state: "publishing", attempt, cube, manifest };
  if (draft.state === "publishing") return body;
  const won = await putNext(deps.store, draft, { ...keyOf(draftItem, reservation.entry), body });
  if (won) return body;
  const there = (await draftOf(deps, reservation))?.body;
  // another may have begun with the very same bytes: then both go on
  if (there?.state !== "publishing" || there.attempt !== attempt)
    throw new Refused("release-superseded");
  return body;
}

/** Copies the sealed cube to where answers come from, flips the pointer, and says so. Every step may be repeated. Throws release-superseded. */
export async function finish(
  deps: PublishDeps,
  reservation: Reservation,
  sealed: Claimed,
  now: number,
): Promise<Manifest> {
  const draft = await begin(deps, reservation, sealed);
  const { dataset, period, number, release } = reservation.entry;
  const signed = peek(draft.manifest, SignedManifest);
  const drawn = `${draftFolder(reservation)}/${draft.attempt}.parquet`;
  const cube =
    (await deps.privateBlobs.read(drawn)) ??
    (await deps.publicBlobs.read(outPath(reservation.entry, "cube.parquet")));
  if (cube === undefined || sha256(cube) !== draft.cube) throw new Refused("cube-mismatch");
  await deps.publicBlobs.write(outPath(reservation.entry, "cube.parquet"), cube);
  const beside = codesPath(reservation, draft.attempt);
  const outCodes = outPath(reservation.entry, "codes.json");
  const lists = await listsIn(
    signed,
    async () => (await deps.privateBlobs.read(beside)) ?? (await deps.publicBlobs.read(outCodes)),
  );
  if (lists.size > 0)
    await deps.publicBlobs.write(outCodes, utf8.encode(JSON.stringify(fileOf(lists))));
  const manifest = withLists(signed, lists);
  const pointer: Pointer = {
    id: release,
    number,
    cube: draft.cube,
    manifest: draft.manifest,
    member: deps.member,
  };
  if (manifest.revision !== undefined) await keepFormer(deps, reservation);
  await publishAccount(deps, yearOf(period), reservation.account, now);
  // by the time of the manifest and under its own name: a run that is repeated says the same, and is one entry
  await deps.log.append("release", { release, cube: draft.cube }, manifest.iat, release);
  await deps.store.put(
    { ...keyOf(pointerItem, { dataset, period }), body: pointer, revision: number },
    { kind: "revision-below", than: number },
  );
  for (const one of [drawn, beside]) await deps.privateBlobs.delete(one);
  return manifest;
}

/** A public table that is replaced stays at its address, with the manifest that it had. */
async function keepFormer({ store }: PublishDeps, { entry }: Reservation): Promise<void> {
  const { dataset, period, number } = entry;
  const out = await getItem(store, pointerItem, { dataset, period });
  if (out === undefined || out.body.number >= number) return;
  const key = keyOf(formerRelease, { dataset, period, number: out.body.number });
  await store.put({ ...key, body: out.body, revision: 1 });
}

/** The year's account where anyone may read it, signed. It only grows, so that the longer one always wins. */
export async function publishAccount(
  deps: Pick<PublishDeps, "member" | "store" | "signer">,
  year: string,
  { ceiling, raises, fixed, corrections, entries }: StoredAccount,
  now: number,
): Promise<void> {
  const more = fixed.length + corrections.length;
  const account: Account = {
    v: more > 0 || entries.some(({ period }) => lengthOf(period) !== "year") ? 2 : 1,
    iss: deps.member,
    iat: now,
    year,
    ceiling,
    raises: [...raises],
    ...(more > 0 ? { fixed: [...fixed], corrections: [...corrections] } : {}),
    entries: [...entries],
  };
  const jws = await signCompact(deps.signer, "tavolo-account+jws", account);
  const revision = entries.length + raises.length + more;
  await deps.store.put(
    { ...keyOf(publishedAccount, { year }), body: { jws }, revision },
    { kind: "revision-below", than: revision },
  );
}
