/** The federation that is measured: eight cities with real keys, releases and agreements, over rows that one statement made. */
import { link, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileClock } from "../../adapters/clock/clock.ts";
import {
  demonstrationAgreements,
  demonstrationMembers,
  HUB,
} from "../../adapters/demo/demonstration.ts";
import { type Federation, startFederation } from "../../adapters/demo/federation.ts";
import { createMember } from "../../adapters/local/members.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { openStores, type Paths, paths, type Stores } from "../../adapters/local/state.ts";
import { type City, cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { codesOf, subsets } from "../../functions/disclosure/axes.ts";
import type { Peer, Store } from "../../schemas/ports.ts";
import type { Manifest } from "../../schemas/release.ts";
import { PERIOD, writeRows } from "./rows.ts";

export const DATASET = "prestazioni";

/** The city with the many rows. */
export const LARGE: City = cities.find(({ name }) => name === "Padova")!;
/** Rows of every other city: what an answer costs depends on the release, and not on them. */
const SMALL_ROWS = 50_000;

/** Puts a file of rows in force as a city's version. It is linked, not copied: nothing ever writes to it. */
export async function putVersion(
  at: Paths,
  store: Store,
  city: City,
  rows: string,
  descriptor = prestazioni(city),
): Promise<void> {
  const path = `versions/${descriptor.id}/bench.parquet`;
  const file = join(at.private(city.id), path);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await link(rows, file);
  await store.put({
    pk: "release#version",
    sk: descriptor.id,
    body: {
      path,
      digest: "-".repeat(43),
      descriptor,
      columns: { dimensions: [], family: false, measures: [] },
      periods: [],
    },
    revision: 1,
  });
}

export const createCity = (at: Paths, { id }: City): Promise<void> =>
  createMember(at, demonstrationMembers.find((member) => member.id === id)!);

export interface World {
  readonly at: Paths;
  readonly federation: Federation;
  readonly stores: Stores;
  /** How many figures the large release has. */
  readonly figures: number;
  close(): Promise<void>;
}

/** Members, versions and releases in a folder of their own; then everything that answers. */
export async function startWorld(
  root: string,
  largeRows: string,
  peer: Peer,
  say: (line: string) => void,
): Promise<World> {
  const at = paths(root);
  const clock = fileClock(at.clock);
  await createMember(at, HUB);
  for (const city of cities) await createCity(at, city);
  const stores = await openStores(at);
  let figures = 0;
  try {
    for (const city of cities) {
      const rows = city === LARGE ? largeRows : join(root, `${city.id}.parquet`);
      if (city !== LARGE) await writeRows(rows, city, SMALL_ROWS, SMALL_ROWS / 10);
      const released = figuresIn(await releaseCity(at, stores, city, rows));
      if (city === LARGE) figures = released;
      say(`  ${city.name}: released, ${released.toLocaleString("en")} figures`);
    }
    const federation = await startFederation(at, stores, {
      hub: HUB.id,
      port: 0,
      agreements: (entries) => demonstrationAgreements(at, stores, clock, entries),
      peer,
    });
    const close = async () => {
      await federation.close();
      await stores.close();
    };
    return { at, federation, stores, figures, close };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

async function releaseCity(at: Paths, stores: Stores, city: City, rows: string): Promise<Manifest> {
  const store = await stores.store(city.id);
  await putVersion(at, store, city, rows);
  const release = await releaseOf(at, city.id, store, fileClock(at.clock));
  return release({ dataset: DATASET, period: PERIOD });
}

/** A figure a cell of every table: for each field, the codes of all sets of at most so many dimensions. */
const figuresIn = ({ axes, fields }: Manifest): number =>
  fields.reduce((sum, { order }) => {
    const cells = subsets(axes.length, order).map((set) =>
      set.reduce((product, at) => product * codesOf(axes[at]!.codes).length, 1),
    );
    return sum + cells.reduce((all, one) => all + one, 0);
  }, 0);
