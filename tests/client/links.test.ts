/** A link to a table: made on the asker's wish, read by whoever has it in whatever a notebook reads, taken back, ended. */
import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parse } from "csv-parse/sync";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, connect } from "../../adapters/client/client.ts";
import { setClock } from "../../adapters/clock/clock.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { ASKER, OTHER, question, type Running, running } from "./federation.ts";

/** Whether the machine's own Python has pandas. */
const PANDAS = spawnSync("/usr/bin/python3", ["-c", "import pandas"]).status === 0;

let up: Running;
let tavolo: Client;
let link: string;
beforeAll(async () => {
  up = await running();
  tavolo = await connect({ hub: up.hub, member: ASKER, key: up.jwk, clock: up.world.clock });
});
afterAll(() => up.world.close());
const read = (query = "", headers: Record<string, string> = {}) =>
  fetch(`${link}${query}`, { headers });

test("none is made unless it is asked for", async () => {
  const { link } = await tavolo.ask(question());
  expect(link).toBeUndefined();
  const kept: string[] = [];
  for await (const { sk } of (await up.world.stores.store("hub")).query("hub#statement"))
    kept.push(sk);
  expect(kept).toEqual([]);
});

test("one gives the signed statement, which verifies, and the same figures in every format", async () => {
  const answer = await tavolo.ask(question(), { keep: true });
  link = answer.link!;
  expect(new URL(link).origin).toBe(up.hub);
  const signed = await read();
  expect(signed.headers.get("content-type")).toBe("application/jose");
  const jws = await signed.text();
  expect(jws).toBe(answer.jws);
  expect((await tavolo.verify(jws)).figures).toEqual(answer.figures);

  const shown = answer.figures
    .filter(({ state, measure }) => state === "shown" && "count" in measure)
    .map(({ value }) => value!);
  const rows = parse(await (await read("?format=csv")).text(), {
    columns: true,
    bom: true,
  }) as Record<string, string>[];
  const counts = rows
    .filter(({ MEASURE, OBS_VALUE }) => MEASURE === "any" && OBS_VALUE !== "")
    .map(({ OBS_VALUE }) => Number(OBS_VALUE));
  const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  expect(shown.length).toBeGreaterThan(0);
  expect(ascending(counts)).toEqual(ascending(shown).map((value) => expect.closeTo(value, 6)));
  const parquet = await read("", { accept: "application/vnd.apache.parquet" });
  const table = await parquetReadObjects({ file: await parquet.arrayBuffer() });
  expect(table).toHaveLength(rows.length);
  expect((await read("?format=json")).headers.get("content-type")).toContain("application/json");
  expect((await read("?format=doc")).status).toBe(406);
});

test.runIf(PANDAS)(
  "a notebook reads it by the how-to's own lines, hidden figures as missing and none as zero",
  async () => {
    const page = await readFile("docs/how-to/use-the-client.md", "utf8");
    const lines = /```py\n([\s\S]*?)```/
      .exec(page)![1]!
      .replace(/"https:[^"]*"/, `"${link}?format=csv"`);
    const ask =
      'print(len(figures), int(figures.OBS_VALUE.isna().sum()), int((figures.OBS_STATUS == "Q").sum()), int((figures.OBS_VALUE == 0).sum()))';
    const { stdout } = await promisify(execFile)("/usr/bin/python3", ["-c", `${lines}\n${ask}`]);
    const rows = parse(await (await read("?format=csv")).text(), { columns: true }) as Record<
      string,
      string
    >[];
    const hidden = rows.filter(({ OBS_STATUS }) => OBS_STATUS === "Q").length;
    expect(stdout.trim()).toBe(`${rows.length} ${hidden} ${hidden} 0`);
  },
);

test("nobody is told of it who was not given it", async () => {
  const reply = await read();
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    "x-robots-tag": "noindex, noarchive",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  expect((await fetch(`${up.hub}/v1/statements/${"A".repeat(22)}`)).status).toBe(404);
  expect((await fetch(`${up.hub}/v1/statements/${"A".repeat(2000)}`)).status).toBe(404);
});

test("it is taken back by who asked, and nobody else can", async () => {
  const { link } = await tavolo.ask(question(), { keep: true });
  expect((await fetch(link!, { method: "DELETE" })).status).toBe(401);
  const other = await connect({
    hub: up.hub,
    member: OTHER,
    key: await keyOf(up.world.at, OTHER, "member"),
    clock: up.world.clock,
  });
  await expect(other.unlink(link!)).rejects.toMatchObject({ reason: "not-found" });
  expect((await fetch(link!)).status).toBe(200);
  await tavolo.unlink(link!);
  expect((await fetch(link!)).status).toBe(404);
  await expect(tavolo.unlink(link!)).rejects.toMatchObject({ reason: "not-found" });
});

test("a client gives its proof to its own hub alone", async () => {
  await expect(
    tavolo.unlink("https://elsewhere.example/v1/statements/AAAAAAAAAAAAAAAAAAAAAA"),
  ).rejects.toMatchObject({
    reason: "not-found",
  });
});

test("it ends after thirty days", async () => {
  await setClock(up.world.at.clock, new Date(Date.now() + 29.9 * 86_400_000));
  expect((await read()).status).toBe(200);
  await setClock(up.world.at.clock, new Date(Date.now() + 30.1 * 86_400_000));
  expect((await read()).status).toBe(404);
});
