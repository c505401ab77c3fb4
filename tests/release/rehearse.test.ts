/** What a dry run says is what the release would say, and it leaves nothing behind. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMember } from "../../adapters/local/members.ts";
import { keepOf, releaseDeps } from "../../adapters/local/private-side.ts";
import { openStores, paths, type Stores } from "../../adapters/local/state.ts";
import { cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { readAccount } from "../../functions/account/account.ts";
import { rehearse, release } from "../../functions/release/release.ts";

const city = cities[0]!;
const job = { dataset: "prestazioni", period: "2022" };
const at = (day: string) => () => Date.parse(`${day}T12:00:00Z`) / 1000;
let root: string;
let stores: Stores;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tavolo-rehearse-"));
  stores = await openStores(paths(root));
});
afterAll(async () => {
  await stores.close();
  await rm(root, { recursive: true, force: true });
});

test("a release that is not due is refused in the rehearsal too, one that is due is not, and nothing is charged", async () => {
  const where = paths(root);
  await createMember(where, { id: city.id, name: city.names, roles: ["provider"], node: true });
  const store = await stores.store(city.id);
  const path = join(root, "rows.csv");
  await writeFile(path, generate(city)["prestazioni-2022.csv"]);
  const now = at("2026-11-25");
  const { ingest } = await keepOf(where, city.id, store, now);
  await ingest({ member: city.id, descriptor: prestazioni(city), files: [path] });
  const deps = await releaseDeps(where, city.id, store, now);
  await rehearse(deps, job);
  expect((await readAccount(store, "2022")).entries).toEqual([]);
  const early = { ...deps, clock: at("2023-01-02") };
  await expect(rehearse(early, job)).rejects.toMatchObject({ reason: "not-due" });
  await release(deps, job);
  await expect(rehearse(deps, job)).rejects.toMatchObject({ reason: "not-due" });
  await expect(release(deps, job)).rejects.toMatchObject({ reason: "not-due" });
  expect((await readAccount(store, "2022")).entries).toHaveLength(1);
});
