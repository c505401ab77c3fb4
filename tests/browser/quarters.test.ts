/** A service by quarters on the page: chosen by name, drawn beside each other, and never beside the year. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessible, fits, launch, picture, there } from "./setup.ts";
import { aiuti, definitions, layTable, MONZA, PADOVA, type Table } from "./table.ts";

const quarters = [1, 2, 3, 4].map((quarter) => `2022-Q${quarter}`);
const NAMES = ["primo", "secondo", "terzo", "quarto"].map((one) => `${one} trimestre 2022`);

const service = () => {
  const calendar = Object.fromEntries([...quarters, "2022"].map((one) => [one, ["2023-03-31"]]));
  const { policy } = aiuti();
  return aiuti({
    v: 2,
    period: { start: "INIZIO", end: "FINE" },
    policy: { ...policy, advantage: 5, calendar },
  });
};
/** A hundred persons more each quarter, all of whom stay; half of them are helped at home. */
function rows(): string {
  const lines = ["INIZIO;FINE;CODICE;SESSO;ZONA;AIUTO;ORE"];
  for (let n = 0; n < 1200; n++) {
    const month = ["01", "04", "07", "10"][n < 900 ? 0 : Math.floor((n - 900) / 100) + 1];
    const help = n % 2 ? "home" : "other";
    const hours = n % 2 ? `${6 + (n % 7)},00` : "";
    lines.push(`15/${month}/2022;;P${n};${n % 5 < 3 ? "F" : "M"};nord;${help};${hours}`);
  }
  return `${lines.join("\n")}\n`;
}

describe.runIf(there)("quarters", () => {
  let table: Table;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    const valid = [...quarters, "2022"];
    [table, browser] = await Promise.all([
      layTable({
        cities: [PADOVA, MONZA],
        descriptor: service,
        rows,
        definitions: definitions().map((one) =>
          one.denominator?.valid ? { ...one, denominator: { ...one.denominator, valid } } : one,
        ),
      }),
      launch(),
    ]);
    context = await browser.newContext({ locale: "it-IT", viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });
  const ticks = () => page.locator(".trend-wide .trend").first().locator(".tick").allTextContents();

  test("an address names one; it is chosen by its name, spoken, and stands beside the others", async () => {
    await page.goto(await table.link(PADOVA, "?indicator=helped&period=2022-Q3"));
    await page.waitForSelector(".settled");
    expect(await page.locator("#period").inputValue()).toBe("2022-Q3");
    expect(await page.locator("#period option").allTextContents()).toEqual([...NAMES, "2022"]);
    expect(await page.textContent(".subtitle")).toContain(", terzo trimestre 2022. ");
    expect(await page.textContent(".spoken")).toContain("nel terzo trimestre 2022");
    expect(await page.textContent("#trend")).toBe("Com’è cambiato, dal primo trimestre 2022");
    expect(await ticks()).toEqual(["T1 ’22", "T2", "T3", "T4"]);
    expect(await page.locator(".trend-wide .trend").first().locator(".line").count()).toBe(3);
    expect(await page.textContent(".trends")).toMatch(
      /A Padova, dal primo trimestre 2022 al quarto trimestre 2022/,
    );
    await accessible(page, "quarters");
    await fits(page, "quarters");
    await picture(page, "quarters");
  });

  test("the year is a choice of its own, and no point among its quarters", async () => {
    await page.selectOption("#period", "2022");
    await page.waitForURL(/period=2022&/);
    await page.waitForSelector(".settled");
    expect(await page.textContent(".subtitle")).toContain(", 2022. ");
    expect(await page.locator(".trends").count()).toBe(0);
    await page.selectOption("#period", "2022-Q1");
    await page.waitForURL(/period=2022-Q1&/);
    await page.waitForSelector(".trends");
    expect(await ticks()).toHaveLength(4);
  });
});
