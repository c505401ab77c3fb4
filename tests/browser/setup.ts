/** A real browser for the tests of the page: Debian's Chromium, or the one that TAVOLO_CHROMIUM names. Without one they are skipped, and say so. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const CHROMIUM = process.env.TAVOLO_CHROMIUM ?? "/usr/bin/chromium";
/** Whether there is a browser. Throws in CI where there is none. */
export const there = existsSync(CHROMIUM);
if (!there) {
  if (process.env.CI)
    throw new Error(`there is no browser at ${CHROMIUM}, and CI must not skip what needs it`);
  console.log(
    `no browser at ${CHROMIUM}: the page is not tested here (apt-get install chromium, or set TAVOLO_CHROMIUM)`,
  );
}

/** Its pages wait for as long as a test may take: what comes late on a busy machine is no fault. */
export async function launch(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(600_000);
    return context;
  };
  return browser;
}

/** Screenshots, to be looked at: not kept in the repository. */
const OUT = join(import.meta.dirname, "out");
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
}
export const outFile = async (name: string): Promise<string> => {
  await mkdir(OUT, { recursive: true });
  return join(OUT, name);
};

/** What went wrong in a page, and which hosts it asked: both stay empty. */
export interface Watched {
  readonly faults: string[];
  readonly elsewhere: string[];
}
export function watch(page: Page, hosts: readonly string[]): Watched {
  const watched: Watched = { faults: [], elsewhere: [] };
  page.on("pageerror", (error) => watched.faults.push(error.message));
  // a call that was refused is no fault of the page: the browser says so of every status over 399
  page.on("console", (line) => {
    if (line.type() === "error" && !/Failed to load resource/.test(line.text()))
      watched.faults.push(line.text());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!/^(data|blob):$/.test(protocol) && !hosts.includes(origin))
      watched.elsewhere.push(request.url());
  });
  return watched;
}

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let axe: string | undefined;

/** WCAG 2.2, levels A and AA, as axe-core finds them: nothing is allowed. Run from outside the page's own policy. */
export async function accessible(page: Page, what: string): Promise<void> {
  axe ??= await readFile(AXE, "utf8");
  await page.evaluate(axe);
  const { violations } = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (node: Document, options: object) => Promise<AxeResults> };
    };
    return axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
  });
  const found = violations.map(
    ({ id, nodes }) =>
      `${what}: ${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
  expect(found).toEqual([]);
}

/** Nothing is wider than the window. */
export async function fits(page: Page, what: string): Promise<void> {
  const [wide, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    innerWidth,
  ]);
  expect([what, wide]).toEqual([what, Math.min(wide!, window!)]);
}
