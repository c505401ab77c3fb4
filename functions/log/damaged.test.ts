import { expect, test } from "vitest";
import { trees } from "../../schemas/items/log.ts";
import { eventOf, memorySigner, memoryStore, NOW } from "../../tests/world/federation.ts";
import { storeLog } from "./append.ts";
import { edge } from "./handler.ts";
import { publicLogDeps, sequence } from "./sequence.ts";

interface Tile {
  readonly hashes: readonly string[];
}
test.each<[string, (tile: Tile) => object | undefined]>([
  ["is gone", () => undefined],
  ["has no hashes", () => ({})],
  ["has a hash fewer", ({ hashes }) => ({ hashes: hashes.slice(1) })],
  ["has a hash that is none", ({ hashes }) => ({ hashes: hashes.map(() => "none") })],
  ["has another hash", ({ hashes }) => ({ hashes: ["A".repeat(43), ...hashes.slice(1)] })],
])("a tile that %s is told as damage of the log", async (_, change) => {
  const store = memoryStore();
  const deps = publicLogDeps(store, "hub", memorySigner(), () => NOW);
  const receipts = await Promise.all(
    Array.from({ length: 40 }, (__, n) =>
      storeLog(store, "hub").append("token", { jti: `${n}` }, NOW),
    ),
  );
  await sequence(deps);
  const serve = edge({ store, sequence: () => sequence(deps) });
  const ask = (leaf: string) =>
    serve({
      ...eventOf("GET /v1/log/inclusion"),
      queryStringParameters: { leaf },
    });
  const told = await Promise.all(
    receipts.map(async ({ leaf }) => JSON.parse((await ask(leaf)).body ?? "{}")),
  );
  // its proof needs the rest of the first tile
  const { leaf } = told.find(({ index }) => index === 3);
  for (const [key, item] of [...store.items]) {
    if (item.pk !== trees.log.tile.pk) continue;
    const body = change(item.body as Tile);
    if (body === undefined) store.items.delete(key);
    else store.items.set(key, { ...item, body });
  }
  const reply = await ask(leaf);
  expect(JSON.parse(reply.body ?? "{}").type).toBe("urn:tavolo:refusal:log-damaged");
});
