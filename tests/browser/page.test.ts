/** The manager's page as the hub serves it, in a real browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessible, fits, launch, picture, there, type Watched, watch } from "./setup.ts";
import { layTable, PADOVA, type Table } from "./table.ts";

describe.runIf(there)("the page", () => {
  let table: Table;
  let browser: Browser;
  let page: Page;
  let watched: Watched;
  beforeAll(async () => {
    [table, browser] = await Promise.all([layTable(), launch()]);
    page = await browser.newPage({ locale: "it-IT", viewport: { width: 1280, height: 900 } });
    watched = watch(page, [table.hub]);
    await page.goto(await table.link(PADOVA));
    await page.waitForSelector(".figures");
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });

  test("shows a city among others, and takes the key out of its address", async () => {
    expect(new URL(page.url()).hash).toBe("");
    expect(await page.textContent("h1")).toBe("Aiutati a casa");
    expect(await page.locator(".figures tbody th").allTextContents()).toContain("Padova");
    await picture(page, "manager-1280");
    expect(watched).toEqual({ faults: [], elsewhere: [] });
  });

  test("has nothing that axe-core finds, and scrolls in one direction only", async () => {
    await accessible(page, "indicator");
    await fits(page, "indicator");
  });
});
