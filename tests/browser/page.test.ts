/** The manager's page as the hub serves it, in a real browser: every view, both languages, a narrow window, a keyboard alone, paper, files. */
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POLICY } from "../../functions/dashboard/handler.ts";
import { accessible, fits, launch, outFile, picture, there, type Watched, watch } from "./setup.ts";
import { layTable, MONZA, PADOVA, ROVIGO, type Table } from "./table.ts";

describe.runIf(there)("the page", () => {
  let table: Table;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watched: Watched;
  beforeAll(async () => {
    [table, browser] = await Promise.all([layTable(), launch()]);
    context = await browser.newContext({
      locale: "it-IT",
      viewport: { width: 1280, height: 900 },
      acceptDownloads: true,
    });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = await context.newPage();
    watched = watch(page, [table.hub]);
    await page.goto(await table.link(PADOVA));
    await page.waitForSelector(".settled .figures");
  });
  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });

  const open = async (search: string, ready = ".settled") => {
    await page.goto(`${table.hub}/${search}`);
    await page.waitForSelector(ready);
  };

  test("a sentence, the table-picture and the table under it say the same; the key is gone from the address", async () => {
    expect(new URL(page.url()).hash).toBe("");
    expect(await page.textContent("h1")).toBe("Aiutati a casa");
    expect(await page.textContent(".spoken")).toMatch(
      /^A Padova, nel 2022, .*\d su 100.*ore a testa|^Di Padova non si dice un numero/,
    );
    const names = await page
      .locator(".grid-picture")
      .first()
      .locator(".line:not(.together) .who")
      .allTextContents();
    expect(names).toEqual(["Mantova", "Monza", "Padova", "Reggio nell'Emilia", "Rovigo"]);
    expect(await page.locator(".figures").first().locator("tbody th").allTextContents()).toEqual(
      names,
    );
    const [drawn] = await page.locator(".line.own .numbers strong").allTextContents();
    await page.locator(".figures summary").first().click();
    const own = await page.locator(".figures").first().locator("tr.own td").allTextContents();
    expect(own.join(" ")).toContain(drawn ?? "");
    await picture(page, "manager-1280");
  });

  test("known, reached and not reached are the same numbers in picture and table", async () => {
    const texts = (where: string) => page.locator(where).first().allInnerTexts();
    const [known] = await texts(".line.own .known");
    const [left] = await texts(".line.own .left");
    const cells = await page.locator(".figures").first().locator("tr.own td").allTextContents();
    expect(cells.slice(1, 3)).toEqual([
      expect.stringMatching(`^${known} \\(`),
      expect.stringMatching(`^${left} \\(`),
    ]);
    expect(known).toMatch(/^\d+,\d$/);
  });

  test("what is too uncertain for a number is a band: no dot, no comparison, and no number said", async () => {
    const drawn = page.locator(".grid-picture").first().locator(".line", { hasText: "Rovigo" });
    expect(await drawn.locator(".place").first().locator(".band").count()).toBe(1);
    expect(await drawn.locator(".place").first().locator(".point").count()).toBe(0);
    expect(await drawn.locator(".numbers").first().locator("strong").count()).toBe(0);
    const row = page.locator(".figures").first().locator("tr", { hasText: "Rovigo" });
    const between = /^tra [\d,]+ e [\d,]+$/;
    expect(await row.locator("td").allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(between)]),
    );
    expect(await page.textContent(".told")).toMatch(/con Rovigo il confronto non è fatto/);
    expect(await page.locator(".grid-picture").first().getAttribute("aria-label")).toMatch(
      /Rovigo tra [\d,]+ e [\d,]+/,
    );
    expect(await page.textContent(".missing")).toMatch(
      /solo il margine.*Rovigo, 2020, 2021, 2022\./i,
    );
    expect(await page.textContent(".key")).toContain("troppo incerto per un numero");
  });

  test("what nobody compared is not said to be alike, nor drawn as absent, nor passed over", async () => {
    await open("?indicator=known&lang=it");
    const told = (await page.textContent(".told")) ?? "";
    expect(told).toMatch(/aiutati a casa il confronto di Padova con gli altri non è fatto/);
    expect(told.split("aiutati a casa")[1]).not.toMatch(/rientra nel margine|certa/);
    const beside = page
      .locator(".grid-picture")
      .first()
      .locator(".line:not(.own) .place:nth-of-type(4)");
    expect(await beside.locator(".dot-untested").count()).toBeGreaterThan(0);
    expect(await page.locator(".grid-picture .dot-same, .grid-picture .dot-apart").count()).toBe(
      await page.locator(".grid-picture .place:nth-of-type(2) :is(.dot-same, .dot-apart)").count(),
    );
    expect(await page.locator(".trend-wide .trend-title strong").allTextContents()).toEqual([
      "Conosciuti",
    ]);
    expect(await page.textContent(".trends")).toMatch(
      /L’andamento di «Aiutati a casa» non è disegnato qui/,
    );
    expect(await page.textContent(".missing")).not.toContain("si vede tutto");
    expect(await page.textContent(".missing")).toMatch(/confronto non fatto.*Aiutati a casa/i);
    await accessible(page, "not compared");
    await picture(page, "state-not-compared");
  });

  test("no year stands in for another in a trend, and exact figures have no margin", async () => {
    await open("?indicator=residents&period=2020&lang=it");
    expect(await page.textContent(".stand-in")).toBe(
      "Residenti: cifre del 2022, perché del 2020 non ce ne sono.",
    );
    expect(await page.locator(".trend .point").count()).toBe(0);
    expect(await page.textContent(".trends")).toMatch(/«Residenti» non ha andamento/);
    expect(await page.textContent(".missing")).toMatch(/nulla|non è stato aggiunto/);
    expect(await page.textContent("main")).not.toMatch(/ritocca|Margine \(95%\)|19 volte/);
    expect(await page.locator(".grid-picture .pill").count()).toBe(0);
    await picture(page, "state-exact");

    await open("?indicator=helped&period=2021&lang=it");
    expect(await page.textContent(".stand-in")).toBe(
      "Aiutati a casa: per il 2021 il denominatore è quello del 2022.",
    );
    expect(await page.textContent(".trends")).toMatch(
      /per il 2020 e 2021 il denominatore è quello del 2022/,
    );
  });

  test.each([
    [
      "?indicator=nope",
      ".unknown",
      /l’indicatore «nope», che nessuno ha definito.*Tutti gli indicatori/,
    ],
    [
      "?period=1999",
      ".wrong-address",
      /Del 1999 non ci sono cifre: qui si vede il 2022\. Ci sono: 2020, 2021, 2022/,
    ],
    ["?city=padova", ".wrong-address", /«city», che non è una scelta di questa pagina/],
    ["?of=sex:X", ".wrong-address", /«of=sex:X», che qui non c’è/],
    ["?peers=chosen&members=IT-001272", ".wrong-address", /«members=IT-001272»/],
    ["?view=places&place=99", ".wrong-address", /«place=99»/],
  ])("a wrong address says so, and what to do: %s", async (search, where, what) => {
    await page.goto(`${table.hub}/${search}&lang=it`);
    expect(await page.textContent(where)).toMatch(what);
    expect(await page.textContent("main")).toMatch(/scegli/i);
    await accessible(page, search);
    if (search === "?indicator=nope") expect(await page.locator(".grid-picture").count()).toBe(0);
  });

  test("the cities' signatures are checked here, and whoever wishes sees which", async () => {
    await open("?lang=it");
    expect(await page.textContent(".signatures")).toMatch(/4 risposte su 5 portano la firma/);
    await page.getByText("Vedi le firme").click();
    expect(await page.locator(".prints li").allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Monza · risposta/)]),
    );
  });

  test("the policy lets in nothing inline and nothing from elsewhere, and nothing was asked of anybody else", async () => {
    const response = await page.request.get(table.hub);
    expect(response.headers()["content-security-policy"]).toBe(POLICY);
    expect(POLICY).not.toMatch(/unsafe|https?:|\*/);
    expect(watched).toEqual({ faults: [], elsewhere: [] });
  });

  test.each([
    ["Excel (XLSX)", "helped.xlsx", /^PK/],
    ["CSV", "helped.csv", /IT-028060/],
    ["JSON", "helped.json", /"IT-028060"/],
    ["Parquet", "helped.parquet", /^PAR1/],
    ["JSON-stat 2.0", "helped.json-stat.json", /"class": ?"dataset"/],
    ["SDMX-CSV 2.0", "helped.sdmx.csv", /OBS_VALUE/],
  ])("it is taken along as %s", async (title, name, content) => {
    if ((await page.locator(".settled .menu").count()) === 0) await open("?lang=it");
    await page.getByText("Scarica", { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: title, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    expect(await readFile(await download.path(), "latin1")).toMatch(content);
  });

  test("the script of every view is under 300 KB, compressed", async () => {
    const sizes = new Map<string, number>();
    for (const search of ["", "?view=places", "?view=catalogue"]) {
      // a browser that has nothing yet
      const fresh = await browser.newContext({ locale: "it-IT" });
      const one = await fresh.newPage();
      const scripts: Promise<number>[] = [];
      one.on("requestfinished", (request) => {
        if (request.url().endsWith(".js"))
          scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
      });
      await one.goto(await table.link(PADOVA, search));
      await one.waitForSelector(search === "?view=catalogue" ? "#search" : ".settled");
      sizes.set(
        search,
        (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0),
      );
      await fresh.close();
    }
    for (const [search, size] of sizes)
      expect([search, size]).toEqual([search, Math.min(size, 300 * 1024)]);
    expect(Math.min(...sizes.values())).toBeGreaterThan(20_000);
  });

  const VIEWS = [
    "",
    "?view=indicators",
    "?view=practices",
    "?view=places",
    "?view=places&place=05",
    "?view=catalogue",
    "?indicator=women&of=zone:nord",
  ];
  // each view twice: wide in Italian, narrow in English
  test.each(VIEWS)("axe-core finds nothing at %s, and nothing scrolls sideways", async (view) => {
    const ready = /view=(?!places)/.test(view) ? "main h1" : ".settled";
    await open(`${view === "" ? "?" : `${view}&`}lang=it`, ready);
    await accessible(page, view);
    await page.setViewportSize({ width: 360, height: 780 });
    await fits(page, view);
    await picture(page, `view-360${view.replaceAll(/\W+/g, "-")}`);
    await page.getByRole("button", { name: "English" }).click();
    await page.waitForSelector("html[lang=en]");
    await fits(page, `${view} in English`);
    await accessible(page, `${view} at 360 in English`);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(watched.faults).toEqual([]);
  });

  test("the other language is a click away, and the choice stays in the address", async () => {
    await open("?lang=it&period=2021&order=value");
    await page.getByRole("button", { name: "English" }).click();
    await page.waitForSelector("html[lang=en]");
    expect(await page.textContent("h1")).toBe("Helped at home");
    expect(page.url()).toMatch(/period=2021&order=value&lang=en$/);
  });

  test("a copied link shows the same picture to somebody else", async () => {
    await open(
      `?indicator=helped&period=2021&peers=chosen&members=${PADOVA},${MONZA}&order=value&lang=it`,
    );
    await page.getByRole("button", { name: "Copia link" }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await browser.newContext({ locale: "en-GB" });
    const theirs = await other.newPage();
    await theirs.goto(await table.link(MONZA, new URL(link).search));
    await theirs.waitForSelector(".settled");
    const rows = (one: Page) =>
      one.locator(".grid-picture").first().locator(".line:not(.together)").allTextContents();
    expect(await rows(theirs)).toEqual(await rows(page));
    expect(await theirs.getAttribute("html", "lang")).toBe("it");
    await other.close();
  });

  test("on A4 it is one page, with the table open", async () => {
    await open("?lang=it");
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      path: await outFile("manager-a4.pdf"),
    });
    expect(pdf.toString("latin1").match(/\/Type ?\/Page\b(?!s)/g)).toHaveLength(1);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(await page.locator(".figures table").first().isVisible()).toBe(true);
    expect(await page.locator(".choices").isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen" });
    expect(await page.locator(".figures table").first().isVisible()).toBe(false);
  });

  test("with a keyboard alone: past the header, through the choices, into the figures; the focus stays where it is", async () => {
    await open("?lang=it");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Vai al contenuto");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
    const passed: string[] = [];
    for (let at = 0; at < 60; at++) {
      await page.keyboard.press("Tab");
      const [name, visible] = await page.evaluate(() => {
        const one = document.activeElement as HTMLElement;
        const { width, height } = one.getBoundingClientRect();
        return [
          one.id || (one.ariaLabel ?? one.textContent ?? "").trim(),
          width > 0 && height > 0,
        ] as const;
      });
      expect([name, visible]).toEqual([name, true]);
      passed.push(name);
      if (name === "Per chi programma") break;
    }
    const order = [
      "Scarica",
      "Copia link",
      "Stampa",
      "indicator",
      "period",
      "order",
      "Tutti",
      "Togli Monza dal confronto",
      "Per chi programma",
    ];
    expect(order.map((name) => passed.indexOf(name))).toEqual(
      order.map((name) => passed.indexOf(name)).sort((a, b) => a - b),
    );
    expect(order.filter((name) => !passed.includes(name))).toEqual([]);

    await page.focus("#period");
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction(() =>
      document.querySelector(".subtitle")?.textContent?.includes("2021"),
    );
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("period");
    const chip = page.getByRole("button", { name: "Togli Monza dal confronto" });
    await chip.focus();
    await page.keyboard.press("Enter");
    await page
      .getByRole("status")
      .filter({ hasText: "Figura aggiornata: 3 comuni" })
      .waitFor({ state: "attached" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      "Aggiungi Monza al confronto",
    );
  });

  test("from the nation to a municipality, the level always said", async () => {
    await open("?view=places&lang=it");
    expect(await page.textContent(".spoken")).toMatch(/Italia: 0,13/);
    expect(await page.textContent(".level")).toBe("Livello mostrato: regioni · dentro: Italia");
    expect(await page.locator(".map .place").count()).toBe(107);
    await picture(page, "places-nation");
    await page.getByRole("link", { name: "Veneto" }).click();
    await page.waitForFunction(() =>
      document.querySelector(".level")?.textContent?.includes("province"),
    );
    await page.getByRole("link", { name: "Rovigo" }).click();
    await page.waitForFunction(() =>
      document.querySelector(".level")?.textContent?.includes("comuni"),
    );
    await page.getByText("0,05").first().waitFor();
    expect(page.url()).toContain("place=029");
    expect(ROVIGO).toContain("029");
  });

  test("the catalogue is searched as one types, and what was typed is in the address", async () => {
    await open("?view=catalogue&lang=it", "#search");
    await page.fill("#search", "aiuti MONZA");
    expect(await page.locator(".catalogue h2").allTextContents()).toEqual(["Aiuti a casa"]);
    expect(page.url()).toContain("q=aiuti+MONZA");
  });

  test("who has no key is asked for one, and a file that is none says so", async () => {
    const stranger = await browser.newContext({ locale: "it-IT" });
    const theirs = await stranger.newPage();
    await theirs.goto(`${table.hub}/?lang=it`);
    await theirs.getByRole("heading", { name: "Serve la chiave del Comune" }).waitFor();
    await accessible(theirs, "sign-in");
    await theirs.setInputFiles("#key", {
      name: "no.jwk",
      mimeType: "application/json",
      buffer: Buffer.from("{}"),
    });
    await theirs.getByText("non è una chiave privata").waitFor();
    await theirs.selectOption("#member", PADOVA);
    await theirs.setInputFiles("#key", table.world.at.key(PADOVA, "member"));
    await theirs.waitForSelector(".settled .figures");
    await stranger.close();
  });
});
