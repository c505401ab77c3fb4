/**
 * Every figure of the demonstration computed twice: by the product, from file to cube, and by the plain second implementation,
 * from the same file and the same key. They agree to the last grid step, or one of the two is wrong.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMember } from "../../adapters/local/members.ts";
import { keepOf, releaseDeps } from "../../adapters/local/private-side.ts";
import { openStores, paths, type Stores } from "../../adapters/local/state.ts";
import { type City, cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { loadCube } from "../../functions/disclosure/cube.ts";
import { referenceCube } from "../reference/release.ts";
import { releaseWithKey } from "../world/release.ts";

const clock = () => 1_795_600_000;
const key = Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + 11) % 256);
let root: string;
let stores: Stores;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tavolo-twice-"));
  stores = await openStores(paths(root));
});
afterAll(async () => {
  await stores.close();
  await rm(root, { recursive: true, force: true });
});

/** File to cube through the product. */
async function released(city: City, file: Uint8Array) {
  const at = paths(root);
  await createMember(at, { id: city.id, name: city.names, roles: ["provider"], node: true });
  const store = await stores.store(city.id);
  const path = join(root, `${city.id}.csv`);
  await writeFile(path, file);
  const { ingest } = await keepOf(at, city.id, store, clock);
  await ingest({ member: city.id, descriptor: prestazioni(city), files: [path] });
  const deps = await releaseDeps(at, city.id, store, clock);
  const manifest = await releaseWithKey(key, deps, { dataset: "prestazioni", period: "2022" });
  const bytes = await deps.publicBlobs.read("releases/prestazioni/2022/1/cube.parquet");
  return loadCube(bytes!, manifest);
}

test.each(cities)(
  "$name: each released figure is the exact count plus the noise of the key, by either program",
  async (city) => {
    const file = generate(city)["prestazioni-2022.csv"];
    const cube = await released(city, file);
    const csv = new TextDecoder(
      city.writing.encoding === "latin-1" ? "latin1" : city.writing.encoding,
    ).decode(file);
    const { cells } = referenceCube({
      descriptor: prestazioni(city),
      csv,
      period: "2022",
      key,
      releaseId: cube.manifest.id,
    });
    const fields = new Map(cube.manifest.fields.map((field) => [field.id, field]));
    const axes = cube.manifest.axes.map(({ id }) => id);
    const apart = cells.filter(
      ({ field, codes, valueGrid }) =>
        cube.value(
          fields.get(field)!,
          axes.map((axis) => codes[axis]!),
        ) !== valueGrid,
    );
    expect(apart.slice(0, 5)).toEqual([]);
    expect(cells.length).toBe(cube.size);
    expect(cells.length).toBeGreaterThan(2_000);
  },
);
