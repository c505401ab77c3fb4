/** The operator's view at the hub, in a real browser: public facts, in both languages, wide and narrow. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { layOwnerTable, MONZA, type OwnerTable } from "./owner-table.ts";
import { accessible, fits, launch, picture, there, type Watched, watch } from "./setup.ts";

describe.runIf(there)("the operator's view", () => {
  let table: OwnerTable;
  let browser: Browser;
  let page: Page;
  let watched: Watched;
  beforeAll(async () => {
    [table, browser] = await Promise.all([layOwnerTable(), launch()]);
    page = await (
      await browser.newContext({ locale: "it-IT", timezoneId: "Europe/Rome" })
    ).newPage();
    watched = watch(page, [table.hub]);
  });
  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });

  const text = async () => (await page.locator("main").allInnerTexts()).join("\n");

  for (const language of ["it", "en"] as const)
    for (const width of [1280, 360])
      test(`in ${language} at ${width}`, async () => {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${table.hub}/operator?lang=${language}`);
        await page.locator(".o-table").waitFor();
        await accessible(page, `operator ${language} ${width}`);
        await fits(page, `operator ${language} ${width}`);
        await picture(page, `operator-${language}-${width}`);
        expect(watched).toEqual({ faults: [], elsewhere: [] });
      });

  test("says who is here, whose node answers, what each account says, and how many agreements wait", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${table.hub}/operator?lang=it`);
    await page.locator(".o-table").waitFor();
    const said = await text();
    expect(said).toMatch(/Membri\s+5\s+Tutti i nodi rispondono/);
    expect(said).toMatch(/Conti che non tornano\s+0/);
    expect(said).toMatch(/2 aspettano una firma/);
    expect(said).toMatch(/Padova 2022\s+11,1 punti su 15 \(54% dello spazio\)\s+✓ torna/);
    expect(said).toMatch(/1 in vigore\s+5 risposte, 5 oggi/);
  });

  test("an account that does not fit comes first, in amber, in the hub's words; a node that is away is named", async () => {
    await page.route("**/v1/accounts", (route) =>
      route.fulfill({
        json: {
          v: 1,
          accounts: [
            { member: MONZA, outcome: "unreachable" },
            {
              member: "IT-028060",
              year: "2022",
              ceiling: 15,
              mu2: 0.3,
              discrepancies: ["IT-028060/prestazioni/2022/2 is published and not in the account"],
            },
          ],
        },
      }),
    );
    await page.goto(`${table.hub}/operator?lang=it`);
    await page.locator(".o-table").waitFor();
    expect(await page.locator(".o-waiting li").first().textContent()).toContain(
      "is published and not in the account",
    );
    expect(await text()).toMatch(/Monza\s+non risponde/);
    await accessible(page, "operator, odd");
    await picture(page, "operator-odd");
  });
});
