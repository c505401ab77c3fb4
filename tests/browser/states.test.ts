/** What the page shows where figures are not: each state as a reader meets it, in a real browser, with a picture kept of it. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyOf } from "../../adapters/local/members.ts";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import { Statement } from "../../schemas/query.ts";
import { HUB } from "../world/machine.ts";
import { accessible, fits, launch, picture, there } from "./setup.ts";
import {
  aiuti,
  definitions,
  layTable,
  MANTOVA,
  MONZA,
  PADOVA,
  REGGIO,
  ROVIGO,
  type Table,
} from "./table.ts";

/** Text that a page must show and never run. */
const HOSTILE = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
const LONG =
  "Comunità montana delle valli dell'alta collina e dei torrenti riuniti di Sopra, di Mezzo e di Sotto";

describe.runIf(there)("where there is no figure", () => {
  let table: Table;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    const hostile = aiuti({
      title: { it: HOSTILE, en: HOSTILE },
      source: HOSTILE,
      licence: HOSTILE,
    });
    [table, browser] = await Promise.all([
      layTable({
        names: { [REGGIO]: LONG },
        descriptor: (city) =>
          city === MONZA
            ? hostile
            : aiuti(
                {},
                city === REGGIO ? ["2021", "2022"] : undefined,
                city === ROVIGO ? 50 : undefined,
              ),
        definitions: definitions().map((one) =>
          one.id === "share" ? { ...one, name: { it: HOSTILE, en: HOSTILE } } : one,
        ),
      }),
      launch(),
    ]);
    context = await browser.newContext({ locale: "it-IT", viewport: { width: 1280, height: 900 } });
  });
  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });

  /** A page that remembers no answer; its script is in the browser's cache. */
  async function fresh(): Promise<void> {
    await page?.close();
    page = await context.newPage();
  }
  /** Signed in afresh, so that nothing asked before is remembered. */
  async function as(
    member: string,
    search = "?lang=it",
    ready = ".settled, .nothing, .explained",
  ): Promise<Page> {
    await fresh();
    await page.goto(await table.link(member, search));
    await page.waitForSelector(ready);
    return page;
  }
  const row = (name: string) =>
    page.locator(".grid-picture").first().locator(".line", { hasText: name });
  const missing = () => page.locator(".missing");

  test("waiting: the names are there at once, and nothing lies over the page", async () => {
    let answer = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await fresh();
    await page.route("**/v1/query", async (route) => {
      await waiting;
      await route.continue();
    });
    await page.goto(await table.link(PADOVA));
    await page.waitForSelector(".waiting");
    expect(await page.locator(".waiting .who").allTextContents()).toContain("Monza");
    expect(await page.textContent("h1")).toBe("Aiutati a casa");
    await picture(page, "state-waiting");
    answer();
    await page.waitForSelector(".settled .figures");
  });

  test("withheld: a dashed box and a sign in its row, never a zero, and a reason below", async () => {
    await as(PADOVA);
    expect(await row("Rovigo").locator(".instead").first().textContent()).toBe(
      "non mostrato: meno di 50 persone",
    );
    expect(await row("Rovigo").locator(".numbers").first().textContent()).toBe("*");
    expect(await row("Rovigo").locator(".point, .band").count()).toBe(0);
    expect(await page.textContent(".key")).toContain("* non mostrato");
    // one reason is one line, with all that it is about
    expect(
      await missing().locator("li", { hasText: "Sono meno persone" }).allTextContents(),
    ).toEqual([
      expect.stringMatching(
        /non mostrato.*Aiutati a casa: Rovigo, 2020, 2021, 2022\..*Sono meno persone/i,
      ),
    ]);
    await picture(page, "state-withheld");
  });

  test("absent: a year that a city did not publish is written in its panel, and never bridged", async () => {
    await as(PADOVA);
    const panel = page.locator(".trend-wide .trend").nth(0);
    expect(await panel.locator(".instead").textContent()).toBe("assente");
    expect([await panel.locator(".point").count(), await panel.locator(".line").count()]).toEqual([
      2, 1,
    ]);
    expect(await missing().textContent()).toMatch(
      /assente.*Comunità montana.*, 2020\..*Il Comune non ha pubblicato questo dato/i,
    );
  });

  test("no agreement: the row stays, and how to ask for one is a click away", async () => {
    await as(PADOVA);
    expect(await row("Mantova").textContent()).toContain("serve un accordo");
    await page.getByRole("button", { name: "Come si chiede un accordo" }).click();
    expect(await page.getByText("L’altro Comune lo legge sulla sua pagina").isVisible()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("SUMMARY");
    await picture(page, "state-no-agreement");
  });

  test("too wide: the picture stays, and the box below says that it cannot tell the cities apart", async () => {
    await as(PADOVA, "?indicator=women&lang=it");
    expect(await page.textContent(".notice")).toMatch(
      /Queste cifre non bastano a distinguere i comuni/,
    );
    expect(await row("Monza").locator(".dot-same").count()).toBe(1);
    await picture(page, "state-too-wide");
  });

  test("every figure withheld: no axes, one sentence why, and a question that has an answer", async () => {
    await as(ROVIGO, `?peers=chosen&members=${ROVIGO}&lang=it`);
    expect(await page.locator(".grid-picture").count()).toBe(0);
    expect(await page.textContent(".nothing")).toMatch(
      /Non c’è nessuna cifra da mostrare.*Sono meno persone/,
    );
    await accessible(page, "all withheld");
    await picture(page, "state-all-withheld");
    await page.locator(".nothing a").click();
    await page.waitForSelector(".settled .figures");
  });

  test("an empty dataset: the same, and no fault", async () => {
    await as(PADOVA, "?indicator=empty&lang=it", ".nothing a");
    expect(await page.textContent(".nothing")).toMatch(/Non c’è nessuna cifra da mostrare.*Leggi/);
    await picture(page, "state-empty");
  });

  test("alone: without any agreement one's own figures, and public statistics", async () => {
    await as(MANTOVA);
    expect(await page.textContent(".alone")).toMatch(
      /Mantova da sola: nessun accordo serve.*Buoni a testa/,
    );
    expect(
      await page
        .locator(".grid-picture")
        .first()
        .locator(".line:not(.heads):not(.axes) .who")
        .allTextContents(),
    ).toEqual(["Mantova"]);
    await accessible(page, "alone");
    await picture(page, "state-alone");
  });

  test.each([
    ["nothing", /Non c'è nulla per cui dividere/],
    ["levels", /livelli diversi/],
  ])(
    "an indicator that is refused gives an explanation, and no number: %s",
    async (indicator, why) => {
      await as(PADOVA, `?indicator=${indicator}&lang=it`);
      expect(await page.textContent("main")).toMatch(why);
      expect(await page.locator(".grid-picture, .numbers strong").count()).toBe(0);
      await accessible(page, indicator);
      await picture(page, `state-refused-${indicator}`);
    },
  );

  test("hostile text is shown and never run: titles, sources, names of indicators", async () => {
    await as(PADOVA, "?view=catalogue&lang=it", "#search");
    expect(await page.locator(".catalogue h2").allTextContents()).toContain(HOSTILE);
    await picture(page, "state-hostile");
    await as(PADOVA, "?indicator=share&lang=it");
    expect(await page.textContent("h1")).toBe(HOSTILE);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toBe(`${HOSTILE} · Tavolo`);
  });

  test("a long label breaks, and pushes nothing out of the window", async () => {
    await as(PADOVA);
    expect(await row("Comunità montana").count()).toBe(1);
    await fits(page, "a long label");
    await page.setViewportSize({ width: 360, height: 780 });
    await fits(page, "a long label at 360");
    await picture(page, "state-long-label-360");
    await accessible(page, "a long label at 360");
  });

  // from here on Reggio's node is nowhere
  test("a node that is down: its row stays in its place, and leaves sentence, total and signatures", async () => {
    await table.world.moveNode(REGGIO, "http://127.0.0.1:9");
    await as(PADOVA, `?peers=chosen&members=${PADOVA},${MONZA},${REGGIO}&lang=it`);
    expect(await row("Comunità montana").textContent()).toMatch(
      /non ha risposto alle \d{2}\.\d{2}/,
    );
    expect(await page.textContent(".pictures .second")).toMatch(/^2 comuni su 3/);
    expect(await page.textContent(".signatures")).toMatch(/2 risposte su 3/);
    expect(await page.textContent(".told")).not.toContain("Comunità");
    await accessible(page, "a node down");
    await picture(page, "state-node-down");
  });

  describe("a signature fails", () => {
    /** The hub's answers, as a hub would send them that changes them and signs again. */
    async function lying(change: (statement: Statement) => Statement, sign = true): Promise<void> {
      const key = await keyOf(table.world.at, HUB, "hub");
      await fresh();
      await page.route("**/v1/query", async (route) => {
        const response = await route.fetch();
        const jws = await response.text();
        if (response.status() !== 200) return route.fulfill({ response, body: jws });
        const changed = change(peek(jws, Statement));
        const [head, , signature] = jws.split(".");
        const body = sign
          ? await signCompact(key, "tavolo-statement+jws", changed)
          : `${head}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}.${signature}`;
        return route.fulfill({ response, body });
      });
      await page.goto(await table.link(PADOVA, `?peers=chosen&members=${PADOVA},${MONZA}&lang=it`));
      await page.waitForSelector(".distrusted");
    }
    const withoutSignature = (jws: string) =>
      `${jws.split(".").slice(0, 2).join(".")}.${"A".repeat(86)}`;

    test("of one city: before the title it says whose, and the figures of that row are gone", async () => {
      await lying((statement) => ({
        ...statement,
        outcomes: statement.outcomes.map((one) =>
          one.member === MONZA && "partial" in one
            ? { ...one, partial: withoutSignature(one.partial) }
            : one,
        ),
      }));
      expect(await page.textContent(".distrusted")).toMatch(/Monza non porta una firma valida/);
      await page.waitForSelector(".settled");
      expect(await row("Monza").textContent()).toContain("firma non valida: cifre tolte");
      expect(await row("Padova").locator(".numbers strong").count()).toBe(2);
      const places = await page.evaluate(() =>
        [".distrusted", "h1"].map(
          (one) => document.querySelector(one)!.getBoundingClientRect().top,
        ),
      );
      expect(places[0]).toBeLessThan(places[1]!);
      await accessible(page, "a signature fails");
      await picture(page, "state-signature-member");
    });

    test("of a definition: a hub that changes what is divided by what is found out", async () => {
      await fresh();
      await page.route(/\/v1\/indicators$/, async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replaceAll('"multiplier":100', '"multiplier":1000');
        return route.fulfill({ response, body });
      });
      await page.goto(await table.link(PADOVA));
      await page
        .getByRole("alert")
        .filter({ hasText: /definition of \w+ is not what its member signed/ })
        .waitFor();
      expect(await page.locator(".grid-picture").count()).toBe(0);
    });

    test("of the table itself: no figure is shown at all", async () => {
      await lying((statement) => ({ ...statement, iat: statement.iat + 1 }), false);
      expect(await page.textContent(".distrusted")).toMatch(/nessuna cifra è mostrata/);
      expect(await page.locator(".grid-picture").count()).toBe(0);
      await picture(page, "state-signature-hub");
    });
  });
});
