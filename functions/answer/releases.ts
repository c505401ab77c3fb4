/** The releases of this node, as its pointers name them. A cube is read once and kept in memory by its digest. */

import { found } from "../../schemas/found.ts";
import {
  formerRelease,
  nextRelease,
  pointer as pointerItem,
  publishedAccount,
} from "../../schemas/items/release.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Blobs, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import {
  type Announced,
  type Manifest,
  type Pointer,
  SignedManifest,
} from "../../schemas/release.ts";
import { Period, Slug, Year } from "../../schemas/words.ts";
import { isOverdue } from "../disclosure/calendar.ts";
import { type CodeLists, listsIn, withLists } from "../disclosure/code-lists.ts";
import { type Cube, loadCube } from "../disclosure/cube.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { keyring } from "../members/keyring.ts";
import { boundedCache } from "../signing/bounded-cache.ts";
import { sha256, verifyCompact } from "../signing/jws.ts";
import { allItems, getItem, queryItems } from "../store/stored.ts";

export interface Releases {
  /** Every release that is out, as signed manifests. */
  manifests(): Promise<string[]>;
  /** Releases that are announced, and not there yet. */
  next(now: number): Promise<Announced[]>;
  /** The current release of a dataset and period. Throws `Refused` unknown-period, release-overdue or cube-mismatch. */
  current(dataset: string, period: string, now: number): Promise<Current>;
  /** The release of this number: the current one or, of a public table, one that was replaced. Throws `Refused` as `current` does, and not-found. */
  numbered(dataset: string, period: string, number: number, now: number): Promise<Current>;
  /** The signed account of a year, where there is one. */
  account(year: string): Promise<string | undefined>;
  /** One file of the leak report of a dataset and period: `it.html`, `en.html`, `report.json` or `report.jws`. */
  report(dataset: string, period: string, name: string): Promise<Uint8Array | undefined>;
}
export interface Current {
  readonly manifest: Manifest;
  readonly jws: string;
  /** The code lists that the signed manifest names by their digest. */
  readonly lists: CodeLists;
  cube(): Promise<Cube>;
  /** Of the cube, as released. */
  bytes(): Promise<Uint8Array>;
}

/** What a leak report consists of, and as what each file is sent. */
export const REPORT_TYPES: Readonly<Record<string, string>> = {
  "it.html": "text/html; charset=utf-8",
  "en.html": "text/html; charset=utf-8",
  "report.json": "application/json",
  "report.jws": "application/jose",
};

/** Cubes kept in memory; a node has a few datasets and periods. */
const KEPT = 32;

const pathOf = ({ id }: Pointer, file: "cube.parquet" | "codes.json") => {
  const [, dataset, period, number] = id.split("/");
  return `releases/${dataset}/${period}/${number}/${file}`;
};

interface Opened {
  readonly manifest: Manifest;
  readonly lists: CodeLists;
}

export function releases(store: Store, blobs: Blobs, self: DirectoryEntry): Releases {
  const cubes = boundedCache<Promise<Cube>>(KEPT);
  const manifests = boundedCache<Promise<Opened>>(KEPT);

  const pointerOf = async (dataset: string, period: string): Promise<Pointer> => {
    // what cannot be a name is not looked up: a store would refuse it as too long
    const named = Slug.safeParse(dataset).success && Period.safeParse(period).success;
    const item = named ? await getItem(store, pointerItem, { dataset, period }) : undefined;
    if (item === undefined) throw new Refused("unknown-period");
    return item.body;
  };
  const manifestOf = (pointer: Pointer, now: number): Promise<Opened> => {
    const { manifest, cube } = pointer;
    return manifests.of(manifest, async () => {
      // with the keys that this member has now: the one that signed may be younger than this process
      const { keys } = found((await keyring(store).entriesOf([self]))[0]);
      const parsed = await verifyCompact(manifest, "tavolo-release+jws", SignedManifest, {
        keys,
        use: "release",
        now,
        lasting: true,
        reason: "cube-mismatch",
      });
      if (parsed.cube !== cube) throw new Refused("cube-mismatch");
      const lists = await listsIn(parsed, () => blobs.read(pathOf(pointer, "codes.json")));
      return { manifest: withLists(parsed, lists), lists };
    });
  };
  const read = async (pointer: Pointer): Promise<Uint8Array> => {
    const bytes = await blobs.read(pathOf(pointer, "cube.parquet"));
    if (bytes === undefined || sha256(bytes) !== pointer.cube) throw new Refused("cube-mismatch");
    return bytes;
  };
  const released = (pointer: Pointer, { manifest, lists }: Opened): Current => ({
    manifest,
    lists,
    jws: pointer.manifest,
    cube: () => cubes.of(pointer.cube, async () => loadCube(await read(pointer), manifest)),
    bytes: () => read(pointer),
  });
  const current = async (dataset: string, period: string, now: number): Promise<Current> => {
    const pointer = await pointerOf(dataset, period);
    const opened = await manifestOf(pointer, now);
    const { calendar, graceDays, method } = opened.manifest.policy;
    // nobody is in a public table who could have left it since
    const stops = readingOf(method).protects;
    if (stops && isOverdue(calendar, graceDays, pointer.number, now))
      throw new Refused("release-overdue");
    return released(pointer, opened);
  };
  return {
    current,
    async numbered(dataset, period, number, now) {
      const last = await current(dataset, period, now);
      if (last.manifest.number === number) return last;
      const of = { dataset, period, number };
      const former = Number.isSafeInteger(number)
        ? await getItem(store, formerRelease, of)
        : undefined;
      if (former === undefined)
        throw new Refused("not-found", "only the current release of a period is kept here");
      return released(former.body, await manifestOf(former.body, now));
    },
    async next(now) {
      const all = await allItems(store, nextRelease, {});
      return all.flatMap(({ sk, body }) => (now < body.at ? { dataset: sk, ...body } : []));
    },
    async manifests() {
      const all: string[] = [];
      for await (const { body } of queryItems(store, pointerItem, {})) all.push(body.manifest);
      return all;
    },
    async account(year) {
      return Year.safeParse(year).success
        ? (await getItem(store, publishedAccount, { year }))?.body.jws
        : undefined;
    },
    async report(dataset, period, name) {
      const named =
        Slug.safeParse(dataset).success &&
        Period.safeParse(period).success &&
        Object.hasOwn(REPORT_TYPES, name);
      return named ? blobs.read(`reports/${dataset}/${period}/${name}`) : undefined;
    },
  };
}
