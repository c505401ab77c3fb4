/** An open table of all municipalities: a list of 7,904 places, of which a question touches one, a province or a level. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takeRelease } from "../../adapters/client/asking.ts";
import { connect } from "../../adapters/client/nodejs.ts";
import { readDirectory } from "../../functions/members/directory-file.ts";
import { peek, sha256 } from "../../functions/signing/jws.ts";
import { verifyStatement } from "../../functions/statements/verify.ts";
import { DatasetsResponse } from "../../schemas/catalogue.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import { DirectoryFile } from "../../schemas/member.ts";
import { Partial, Query, Statement } from "../../schemas/query.ts";
import { SignedManifest } from "../../schemas/release.ts";
import { HUB, makeWorld, member, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { bytes, tavola } from "../world/small.ts";

const both = (text: string) => ({ it: text, en: text });
const [OPEN, CITY] = ["open-data", "IT-028060"];
/** 4 areas of 19 provinces, of 104 municipalities each. */
const AREAS = ["nord-ovest", "nord-est", "centro", "sud"];
const provinces = AREAS.map((area) =>
  Array.from({ length: 19 }, (_, at) => `${area} provincia ${at}`),
);
const townsOf = (province: string) =>
  Array.from({ length: 104 }, (_, at) => `${province}: comune ${at}`);
const towns = provinces.flat().flatMap(townsOf);
const tree = AREAS.map((area, at) => [area, provinces[at]!.map((one) => [one, townsOf(one)])]);

const PUBLISHER = { name: both("Istituto di Prova"), ipa: "ist_prova" };
const table = (id: string, codes: unknown) =>
  Descriptor.parse({
    ...{ ...tavola, id, v: 2, publisher: PUBLISHER },
    dimensions: [{ id: "place", title: both("place"), column: "COMUNE", codes, source: "made" }],
    fields: [{ id: "residents", kind: "count", title: both("residents"), column: "ABITANTI" }],
  });
const file = bytes(
  ["COMUNE;ABITANTI", ...towns.map((town, at) => `${town};${1000 + at}`)].join("\n"),
);

let world: World;
let hub: string;
let node: string;
beforeAll(async () => {
  world = await makeWorld([member(OPEN), member(CITY, false)], "2026-07-01");
  await world.publish(OPEN, table("residenti", tree), file);
  await world.publish(OPEN, table("elenco", towns), file);
  const federation = await world.start();
  [hub, node] = [federation.hub, federation.nodes[0]!.url];
});
afterAll(() => world.close());

const link = async (dataset: string, query: string) => {
  const response = await fetch(`${hub}/v1/tables/${dataset}/2025?measure=residents&${query}`);
  expect(response.status).toBe(200);
  return response.text();
};
const verified = async (jws: string, cubes?: ReadonlyMap<string, Uint8Array>) => {
  const directory = await readDirectory(
    DirectoryFile.parse(await (await fetch(`${hub}/v1/members`)).json()),
  );
  const trust = { directory, hub: HUB, now: world.clock() };
  return (await verifyStatement(jws, { ...trust, ...(cubes ? { cubes } : {}) })).checks;
};
const cubeOf = async (dataset: string) => {
  const asker = await world.asker(CITY);
  return takeRelease(asker, node, `${OPEN}/${dataset}/2025/1`);
};
const TOWN = towns[4000]!;
const one = (town: string) => `where=${encodeURIComponent(`place:${town}`)}`;

describe.each(["residenti", "elenco"])("one place of %s", (dataset) => {
  test("is a small statement that verifies offline, and against the release", async () => {
    const jws = await link(dataset, `${one(TOWN)}&format=statement`);
    const statement = peek(jws, Statement);
    expect([statement.v, jws.length < 30_000]).toEqual([2, true]);
    expect(statement.table.cells[0]!.figures[0]).toMatchObject({ value: 5000 });
    const [outcome] = statement.outcomes;
    const partial = peek("partial" in outcome! ? outcome.partial : "", Partial);
    expect(partial.manifest).toBe(sha256(statement.manifests![0]!));
    const cube = await cubeOf(dataset);
    const checks = await verified(jws, new Map([[sha256(cube), cube]]));
    expect(checks.at(-1)).toContain("recomputed");
  });

  test("is a table in every form", async () => {
    const rows = parse(await link(dataset, `${one(TOWN)}&format=csv`), { columns: true });
    expect(rows).toMatchObject([{ place: TOWN, OBS_VALUE: "5000" }]);
    const stat = JSON.parse(await link(dataset, `${one(TOWN)}&format=json-stat`));
    expect(stat.dimension.place.category.index).toEqual([TOWN]);
  });
});

test("who published it stands beside the member: in manifest, list and catalogue", async () => {
  const manifest = await (await fetch(`${node}/v1/releases/elenco/2025/1/manifest`)).text();
  expect(peek(manifest, SignedManifest)).toMatchObject({ v: 2, iss: OPEN, publisher: PUBLISHER });
  const { members } = DatasetsResponse.parse(await (await fetch(`${hub}/v1/datasets`)).json());
  expect(members.flatMap(({ datasets }) => datasets.map((one) => one.publisher))).toEqual([
    PUBLISHER,
    PUBLISHER,
  ]);
  expect(await (await fetch(`${hub}/v1/catalogue`)).text()).toContain("Istituto di Prova");
});

test("a member says whom to write to, and who answers for its rows, in its next entry", async () => {
  const file = join(world.at.root, "entry.json");
  const said = {
    addresses: [{ role: "social-services", address: "mailto:sociale@example.it" }],
    responsibility: { controllers: [{ name: both("Comune di Prova") }] },
  };
  const wrong = { addresses: [{ role: "mayor", address: "mailto:sindaco@example.it" }] };
  await writeFile(file, JSON.stringify(wrong));
  expect(await tavolo(world.at.root, ["member", "update", file, "--as", CITY])).toMatchObject({
    code: 1,
    err: expect.stringContaining("/addresses/0/role"),
  });
  await writeFile(file, JSON.stringify(said));
  expect(await tavolo(world.at.root, ["member", "update", file, "--as", CITY])).toMatchObject({
    code: 0,
    err: "",
  });
  const members = DirectoryFile.parse(await (await fetch(`${hub}/v1/members`)).json());
  const entry = (await readDirectory(members)).find(({ id }) => id === CITY);
  expect(entry).toMatchObject({ v: 2, ...said });
  const listed = await tavolo(world.at.root, ["members"]);
  expect(listed.out).toContain(`${CITY}, social-services: mailto:sociale@example.it`);
});

test("a place that is not in the list is no code", async () => {
  const response = await fetch(
    `${hub}/v1/tables/elenco/2025?measure=residents&where=place:Atlantide`,
  );
  expect(await response.json()).toMatchObject({ type: "urn:tavolo:refusal:unknown-code" });
});

test("a level of the list is asked for, whole or within a province", async () => {
  const places = async (query: string) => {
    const rows = parse(await link("residenti", `${query}&format=csv`), { columns: true });
    return (rows as { place: string }[]).map(({ place }) => place);
  };
  expect(await places("by=place")).toEqual(AREAS);
  expect(await places("by=place@2")).toEqual(provinces.flat());
  const province = provinces[2]![5]!;
  expect(await places(`by=place@3&${one(province)}`)).toEqual(townsOf(province));
  const jws = await link("residenti", `by=place@3&${one(province)}&format=statement`);
  expect(peek(peek(jws, Statement).query, Query)).toMatchObject({ v: 2, by: ["place@3"] });
  await verified(jws);
  expect(jws.length).toBeLessThan(120_000);
});

test("the typed client and the command line ask for a level, and take the lists home", async () => {
  const asker = await world.asker(CITY);
  const client = await connect({ hub, member: CITY, key: asker.signer, clock: world.clock });
  const { figures } = await client.ask({
    ...{ members: [OPEN], dataset: "residenti", period: "2025", where: {} },
    ...{ measures: [{ count: "residents" }], by: ["place@2"] },
  });
  expect(figures.map(({ by }) => by.place)).toEqual([...provinces.flat(), ...provinces.flat()]);

  const question = join(world.at.root, "question.json");
  await writeFile(
    question,
    JSON.stringify({
      ...{ members: [OPEN], dataset: "residenti", period: "2025" },
      ...{ measures: [{ count: "residents" }], by: ["place@2"], where: { place: ["centro"] } },
    }),
  );
  const asked = await tavolo(world.at.root, ["query", question, "--as", CITY]);
  expect(asked).toMatchObject({ code: 0, err: "" });
  expect(asked.out).toContain("centro provincia 18");
  const out = join(world.at.root, "residenti.parquet");
  const id = `${OPEN}/residenti/2025/1`;
  const taken = await tavolo(world.at.root, ["download", id, "--as", CITY, "--out", out]);
  expect(taken).toMatchObject({ code: 0, err: "" });
  const signed = peek(await readFile(`${out}.manifest.jws`, "utf8"), SignedManifest);
  expect(signed.axes[0]!.codes).toMatch(/^[\w-]{43}$/);
  expect(JSON.parse(await readFile(`${out}.codes.json`, "utf8"))).toEqual({ v: 1, codes: [tree] });
});
