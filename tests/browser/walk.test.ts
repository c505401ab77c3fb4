/**
 * The walk of the demonstration, seven minutes for a person: made rows of its cities through ingest and release, and then the page alone,
 * signed in as one city after the other. Cities and datasets that no step looks at are left out.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../adapters/client/nodejs.ts";
import { signinLink } from "../../adapters/client/signin.ts";
import { clockOffset } from "../../adapters/clock/clock.ts";
import { demonstrationIndicators } from "../../adapters/demo/demonstration-indicators.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import type { LocalMember } from "../../adapters/local/state.ts";
import { cities, cityOf } from "../../docs/demo/cities.ts";
import { descriptorsOf, residenti } from "../../docs/demo/datasets.ts";
import { benefitsFile } from "../../docs/demo/generate.ts";
import { type Theme, themeFile } from "../../docs/demo/themes.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { PrivateJwk } from "../../schemas/words.ts";
import { type Agreed, HUB, makeWorld, type World } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";
import { accessible, launch, outFile, picture, there, type Watched, watch } from "./setup.ts";

const [BERGAMO, COMO, MONZA, NOVARA, PADOVA, PARMA, REGGIO, ROVIGO] = [
  ...[
    "IT-016024",
    "IT-013075",
    "IT-108033",
    "IT-003106",
    "IT-028060",
    "IT-034027",
    "IT-035033",
    "IT-029041",
  ],
] as [string, string, string, string, string, string, string, string];

/** What the steps look at, and who has it. */
const CIRCLES: Readonly<Record<string, readonly string[]>> = {
  prestazioni: [PADOVA, COMO, ROVIGO],
  attivita: [PADOVA, BERGAMO, PARMA],
  marginalita: [MONZA, NOVARA],
  doposcuola: [COMO, ROVIGO],
  "lavoro-povero": [REGGIO, PARMA],
};
/** Between the two releases that Bergamo's platform, which rests on consent, makes for 2022. */
const [TODAY, AFTER] = ["2023-07-01", "2023-10-01"] as const;

describe.runIf(there)("the walk", () => {
  let world: World;
  let hub: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watched: Watched;
  beforeAll(async () => {
    const member = ({ id, names }: (typeof cities)[number]): LocalMember => ({
      id,
      name: names,
      roles: ["provider", "consumer"],
      node: true,
    });
    world = await makeWorld(
      [
        ...cities.map(member),
        { id: "istat", name: { it: "ISTAT", en: "ISTAT" }, roles: ["provider"], node: true },
      ],
      TODAY,
    );
    for (const [dataset, among] of Object.entries(CIRCLES))
      for (const id of among)
        await publish(id, descriptorsOf(cityOf(id)).find((one) => one.id === dataset)!);
    await world.publish(
      "istat",
      residenti(),
      new URL("../../docs/demo/public/residenti-2022.csv", import.meta.url).pathname,
    );
    const agreed = Object.entries(CIRCLES).flatMap(([dataset, among]) =>
      among.flatMap((consumer) =>
        among.flatMap((provider): Agreed[] =>
          consumer === provider ? [] : [{ consumer, provider, dataset }],
        ),
      ),
    );
    hub = (await world.start(agreed)).hub;
    await demonstrationIndicators(world.at, await world.store(HUB), world.clock);
    browser = await launch();
    context = await browser.newContext({
      locale: "it-IT",
      viewport: { width: 1280, height: 900 },
      acceptDownloads: true,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  /** Benefits of one year, since nobody looks at their trend; a theme with all of its years. */
  async function publish(id: string, descriptor: Descriptor): Promise<void> {
    const city = cityOf(id);
    if (descriptor.id === "prestazioni") {
      const calendar = { "2022": descriptor.policy.calendar["2022"]! };
      await world.publish(
        id,
        { ...descriptor, policy: { ...descriptor.policy, calendar } },
        benefitsFile(city, 2022),
      );
      return;
    }
    await world.publish(id, descriptor, themeFile(city, descriptor.id as Theme));
    const release = await releaseOf(world.at, id, await world.store(id), world.clock);
    for (const period of ["2020", "2021"])
      if (descriptor.policy.calendar[period]) await release({ dataset: descriptor.id, period });
  }

  /** Opens the page as a city: the link that `tavolo signin` prints, with the clock of the demonstration. */
  async function as(member: string, indicator: string, more = ""): Promise<void> {
    await page?.close();
    page = await context.newPage();
    watched = watch(page, [hub]);
    const key = PrivateJwk.parse(
      JSON.parse(await readFile(world.at.key(member, "member"), "utf8")),
    );
    const link = signinLink(hub, { member, key, ahead: Math.round(clockOffset(world.at.clock)) });
    await page.goto(link.replace("/#", `/?indicator=${indicator}${more}&lang=it#`));
    await page.waitForSelector(".settled");
  }
  const names = () =>
    page
      .locator(".grid-picture")
      .first()
      .locator(".line:not(.heads):not(.axes):not(.together) .who")
      .allTextContents();

  test("1. Padova asks: we have fewer at our courses; and you? Bergamo and Parma answer in one picture, with their trends", async () => {
    await as(PADOVA, "active-participants");
    expect(await names()).toEqual(["Bergamo", "Padova", "Parma"]);
    expect(
      await page.locator(".pictures .dot-apart, .pictures .dot-same").count(),
    ).toBeGreaterThanOrEqual(2);
    expect(await page.locator(".trend-wide .panel-name").allTextContents()).toEqual([
      "Bergamo",
      "Padova",
      "Parma",
    ]);
    expect(await page.textContent(".trends")).toMatch(/A Padova, dal 2020 al 2022/);
    await accessible(page, "walk 1");
    await picture(page, "walk-1-active-participants");
  });

  test("2. the first question in one sentence: known, helped at home, and for how long", async () => {
    await as(PADOVA, "home-care-coverage");
    expect(await page.textContent(".spoken")).toMatch(
      /^A Padova il Comune conosce \d\d,\d anziani su 100 tra 75 e 84 anni; ne aiuta a casa [4-8],\d, che ricevono (circa \d+,\d|tra \d+,\d e \d+,\d) ore al mese\./,
    );
    const [known, gap] = await page.locator(".line.own .known, .line.own .left").allTextContents();
    const of = (text = "") => Number(text.replace(",", "."));
    expect(of(known)).toBeGreaterThan(of(gap));
    await picture(page, "walk-2-first-question");
  });

  test("3. what one point more takes, and how many of those who live alone it would reach", async () => {
    await page.locator(".own-card .amounts li", { hasText: "euro" }).waitFor();
    const card = page.locator(".own-card");
    expect(await card.locator(".amounts li").allTextContents()).toEqual([
      "203 persone",
      expect.stringMatching(/^(\d{2}\.000|tra \d{2}\.000 e \d{2}\.000) ore l’anno$/),
      expect.stringMatching(
        /^(\d{3}\.000 euro l’anno, a \d{2},\d{2} euro l’ora|tra \d{3}\.000 e \d{3}\.000 euro l’anno)$/,
      ),
    ]);
    expect(await card.textContent()).toMatch(/per 3,3 su 100 delle circa 6\.100 persone/);
    await card.locator("input").fill("60");
    await card.getByText("per 1,7 su 100 delle circa 12.000 persone").waitFor();
  });

  test("4. Monza asks Novara for exits to housing; where a figure has no number the page says why", async () => {
    await as(MONZA, "exits-to-housing");
    expect(await names()).toEqual(["Monza", "Novara"]);
    // the returns that it must be read beside are mostly too uncertain for a number: then no number is said
    expect(await page.textContent(".spoken")).toMatch(
      /^A Monza, nel 2022, .* persone su 100 in contatto hanno trovato una casa|^Di Monza non si dice un numero/,
    );
    // some group is too small for a number, whatever the noise is today
    const codes = await page
      .locator("select[id^='of-'] option")
      .evaluateAll((options) => options.map((one) => (one as HTMLOptionElement).value));
    const bands = () => page.locator(".pictures .band, .pictures .instead, .nothing").count();
    let without = await bands();
    for (const code of codes.filter(Boolean)) {
      if (without > 0) break;
      const dimension = code === "yes" || code === "no" ? "national" : "service";
      await as(MONZA, "exits-to-housing", `&of=${dimension}:${code}`);
      without = await bands();
    }
    expect(without).toBeGreaterThan(0);
    expect(await page.textContent(".missing")).toMatch(
      /solo il margine.*(troppo incert)|non mostrato.*Sono meno persone/i,
    );
    await accessible(page, "walk 4");
    await picture(page, "walk-4-uncertain");
  });

  test("5. Reggio's working poor: need, reached and gap, by kind of work", async () => {
    await as(REGGIO, "working-poor-known");
    expect(await names()).toEqual(["Parma", "Reggio nell'Emilia"]);
    expect(await page.textContent(".head.parts")).toContain("Bisogno, raggiunti, non raggiunti");
    expect(await page.textContent(".spoken")).toMatch(
      /^A Reggio nell'Emilia, di 100 nuclei che lavorano e restano poveri, il Comune ne conosce (tra )?\d\d/,
    );
    await page.selectOption("#indicator", "working-poor");
    await page.waitForURL(/indicator=working-poor&/);
    await page.waitForSelector(".settled .pictures");
    await picture(page, "walk-5-working-poor");
  });

  test("6. Como opens Rovigo's practice card and its cost per youth: from a figure to a colleague", async () => {
    await as(COMO, "youth-cost");
    expect(await names()).toEqual(["Como", "Rovigo"]);
    const card = page.locator(".card-practice", { hasText: "Rovigo" });
    expect(await card.locator("a").getAttribute("href")).toMatch(/^mailto:[^@]+@rovigo\.example/);
    expect(await card.textContent()).toMatch(/Firma del Comune verificata · versione 1/);
    await picture(page, "walk-6-practice-card");
    expect(watched).toEqual({ faults: [], elsewhere: [] });
  });

  test("7. a person leaves Bergamo's platform: the next release no longer counts them, and a city leaves; what was said before still verifies", async () => {
    await as(PADOVA, "active-participants");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Scarica la prova" }).click(),
    ]);
    const proof = await outFile("walk-7-proof.json");
    await download.saveAs(proof);
    expect(await page.textContent(".trends")).toContain("2020");

    const rows = new TextDecoder("latin1")
      .decode(themeFile(cityOf(BERGAMO), "attivita"))
      .split(/\r?\n/);
    const column = rows[0]!.split(";").indexOf("COD_FISCALE");
    const [person] = rows
      .slice(1)
      .flatMap((row) => (row.split(";").at(-1) === "2022" ? [row.split(";")[column]!] : []));
    const left = await tavolo(
      world.at.root,
      ["withdraw", "attivita", "--yes", "--identifiers", "--as", BERGAMO],
      `${person}\n`,
    );
    expect(JSON.parse(left.out)).toMatchObject({
      dataset: "attivita",
      rowsRemovedAtOnce: true,
      countedNoLongerFrom: "2023-09-30",
    });

    await world.setDay(AFTER);
    ({ hub } = await world.start());
    const made = await (
      await releaseOf(world.at, BERGAMO, await world.store(BERGAMO), world.clock)
    )({
      dataset: "attivita",
      period: "2022",
    });
    expect(made.id).toBe(`${BERGAMO}/attivita/2022/2`);
    await as(PADOVA, "active-participants");
    expect(await names()).toEqual(["Bergamo", "Padova", "Parma"]);
    // nobody can be read off the page: neither who left, nor that anybody did
    expect(await page.content()).not.toContain(person);
    expect(await page.textContent("main")).not.toMatch(/recess|withdraw/i);

    // and a city leaves the federation: Parma, since Ravenna is no member yet
    expect((await tavolo(world.at.root, ["member", "leave", "--as", PARMA])).out).toMatch(
      /has left/,
    );
    await as(PADOVA, "active-participants");
    expect(await names()).toEqual(["Bergamo", "Padova"]);
    await picture(page, "walk-7-after-leaving");

    const client = await connect({ hub, clock: world.clock });
    const { statements } = JSON.parse(await readFile(proof, "utf8")) as {
      statements: Record<string, string>;
    };
    expect(Object.keys(statements).length).toBeGreaterThan(1);
    for (const jws of Object.values(statements))
      expect((await client.verify(jws)).report.ok).toBe(true);
    // and so the command line says, without any network
    await writeFile(join(world.at.root, "proof.json"), JSON.stringify({ v: 1, statements }));
    const verified = await tavolo(world.at.root, ["verify", join(world.at.root, "proof.json")]);
    expect([verified.code, verified.err]).toEqual([0, ""]);
  });
});
