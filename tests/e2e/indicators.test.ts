/** The how-to of indicators, walked: a member proposes, another accepts, a version follows, a card hangs on it; and what a program does with the client. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../adapters/client/client.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { residenti, solidarieta } from "../../docs/demo/datasets.ts";
import card from "../../docs/demo/practices/casa-prima.json" with { type: "json" };
import type { Comparison } from "../../schemas/comparison.ts";
import { makeWorld, member, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";

const [MONZA, NOVARA] = ["IT-108033", "IT-003106"] as const;
/** The definition that the how-to shows. */
async function shownInHowTo(): Promise<Record<string, unknown>> {
  const page = await readFile(new URL("../../docs/how-to/indicators.md", import.meta.url), "utf8");
  return JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
}

let world: World;
let hub: string;
let file: string;
let definition: Record<string, unknown>;
const run = (args: readonly string[]) => tavolo(world.at.root, args);
beforeAll(async () => {
  world = await makeWorld(
    [member(MONZA, false), member(NOVARA, false), member("istat")],
    "2023-07-01",
  );
  await world.publish(
    "istat",
    residenti(),
    new URL("../../docs/demo/public/residenti-2022.csv", import.meta.url).pathname,
  );
  await world.publish(
    "istat",
    solidarieta(),
    new URL("../../docs/demo/public/solidarieta-2020.csv", import.meta.url).pathname,
  );
  ({ hub } = await world.start());
  file = join(world.at.root, "indicator.json");
  definition = await shownInHowTo();
  await writeFile(file, JSON.stringify(definition));
});
afterAll(() => world.close());

describe("a definition", () => {
  test("is proposed by one member and accepted by another; both can be seen, by their signatures", async () => {
    const proposed = await run(["indicator", "propose", file, "--as", MONZA]);
    expect([proposed.code, proposed.out]).toEqual([
      0,
      expect.stringMatching(/older-residents version 1 is proposed by IT-108033/),
    ]);
    const accepted = await run(["indicator", "accept", "older-residents", "--as", NOVARA]);
    expect([accepted.code, accepted.out]).toEqual([
      0,
      expect.stringMatching(/version 1: accepted by IT-003106\n1 in all/),
    ]);
    const shown = await run(["indicator", "show", "older-residents"]);
    expect(JSON.parse(shown.out)).toMatchObject({ id: "older-residents", version: 1 });
    expect(shown.err).toMatch(/proposed by IT-108033; accepted by IT-003106; digest [\w-]{43}/);
  });

  test("is compared, as a table, as CSV, and with statements that verify", async () => {
    const saved = join(world.at.root, "compared.json");
    const said = await run([
      "compare",
      "older-residents",
      "--as",
      MONZA,
      "--members",
      `${MONZA},${NOVARA}`,
      "--lang",
      "it",
      "--save",
      saved,
    ]);
    expect(said.out).toMatch(/dati veri; livello: comune/);
    expect(said.out).toMatch(/A IT-108033, nel 2022, 24,9 residenti su 100 hanno 65 anni o più\./);
    expect((await run(["verify", saved])).code).toBe(0);
    const csv = await run([
      "compare",
      "older-residents",
      "--as",
      MONZA,
      "--members",
      `${MONZA},${NOVARA}`,
      "--format",
      "csv",
    ]);
    const rows = parse(csv.out, { columns: true, record_delimiter: "\r\n" }) as Record<
      string,
      string
    >[];
    const main = rows.filter(({ MEASURE }) => MEASURE === "older-residents.v1");
    expect(main.map(({ MEMBER, OBS_STATUS, LICENCE }) => [MEMBER, OBS_STATUS, LICENCE])).toEqual(
      [MONZA, NOVARA].map((id) => [id, "A", expect.stringMatching(/ISTAT/)]),
    );
    // 30,309 of 121,939 and 24,566 of 101,332, as the cities' table has them
    expect(main.map(({ OBS_VALUE }) => Number(OBS_VALUE))).toEqual([
      (100 * 30_309) / 121_939,
      (100 * 24_566) / 101_332,
    ]);
  });

  test("that changes is a new version: the old one keeps who accepted it, and nobody has accepted the new one", async () => {
    const changed = { ...definition, multiplier: 1000 };
    await writeFile(file, JSON.stringify(changed));
    const same = await run(["indicator", "propose", file, "--as", MONZA]);
    expect([same.code, same.err]).toEqual([
      1,
      expect.stringMatching(/propose version 2. \[conflict\]/),
    ]);
    await writeFile(file, JSON.stringify({ ...changed, version: 2 }));
    expect((await run(["indicator", "propose", file, "--as", MONZA])).code).toBe(0);
    expect((await run(["indicator", "show", "older-residents"])).err).toMatch(
      /accepted by nobody yet/,
    );
    expect((await run(["indicator", "show", "older-residents@1"])).err).toMatch(
      /accepted by IT-003106/,
    );
    // nobody's figures change by a proposal alone
    const { out } = await run([
      "compare",
      "older-residents",
      "--as",
      MONZA,
      "--members",
      MONZA,
      "--json",
    ]);
    expect(JSON.parse(out).indicator.version).toBe(1);
    await run(["indicator", "accept", "older-residents", "--as", NOVARA]);
    expect((await run(["indicator", "show", "older-residents@1"])).err).toMatch(
      /accepted by nobody yet/,
    );
    expect(
      (await run(["indicator", "accept", "older-residents", "--drop", "--as", NOVARA])).out,
    ).toMatch(/not accepted any more[\s\S]*0 in all/);
    expect((await run(["indicator", "show", "older-residents"])).err).toMatch(
      /accepted by nobody yet/,
    );
  });

  test("with faults says each and where", async () => {
    const { code, err } = await tavolo(
      world.at.root,
      ["indicator", "propose", "-", "--as", MONZA],
      JSON.stringify({
        ...definition,
        coverage: true,
        sentence: { it: "A {name} il {value} %", en: "{place}: {value}" },
      }),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/not in the form of docs\/how-to\/indicators.md/);
    expect(err).toMatch(/\/sentence\/it: no article/);
    const missing = await run(["indicator", "show", "happiness"]);
    expect([missing.code, missing.err]).toEqual([
      1,
      expect.stringMatching(/there is no indicator happiness/),
    ]);
  });
});

describe("a national table at its four levels", () => {
  const aid = (...args: string[]) =>
    run(["compare", "food-aid-each", "--as", MONZA, "--lang", "it", ...args]);
  const values = async (...args: string[]) =>
    (JSON.parse((await aid(...args, "--json")).out) as Comparison).figures.map((figure) => [
      figure.member,
      figure.state === "shown" && figure.value,
    ]);
  beforeAll(async () => {
    const proposed = await run([
      "indicator",
      "propose",
      "docs/demo/indicators/food-aid-each.json",
      "--as",
      MONZA,
    ]);
    expect(proposed.err).toBe("");
  });

  test("the nation, two regions, the provinces of one, and municipalities, each with its level said", async () => {
    // EUR 399,999,999.71 over 60,359,546 residents
    expect(await values("--places", "IT")).toEqual([["IT", 399_999_999.71 / 60_359_546]]);
    // of the source's rows of Emilia-Romagna: 23,608,309.52 and 632,850.87 over 4,459,477; ITH5 is its NUTS code
    expect(await values("--places", "ITH5")).toEqual([
      ["08", expect.closeTo((23_608_309.52 + 632_850.87) / 4_459_477, 10)],
    ]);
    const { out } = await aid("--within", "08");
    expect(out).toMatch(/livello: provincia/);
    expect(out.match(/^Nella provincia di /gm)).toHaveLength(9);
    // Samone of Piemonte and Samone of Trentino
    expect(await values("--places", "001235,022165")).toEqual([
      ["IT-001235", 8381.77 / 1581],
      ["IT-022165", expect.closeTo((2899.96 + 376.22) / 547, 10)],
    ]);
  });

  test("a code of before leads to the one of now, and a municipality that is no more is said to be so", async () => {
    const monza = await aid("--places", "015149");
    expect([monza.err, monza.out]).toEqual([
      expect.stringMatching(/IT-015149 is IT-108033 now/),
      expect.stringMatching(/IT-108033, nel 2020, sono stati assegnati 5,28 euro/),
    ]);
    expect((await aid("--places", "001005")).err).toMatch(/IT-001005 ended on 2018-12-31/);
  });

  test("places of two levels are an explanation and no number", async () => {
    expect((await aid("--places", "08,034027")).out).toMatch(/sono di livelli diversi/);
    expect((await aid("--places", "Roma")).err).toMatch(/Roma is no place/);
    expect(
      (await run(["compare", "older-residents", "--as", MONZA, "--places", "IT,03"])).out,
    ).not.toMatch(/\d,\d/);
  });
});

test("a practice card hangs on it, has versions, and is shown with its signature checked", async () => {
  const { member: _, ...own } = { ...card, indicator: "older-residents" };
  const at = join(world.at.root, "card.json");
  const publish = async (change: object) => {
    await writeFile(at, JSON.stringify({ ...own, ...change }));
    return run(["practice", "publish", at, "--as", MONZA]);
  };
  expect((await publish({})).out).toMatch(
    /casa-prima version 1 hangs on older-residents, signed by IT-108033/,
  );
  expect((await publish({ version: 3 })).err).toMatch(/the next version of this card is 2/);
  expect(
    (
      await publish({
        version: 2,
        title: { it: "Casa prima di tutto", en: "Housing first of all" },
      })
    ).code,
  ).toBe(0);
  expect((await publish({ indicator: "happiness" })).err).toMatch(/no indicator happiness/);
  const shown = await run(["practices", "--indicator", "older-residents", "--lang", "it"]);
  expect(shown.out).toMatch(/Casa prima di tutto[\s\S]*v2 · inventata[\s\S]*A chi scrivere/);
  expect((await run(["practices", "--member", NOVARA, "--lang", "en"])).out).toBe(
    "There are no cards.\n",
  );
});

test("a program does the same with the client: from a key to a comparison", async () => {
  const tavolo = await connect({
    hub,
    member: MONZA,
    key: await keyOf(world.at, MONZA, "member"),
    clock: world.clock,
  });
  const { comparison } = await tavolo.compare("older-residents", {
    members: [MONZA, NOVARA],
    periods: ["2022"],
  });
  expect(comparison.figures.map((figure) => figure.state === "shown" && figure.value)).toEqual([
    (1000 * 30_309) / 121_939,
    (1000 * 24_566) / 101_332,
  ]);
  expect(
    (await tavolo.practices({ member: MONZA })).map(({ id, version }) => [id, version]),
  ).toEqual([["casa-prima", 2]]);
  await expect(
    tavolo.compare("happiness", { members: [MONZA], periods: ["2022"] }),
  ).rejects.toThrow("not-found");
});
