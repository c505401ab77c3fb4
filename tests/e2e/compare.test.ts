/** From an indicator to figures beside each other: definitions at the hub, questions over HTTP, the command that people type. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { askHub } from "../../adapters/client/asking.ts";
import { demonstrationDefinitions } from "../../adapters/demo/demonstration-indicators.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { cityOf } from "../../docs/demo/cities.ts";
import { residenti, theme } from "../../docs/demo/datasets.ts";
import { sizeOf, themeFile } from "../../docs/demo/themes.ts";
import { compare } from "../../functions/indicators/compare/compare.ts";
import { type Asking, questionsFor } from "../../functions/indicators/compare/questions.ts";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import type { Comparison, ShownFigure } from "../../schemas/comparison.ts";
import type { Indicator } from "../../schemas/indicator.ts";
import { Statement } from "../../schemas/query.ts";
import { post } from "../world/http.ts";
import { makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";

const [MONZA, NOVARA] = ["IT-108033", "IT-003106"] as const;
let world: World;
let definitions: Indicator[];
beforeAll(async () => {
  world = await makeWorld([member(MONZA), member(NOVARA), member("istat")], "2023-07-01");
  for (const id of [MONZA, NOVARA])
    await world.publish(id, theme(cityOf(id), "marginalita"), themeFile(cityOf(id), "marginalita"));
  await world.publish(
    "istat",
    residenti(),
    new URL("../../docs/demo/public/residenti-2022.csv", import.meta.url).pathname,
  );
  const { hub } = await world.start([
    { consumer: MONZA, provider: NOVARA, dataset: "marginalita" },
  ]);
  definitions = (await demonstrationDefinitions()).filter((one) => one.theme === "marginality");
  const key = await keyOf(world.at, MONZA, "member");
  for (const definition of definitions) {
    const proposal = await signCompact(key, "tavolo-indicator+jws", {
      v: 1,
      iss: MONZA,
      iat: world.clock(),
      definition,
    });
    expect(
      (await post(`${hub}/v1/indicators`, JSON.stringify({ proposal }), "application/json")).status,
    ).toBe(201);
  }
});
afterAll(() => world.close());

const named = (id: string): Indicator => definitions.find((one) => one.id === id)!;
async function compared(as: string, asking: Asking): Promise<Comparison> {
  const asker = await world.asker(as);
  const statements: Record<string, Statement> = {};
  for (const [name, question] of Object.entries(questionsFor(asking)))
    statements[name] = peek(await askHub(asker, question), Statement);
  return compare(asking, statements);
}
const shown = ({ figures }: Comparison) =>
  figures.filter((figure): figure is ShownFigure => figure.state === "shown");

test("two cities beside each other: their figures hold what was drawn, within the noise that they publish", async () => {
  const found = await compared(MONZA, {
    indicator: named("homeless-in-contact"),
    members: [MONZA, NOVARA],
    periods: ["2022"],
    purposeId,
  });
  for (const { member: id, numerator, denominator, noise, value } of shown(found)) {
    const size = sizeOf("marginalita", cityOf(id), 2022);
    expect(denominator).toMatchObject({ value: cityOf(id).residents, sd: 0 });
    // five deviations, and the few rows that lack a cell
    expect(Math.abs(numerator.value - size)).toBeLessThan(5 * numerator.sd + 0.02 * size);
    expect(noise).toBeCloseTo((1000 * numerator.sd) / denominator!.value, 12);
    expect(value).toBeCloseTo((1000 * numerator.value) / denominator!.value, 12);
  }
  expect(shown(found)).toHaveLength(2);
  expect(found.origin).toBe("mixed");
  expect(found.sources.map(({ dataset, origin }) => [dataset, origin])).toContainEqual([
    "residenti",
    "real",
  ]);
});

test("alone first: without any agreement a city has its own figures beside public ones, and the others' place says why it is empty", async () => {
  const asking = {
    indicator: named("homeless-in-contact"),
    members: [NOVARA, MONZA],
    periods: ["2022"],
  };
  const { figures } = await compared(NOVARA, asking);
  expect(figures).toMatchObject([
    { member: NOVARA, state: "shown" },
    { member: MONZA, state: "absent", why: "no-agreement" },
  ]);
});

test("the command shows the table, the picture and the sentences", async () => {
  const listed = await tavolo(world.at.root, ["indicators", "--lang", "it"]);
  expect(listed.out).toMatch(/exits-to-housing v1.*Uscite verso una casa/);
  const { out, code } = await tavolo(world.at.root, [
    "compare",
    "exits-to-housing",
    "--as",
    MONZA,
    "--lang",
    "it",
  ]);
  expect(code).toBe(0);
  expect(out).toMatch(/IT-108033.*[├●].*│/);
  // returns are of few people: read beside an interval alone, the figure is in the table and in no sentence
  expect(out).toMatch(/IT-108033.*│ \d+,\d \(\d+,\d–\d+,\d\).*│/);
  expect(out).toMatch(
    /A IT-108033, nel 2022, (tra )?\d+.* persone su 100|IT-108033.*, 2022\. Da leggere accanto a «Rientri|IT-108033, 2022\. Il margine/,
  );
  expect(out).toMatch(/inventati/);
  const json = await tavolo(world.at.root, [
    "compare",
    "exits-to-housing",
    "--as",
    MONZA,
    "--periods",
    "2022",
    "--json",
  ]);
  expect(JSON.parse(json.out)).toMatchObject({
    v: 1,
    members: [MONZA, NOVARA],
    periods: ["2022"],
    origin: "made",
  });
});

test("asked by a member that may see nobody's, it says that there is no agreement, and calls nothing real that is made", async () => {
  const { out, code } = await tavolo(world.at.root, [
    "compare",
    "exits-to-housing",
    "--as",
    "istat",
    "--members",
    MONZA,
    "--lang",
    "en",
  ]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /IT-108033, 2022\. Whoever looks has no agreement in force with this member on these data\./,
  );
  expect(out).toMatch(/made data; level: municipality[\s\S]*There are no figures to compare\./);
});

test("what cannot be compared is a plain sentence", async () => {
  const unknown = await tavolo(world.at.root, ["compare", "happiness", "--as", MONZA]);
  expect([unknown.code, unknown.err]).toEqual([
    1,
    expect.stringMatching(/there is no indicator happiness/),
  ]);
  const period = await tavolo(world.at.root, [
    "compare",
    "exits-to-housing",
    "--as",
    MONZA,
    "--periods",
    "now",
  ]);
  expect([period.code, period.err]).toEqual([
    1,
    expect.stringMatching(/--periods: now is no period/),
  ]);
});
