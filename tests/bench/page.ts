/** The manager's page in a real browser: how long until it shows something, and until it shows something else. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildPage } from "../../adapters/page/build.ts";
import { type Table as Laid, layTable, PADOVA } from "../browser/table.ts";
import { manyOffers, searches } from "./catalogue.ts";
import { type Section, spreadOf, type Table } from "./measure.ts";
import { scriptTables } from "./script.ts";

const CHROMIUM = process.env.TAVOLO_CHROMIUM ?? "/usr/bin/chromium";
const DATASETS = 10_000;
const SEARCHES = 200;
/** Each has 18 clicks that are measured. */
const VISITS = 6;

/** Each differs from the one before by one city: taken out, or put back. */
const WALK = ["Rovigo", "Reggio", "Rovigo", "Monza", "Reggio", "Rovigo"] as const;
const INDICATORS = ["helped", "hours", "share"] as const;

/** What is done in the page: the time, in milliseconds, until the frame in which the picture is as wanted has been drawn. */
interface Deed {
  /** Taking a city out, or putting it back; choosing an order or an indicator; typing. */
  readonly do: "city" | "order" | "indicator" | "search";
  readonly value: string;
}

/** Runs in the page. */
const inPage = ({ do: what, value }: Deed): Promise<number> =>
  new Promise((done, fail) => {
    const lines = () =>
      [...document.querySelectorAll(".grid-picture .who, .catalogue h2")].map(
        (one) => one.textContent ?? "",
      );
    // a city is in the picture, or not; else another title, or other lines
    const seen = () =>
      what === "city"
        ? String(lines().some((line) => line.startsWith(value)))
        : `${document.querySelector("h1")?.textContent} ${lines().join("|")}`;
    const before = seen();
    const isThere = () => lines().length > 0 && seen() !== before;
    const set = (id: string, event: string) => {
      const field = document.getElementById(id) as HTMLInputElement | HTMLSelectElement;
      field.value = value;
      field.dispatchEvent(new Event(event, { bubbles: true }));
    };
    const late = setTimeout(() => fail(new Error(`nothing came of ${what} ${value}`)), 10_000);
    const from = performance.now();
    const look = () => {
      if (!isThere()) return;
      observer.disconnect();
      clearTimeout(late);
      // after the frame
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    if (what === "search") set("search", "input");
    else if (what === "city")
      [...document.querySelectorAll<HTMLButtonElement>("button.who-chip")]
        .find((one) => one.textContent?.startsWith(value))!
        .click();
    else set(what, "change");
  });

const act = (page: Page, deed: Deed): Promise<number> => page.evaluate<number, Deed>(inPage, deed);

/** Runs in the page before anything else: when the first picture has been drawn, counted from the beginning of the visit. */
function watchFirst(): void {
  const observer = new MutationObserver(() => {
    if (document.querySelector(".grid-picture") === null) return;
    observer.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        (window as unknown as { firstPicture: number }).firstPicture = performance.now();
      }),
    );
  });
  observer.observe(document, { childList: true, subtree: true });
}

const settled = (page: Page) => page.waitForSelector(".indicator.settled", { timeout: 20_000 });

interface Times {
  readonly first: number[];
  readonly cities: number[];
  readonly years: number[];
  readonly orders: number[];
}

/** One visit with nothing kept from before: signs in, and looks at one set of cities after another, each of which is asked anew. */
async function visit(browser: Browser, table: Laid, times: Times): Promise<void> {
  const context = await browser.newContext({
    locale: "it-IT",
    viewport: { width: 1280, height: 900 },
  });
  try {
    const page = await context.newPage();
    await page.addInitScript(watchFirst);
    await page.goto(await table.link(PADOVA));
    await page.waitForFunction(() => "firstPicture" in window);
    times.first.push(
      await page.evaluate(() => (window as unknown as { firstPicture: number }).firstPicture),
    );
    await settled(page);
    for (const indicator of INDICATORS) {
      if (indicator !== INDICATORS[0]) {
        await act(page, { do: "indicator", value: indicator });
        await settled(page);
      }
      for (const city of WALK) {
        const began = performance.now();
        times.cities.push(await act(page, { do: "city", value: city }));
        await settled(page);
        times.years.push(performance.now() - began);
      }
      for (const city of WALK.toReversed()) {
        await act(page, { do: "city", value: city });
        await settled(page);
      }
      for (const value of ["value", "name", "value", "name"])
        times.orders.push(await act(page, { do: "order", value }));
    }
  } finally {
    await context.close();
  }
}

interface Typed {
  readonly index: number[];
  readonly search: number[];
  readonly redrawn: number[];
}

/** The catalogue as it is typed into, with ten thousand datasets in place of the hub's own; and its two functions alone. */
async function typing(browser: Browser, hub: string): Promise<Typed> {
  const offers = manyOffers(DATASETS);
  const page = await browser.newPage({ locale: "it-IT" });
  try {
    await page.route("**/v1/datasets", (route) =>
      route.fulfill({ json: { v: 1, members: offers } }),
    );
    await page.goto(`${hub}/?view=catalogue&lang=it`);
    await page.waitForSelector(".catalogue li");
    const redrawn: number[] = [];
    for (const value of searches(SEARCHES)) redrawn.push(await act(page, { do: "search", value }));
    const { outputFiles } = await build({
      stdin: {
        contents: 'export * from "./search.ts";',
        resolveDir: join(import.meta.dirname, "../../adapters/page"),
      },
      ...{
        bundle: true,
        write: false,
        format: "iife",
        globalName: "searching",
        platform: "browser",
        minify: true,
      },
    });
    await page.goto("about:blank");
    await page.addScriptTag({ content: outputFiles[0]!.text });
    const alone = await page.evaluate<
      Pick<Typed, "index" | "search">,
      { offers: unknown; wanted: string[] }
    >(
      ({ offers, wanted }) => {
        type Searching = {
          indexOf(offers: unknown, language: string): unknown;
          search(index: unknown, wanted: string): unknown[];
        };
        const { searching } = window as unknown as { searching: Searching };
        const time = (work: () => void) => {
          const from = performance.now();
          work();
          return performance.now() - from;
        };
        let index: unknown;
        const made = Array.from({ length: 5 }, () =>
          time(() => {
            index = searching.indexOf(offers, "it");
          }),
        );
        return {
          index: made,
          search: wanted.map((one) => time(() => searching.search(index, one))),
        };
      },
      { offers, wanted: searches(SEARCHES) },
    );
    return { ...alone, redrawn };
  } finally {
    await page.close();
  }
}

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
function row(name: string, times: readonly number[], most?: number): string[] {
  const { median, q1, q3, p95, count } = spreadOf(times);
  const wanted = most === undefined ? "" : `${ms(most)}: ${p95 < most ? "pass" : "FAIL"}`;
  return [name, ms(median), `${ms(q1)} to ${ms(q3)}`, ms(p95), String(count), wanted];
}

export const page: Section = {
  name: "page",
  title: "The page in a browser",
  about:
    "script by page, first useful picture, click to redrawn picture, a catalogue of 10,000 datasets; in Chromium",
  async measure({ scratch, rounds: most, say }) {
    const rounds = Math.min(VISITS, most);
    const built = join(scratch, "page");
    const tables: Table[] = await scriptTables(await buildPage(built), built);
    for (const [name, , br] of tables[0]!.rows) say(`  ${name}: ${br} compressed`);
    if (!existsSync(CHROMIUM)) {
      say(
        `  The rest is left out: there is no browser at ${CHROMIUM} (Debian: apt-get install chromium)`,
      );
      return { comparisons: [], tables };
    }
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const table = await layTable();
      try {
        const times: Times = { first: [], cities: [], years: [], orders: [] };
        await visit(browser, table, { first: [], cities: [], years: [], orders: [] });
        for (let round = 0; round < rounds; round++) {
          await visit(browser, table, times);
          say(
            `  visit ${round + 1} of ${rounds}: first picture ${ms(times.first.at(-1)!)}, a click ${ms(times.cities.at(-1)!)}`,
          );
        }
        const { index, search, redrawn } = await typing(browser, table.hub);
        tables.unshift({
          title: "Until it is drawn",
          head: ["", "p50", "quartiles", "p95", "runs", "p95 wanted under"],
          rows: [
            row("first useful picture, of a visit with nothing kept", times.first, 1500),
            row("other cities: from the click to the picture of the year", times.cities),
            row("the same, until all years are there", times.years),
            row("another order: nothing is asked", times.orders),
            row(`${DATASETS.toLocaleString("en")} datasets: from a word to the list`, redrawn, 200),
            row("the same: finding alone", search, 200),
            row("the same: the index, made once", index),
          ],
          notes: [
            `Chromium ${browser.version()} without a window, on the same machine as hub and nodes; times are the page's own, until the frame has been drawn. The first picture is counted from the beginning of the visit: the key from the link, the directory verified, the question signed, asked of the hub and through it of five cities, the statement verified in the browser. A click asks everything anew, for another set of cities than any before in that visit.`,
          ],
        });
        return { comparisons: [], tables };
      } finally {
        await table.close();
      }
    } finally {
      await browser.close();
    }
  },
};
