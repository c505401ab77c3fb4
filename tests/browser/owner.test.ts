/** The owner's page as her own node serves it, in a real browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { layOwnerTable, type OwnerTable } from "./owner-table.ts";
import { accessible, fits, launch, picture, there, type Watched, watch } from "./setup.ts";

const WIDE = { width: 1280, height: 900 };

describe.runIf(there)("the owner's page", () => {
  let table: OwnerTable;
  let browser: Browser;
  let page: Page;
  let watched: Watched;
  beforeAll(async () => {
    [table, browser] = await Promise.all([layOwnerTable(), launch()]);
    page = await browser.newPage({ locale: "it-IT", viewport: WIDE });
    watched = watch(page, [table.owner]);
    await page.goto(await table.link());
    await page.waitForSelector(".o-policies");
    await page.waitForSelector(".o-agreements");
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });

  test("shows what is spent, what comes next and what awaits a decision, and asks nobody but its own node", async () => {
    expect(new URL(page.url()).hash).toBe("");
    expect(await page.textContent("h1")).toBe("Padova: i nostri dati");
    await picture(page, "owner-1280");
    expect(watched).toEqual({ faults: [], elsewhere: [] });
  });

  test("has nothing that axe-core finds, and scrolls in one direction only", async () => {
    await accessible(page, "overview");
    await fits(page, "overview");
  });
});
