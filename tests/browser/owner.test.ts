/** The owner's page as her own node serves it, in a real browser: every view, both languages, wide and narrow, and the keyboard alone. */
import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { askHub } from "../../adapters/client/asking.ts";
import { ownNode, ownToken } from "../../adapters/client/own.ts";
import { signerOf } from "../../adapters/client/signer.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { peek, verifyCompact } from "../../functions/signing/jws.ts";
import { Register } from "../../schemas/agreement.ts";
import { SubjectReceipt } from "../../schemas/consent.ts";
import { DirectoryEntry } from "../../schemas/member.ts";
import { OwnWithdrawals } from "../../schemas/owner.ts";
import type { Question } from "../../schemas/query.ts";
import { BERGAMO, layOwnerTable, NOVARA, type OwnerTable, PADOVA } from "./owner-table.ts";
import { accessible, fits, launch, picture, there, type Watched, watch } from "./setup.ts";

const AnyJson = z.looseObject({});
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 360, height: 740 };
const VIEWS = ["overview", "policies", "withdrawals", "agreements", "log"] as const;
/** What is there once a view has all that it asked its node for. */
const READY: Readonly<Record<(typeof VIEWS)[number], readonly string[]>> = {
  overview: [".o-policies", ".o-agreements", ".o-hours"],
  policies: [".o-policies"],
  withdrawals: [".o-waiting"],
  agreements: [".o-agreements"],
  log: [".o-log"],
};

let table: OwnerTable;
let browser: Browser;
let page: Page;
let watched: Watched;
async function opened(link: string, viewport = WIDE): Promise<Page> {
  const fresh = await (
    await browser.newContext({ locale: "it-IT", timezoneId: "Europe/Rome", viewport })
  ).newPage();
  watched = watch(fresh, [table.owner]);
  await fresh.goto(link);
  return fresh;
}
/** As a reader sees it. */
/** What stands there, once anything does. */
async function textOf(place: Locator): Promise<string> {
  await place.first().waitFor();
  return (await place.allInnerTexts()).join("\n");
}
const ready = async (view: (typeof VIEWS)[number]) => {
  for (const one of READY[view]) await page.waitForSelector(one);
};

describe.runIf(there)("the owner's page", () => {
  beforeAll(async () => {
    [table, browser] = await Promise.all([layOwnerTable(), launch()]);
    page = await opened(await table.link());
    await ready("overview");
  });
  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });

  test("shows what is spent, what comes next and what awaits a decision, in this order, and asks nobody but its own node", async () => {
    expect(new URL(page.url()).hash).toBe("");
    expect(await page.textContent("h1")).toBe("Padova: i nostri dati");
    const cards = (await textOf(page.locator(".o-cards"))).replace(/\s+/g, " ");
    expect(cards).toMatch(
      /11,1 punti su 15.*altri 10,3 punti.*15 gennaio 2027.*Opposizioni e revoche in attesa 3 inventato.*dal 15 gennaio 2027.*2 accordi da firmare/,
    );
    expect(await page.locator(".o-bar desc").textContent()).toContain("54% dello spazio");
    const headings = await page.locator("main h2:not(.o-label)").allTextContents();
    expect(headings).toEqual([
      "Dati e rilasci",
      "Prova una politica, prima di pubblicare",
      "Accordi da firmare",
      "Il nodo, ultime 24 ore",
      "Calendario",
    ]);
    const day = await textOf(page.locator(".o-two"));
    expect(day).toMatch(/Risposte\s+5\s/);
    expect(day).toMatch(/busta non valida \(3\)/);
    expect(watched).toEqual({ faults: [], elsewhere: [] });
  });

  test("brings along less than 300 KB of script, compressed", async () => {
    const bytes = await page.evaluate(() =>
      (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
        .filter(({ name }) => name.endsWith(".js"))
        .reduce((sum, one) => sum + one.encodedBodySize, 0),
    );
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(300 * 1024);
  });

  test("the account's ticks stand where the points are: 10 and 5 make 11.1", async () => {
    const places = await page
      .locator(".o-bar .o-tick")
      .evaluateAll((ticks) => ticks.map((tick) => Number.parseFloat(tick.getAttribute("x1")!)));
    // (mu(5)/mu(15))² and (mu(10)/mu(15))², of the table in the design of disclosure control
    expect(places[0]).toBeCloseTo((100 * 0.2513 ** 2) / 0.7706 ** 2, 1);
    expect(places[1]).toBeCloseTo((100 * 0.5067 ** 2) / 0.7706 ** 2, 1);
    const wide = await page
      .locator(".o-bar rect.o-spent")
      .evaluateAll((parts) => parts.map((part) => Number.parseFloat(part.getAttribute("width")!)));
    expect(wide.reduce((sum, one) => sum + one, 0)).toBeCloseTo(places[0]! + places[1]!, 1);
  });

  test("four policies on made subjects; the one that does not fit stays, and says so", async () => {
    expect(await page.locator(".o-policy h3").allTextContents()).toEqual([
      "Quella di oggi",
      "Un campo in meno",
      "Ordine 1",
      "20 punti",
    ]);
    expect(await textOf(page.locator(".o-policy").nth(3))).toMatch(/non entra: 20 punti/);
    expect(await textOf(page.locator("section:has(.o-policies)"))).toMatch(
      /nessuna riga vera è stata guardata/,
    );
  });

  test("an owner reads of privacy points here; the word is nowhere in the manager's page", async () => {
    const words = await readFile("adapters/page/manager/messages.it.ts", "utf8");
    expect(words).not.toMatch(/punti di riservatezza|vantaggio|epsilon/i);
  });

  for (const language of ["it", "en"] as const)
    for (const [name, viewport] of [
      ["1280", WIDE],
      ["360", NARROW],
    ] as const)
      test(`every view in ${language} at ${name}: nothing that axe-core finds, nothing sideways`, async () => {
        await page.setViewportSize(viewport);
        for (const view of VIEWS) {
          await page.goto(`${table.owner}/?view=${view}&lang=${language}`);
          await ready(view);
          expect(await page.getAttribute("html", "lang")).toBe(language);
          await accessible(page, `${view} ${language} ${name}`);
          await fits(page, `${view} ${language} ${name}`);
          await picture(page, `owner-${view}-${language}-${name}`);
        }
        expect(watched).toEqual({ faults: [], elsewhere: [] });
        await page.setViewportSize(WIDE);
      });

  test("by keyboard alone: the skip link, a part of the page, its form", async () => {
    await page.goto(`${table.owner}/?lang=it`);
    await ready("overview");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Vai al contenuto");
    await page.keyboard.press("Enter");
    const reach = async (text: string) => {
      for (let n = 0; n < 60; n++) {
        await page.keyboard.press("Tab");
        if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === text)
          return;
      }
      throw new Error(`${text} is not reached`);
    };
    await reach("Opposizioni e revoche");
    await page.keyboard.press("Enter");
    await ready("withdrawals");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
    await reach("Registra la richiesta");
    await page.keyboard.press("Space");
    expect(await textOf(page.locator(".o-outcome"))).toBe("Scrivi almeno una persona.");
    // whoever goes back is where they were
    await page.goBack();
    await ready("overview");
  });

  test("takes persons out: the rows at once, a receipt for each, and their names leave the screen", async () => {
    await page.goto(`${table.owner}/?view=withdrawals&lang=it`);
    await ready("withdrawals");
    await page.getByLabel("Dati").selectOption("prestazioni");
    await page.getByLabel("Persone, una per riga").fill("P10\nP11\n\n P12 ");
    await page.getByRole("button", { name: "Registra la richiesta" }).click();
    expect(await textOf(page.locator(".o-outcome"))).toContain("3 persone (3 righe): è giusto?");
    await page.getByRole("button", { name: "Sì, registra" }).click();
    await page.waitForFunction(() =>
      document.querySelector(".o-outcome")?.textContent?.startsWith("Richiesta registrata"),
    );
    expect(await textOf(page.locator(".o-outcome"))).toBe(
      "Richiesta registrata: 3 persone. Dalla pubblicazione del 15 gennaio 2027 non sono più contate.",
    );
    expect(await page.getByLabel("Persone, una per riga").inputValue()).toBe("");
    await page.waitForFunction(() =>
      document.querySelector(".o-waiting")?.textContent?.includes("6 in attesa"),
    );
    await picture(page, "owner-withdrawn");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Scarica le ricevute" }).click(),
    ]);
    const receipts = (await readFile(await file.path(), "utf8")).trim().split("\n");
    const { keys } = peek(await readFile(table.world.at.entry(PADOVA), "utf8"), DirectoryEntry);
    for (const jws of receipts) {
      const receipt = await verifyCompact(jws, "tavolo-receipt+jws", SubjectReceipt, {
        keys,
        use: "release",
        now: table.world.clock(),
      });
      expect(receipt).toMatchObject({
        dataset: "prestazioni",
        kind: "objection",
        rowsRemovedAtOnce: true,
        countedNoLongerFrom: "2027-01-15",
      });
    }
    expect(receipts).toHaveLength(3);
    expect(watched).toEqual({ faults: [], elsewhere: [] });
  });

  test("reads an agreement in plain words and signs it here: hub and node hold to it from then on", async () => {
    await page.goto(`${table.owner}/?view=agreements&lang=it`);
    await ready("agreements");
    const card = page.locator(".o-agreements > li", { hasText: "Novara" });
    expect((await textOf(card)).replace(/\s+/g, " ")).toMatch(
      /Vede tutte le cifre pubblicate, per Età, Sesso Non vede righe, nomi, conteggi esatti, Quartiere Limite 500 domande/,
    );
    await card.getByRole("button", { name: "Leggi e firma" }).click();
    const panel = card.locator(".o-panel");
    expect(await textOf(panel)).toMatch(/Che cosa Novara non vedrà[\s\S]*Non per: Quartiere/);
    await accessible(page, "agreement, open");
    await picture(page, "owner-agreement-open");
    await panel.getByRole("button", { name: "Firma con la chiave dell’ente" }).click();
    await page.getByText("Firmato: il nodo risponde da adesso.").waitFor();
    const asker = await table.world.asker(NOVARA);
    const { agreements } = Register.parse(await (await fetch(`${table.hub}/v1/agreements`)).json());
    const signed = agreements.find(({ consumer }) => consumer === NOVARA)!;
    expect(signed).toMatchObject({ state: "in-force", awaits: [] });
    const question = {
      purposeId: signed.purpose.id,
      members: [PADOVA],
      dataset: "prestazioni",
      period: "2022",
      measures: [{ count: "any" }],
      where: {},
    };
    const outcomeOf = async (by: string[]) =>
      JSON.stringify(peek(await askHub(asker, { ...question, by } as Question), AnyJson));
    expect(await outcomeOf(["age"])).toContain('"outcome":"answered"');
    expect(await outcomeOf(["district"])).toContain("beyond-agreement");
  });

  test("asks for a change: the proposal is closed, with the reason that everybody may read", async () => {
    const card = page.locator(".o-agreements > li", { hasText: "Bergamo" });
    await card.getByRole("button", { name: "Chiedi una modifica" }).click();
    await card.getByLabel("In una frase").fill("solo per il 2022");
    await card.getByRole("button", { name: "Manda la richiesta" }).click();
    await page.getByText("Fatto: la proposta è chiusa.").waitFor();
    const file = await (
      await fetch(`${table.hub}/v1/agreements/${BERGAMO}/${PADOVA}/attivita/1`)
    ).json();
    expect(file).toMatchObject({ state: "revoked" });
    expect(peek((file as { events: string[] }).events[0]!, AnyJson)).toMatchObject({
      iss: PADOVA,
      what: "revoke",
      reason: "Si chiede una modifica: solo per il 2022",
    });
    await page.waitForFunction(() =>
      document.querySelector("main")?.textContent?.includes("Bergamo legge"),
    );
    expect(await textOf(page.locator("section", { hasText: "Gli altri accordi" }))).toMatch(
      /Bergamo legge[\s\S]*revocato o rifiutato/,
    );
  });

  test("the private log has what was done here, whole, and names nobody", async () => {
    await page.goto(`${table.owner}/?view=log&lang=it`);
    await ready("log");
    const text = await textOf(page.locator("main"));
    expect(text).toMatch(/opposizione o revoca[\s\S]*persons 3/);
    expect(text).toContain("Le voci mostrate sono come furono scritte.");
    expect(text).not.toMatch(/\bP1[0-2]\b/);
    await picture(page, "owner-log");
  });

  test("the key of another member opens nothing, and is told so; nor is there anything without a key", async () => {
    const other = await opened(await table.link(BERGAMO));
    await other.getByText("Questa chiave non apre questo nodo").waitFor();
    expect(await other.locator(".o-cards").count()).toBe(0);
    await accessible(other, "another's key");
    await picture(other, "owner-another-key");
    const nobody = await opened(`${table.owner}/?lang=en`);
    expect(await textOf(nobody.locator("h1"))).toBe(
      "This page is the organisation’s, and nobody else’s",
    );
    await accessible(nobody, "no key");
    await fits(nobody, "no key");
    await picture(nobody, "owner-closed");
    await other.context().close();
    await nobody.context().close();
  });

  test("over HTTP: refused without a token, with another's, with a stolen one; unknown at hub and at the answering side; never kept", async () => {
    const url = `${table.owner}/v1/own/overview`;
    const clock = table.world.clock;
    const signerFor = async (id: string) => signerOf((await table.signin(id)).key);
    const [mine, theirs] = [await signerFor(PADOVA), await signerFor(BERGAMO)];
    const get = async (token: string | undefined, by = mine, at = url) => {
      const dpop = token && (await proofFor({ method: "GET", url: at, token }, by, clock()));
      const reply = await fetch(at, {
        headers: token ? { authorization: `DPoP ${token}`, dpop: dpop! } : {},
      });
      return {
        status: reply.status,
        kept: reply.headers.get("cache-control"),
        said: await reply.text(),
      };
    };
    const token = await ownToken({ member: PADOVA, signer: mine, clock });
    expect(await get(token)).toMatchObject({ status: 200, kept: "no-store" });
    expect(await get(undefined)).toMatchObject({ status: 401, kept: "no-store" });
    expect(await get(token, theirs)).toMatchObject({ status: 401 });
    expect(
      await get(await ownToken({ member: BERGAMO, signer: theirs, clock }), theirs),
    ).toMatchObject({ status: 401 });
    expect(
      await get(await ownToken({ member: PADOVA, signer: theirs, clock }), theirs),
    ).toMatchObject({ status: 401 });
    for (const place of [table.hub, table.node])
      expect(await get(token, mine, `${place}/v1/own/overview`)).toMatchObject({ status: 404 });
    const html = await fetch(`${table.owner}/`);
    expect(html.headers.get("content-security-policy")).not.toMatch(/unsafe|https?:/);
    // what a program sees is what the page shows
    const left = await ownNode({ member: PADOVA, signer: mine, node: table.owner, clock }).get(
      "/v1/own/withdrawals",
      OwnWithdrawals,
    );
    expect(left.datasets.find(({ dataset }) => dataset === "prestazioni")).toMatchObject({
      persons: 6,
    });
  });

  test("a node that has gone away is said to be, and the page stays", async () => {
    await page.goto(`${table.owner}/?view=policies&lang=it`);
    await ready("policies");
    await page.route("**/v1/own/log", (route) => route.abort());
    await page.getByRole("link", { name: "Registro" }).click();
    await page
      .getByText("Il nodo non ha risposto a questa domanda: il nodo non risponde.")
      .waitFor();
    await accessible(page, "node away");
    await picture(page, "owner-node-away");
    await page.unroute("**/v1/own/log");
    await page.getByRole("button", { name: "Riprova" }).click();
    await ready("log");
  });
});

describe.runIf(there)("odd nodes", () => {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test("one with nothing in it yet says how to begin", async () => {
    table = await layOwnerTable({ empty: true });
    page = await opened(await table.link());
    await page.getByText("Nel nodo non ci sono ancora dati.").waitFor();
    await page.getByText("Nessun accordo aspetta una firma.", { exact: true }).waitFor();
    expect(await textOf(page.locator(".o-cards"))).toMatch(/Riservatezza spesa\s+Ancora niente/);
    await accessible(page, "empty");
    await picture(page, "owner-empty");
    for (const view of ["policies", "withdrawals", "log"] as const) {
      await page.goto(`${table.owner}/?view=${view}&lang=it`);
      await page.locator("main h2").first().waitFor();
      await fits(page, view);
    }
    expect(watched).toEqual({ faults: [], elsewhere: [] });
    await table.close();
  });

  test("a long title with hostile text in it is shown and not run, and nothing moves sideways", async () => {
    const title = `<img src=x onerror="document.title='run'"><script>document.title='run'</script> ${"Prestazionisenzaunospazio".repeat(4)}`;
    table = await layOwnerTable({ title });
    page = await opened(await table.link(), NARROW);
    await page.locator(".o-table").waitFor();
    expect(await textOf(page.locator(".o-name").first())).toBe(title);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).not.toBe("run");
    await page.getByText("1 primo rilascio da fare").waitFor();
    await fits(page, "hostile");
    await picture(page, "owner-hostile-360");
    await table.close();
  });
});
