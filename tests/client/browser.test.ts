/** What signs and verifies runs in a browser as it is: nothing of Node in it, and a real browser says the same as Node. */
import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { gzipSync } from "node:zlib";
import type { OutputFile } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../adapters/client/nodejs.ts";
import { forBrowsers } from "./bundle.ts";
import { ASKER, OTHER, question, type Running, running } from "./federation.ts";

const CLIENT = "adapters/client/client.ts";

describe.each([CLIENT, "functions/statements/verify.ts"])("%s", (entry) => {
  test("has nothing of Node, nor of what only a node needs", async () => {
    const { outputFiles, metafile } = await forBrowsers(entry);
    expect(
      Object.values(metafile.outputs).flatMap(({ imports }) =>
        imports.filter(({ external }) => external),
      ),
    ).toEqual([]);
    expect(
      Object.keys(metafile.inputs).filter(
        (file) => isBuiltin(file) || /^node:|-node\.ts$|@aws-sdk|@middy|@duckdb/.test(file),
      ),
    ).toEqual([]);
    for (const { path, text } of outputFiles)
      expect([
        path,
        [...text.matchAll(/\bBuffer\b|\bprocess\.|\brequire\(|node:/g)].map(([found]) => found),
      ]).toEqual([path, []]);
  });
});

/** What a page loads at once: the entry, and what it imports without being asked. */
async function firstLoad(): Promise<OutputFile[]> {
  const { outputFiles, metafile } = await forBrowsers(CLIENT);
  const names = Object.keys(metafile.outputs);
  const needed = new Set<string>();
  const take = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const { path, kind } of metafile.outputs[name]!.imports)
      if (kind === "import-statement") take(path);
  };
  take(names.find((name) => metafile.outputs[name]!.entryPoint === CLIENT)!);
  return outputFiles.filter((_, at) => needed.has(names[at]!));
}

test("a page loads at most 62 KB of it, compressed", async () => {
  const size = (await firstLoad()).reduce(
    (sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length,
    0,
  );
  expect(size).toBeLessThan(62_000);
  expect(size).toBeGreaterThan(10_000);
});

declare global {
  interface Window {
    connect: typeof connect;
  }
}

const CHROMIUM = process.env.TAVOLO_CHROMIUM ?? "/usr/bin/chromium";
const there = existsSync(CHROMIUM);
if (!there)
  console.log(
    `no browser at ${CHROMIUM}: what a real browser does is not tested here (apt-get install chromium)`,
  );

test.runIf(process.env.CI)("the browser is there where it must be", () => expect(there).toBe(true));

describe.runIf(there)("in Chromium", () => {
  let up: Running;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    up = await running();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await browser.newPage();
    // the page comes from the hub itself, as it will: no other host is asked
    const files = new Map(
      (await forBrowsers(CLIENT)).outputFiles.map(({ path, text }) => [path, text]),
    );
    files.set("/page.js", 'import { connect } from "/client.js"; window.connect = connect;');
    const html =
      '<!doctype html><title>client</title><script type="module" src="/page.js"></script>';
    for (const [path, body] of files)
      await page.route(`${up.hub}${path}`, (route) =>
        route.fulfill({ body, contentType: "text/javascript" }),
      );
    const headers = {
      "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self'",
    };
    await page.route(`${up.hub}/page`, (route) =>
      route.fulfill({ body: html, contentType: "text/html", headers }),
    );
    await page.goto(`${up.hub}/page`);
  });
  afterAll(async () => {
    await browser?.close();
    await up?.world.close();
  });

  interface Given {
    readonly jwk: JsonWebKey;
    readonly member: string;
    readonly now: number;
    readonly question: ReturnType<typeof question>;
  }
  const given = (): Given => ({
    jwk: up.jwk,
    member: ASKER,
    now: up.world.clock(),
    question: question(),
  });

  test("three lines from a key that cannot be taken out to an answer that verifies", async () => {
    const { extractable, answer } = await page.evaluate(async ({ jwk, member, now, question }) => {
      const { d: _, ...half } = jwk;
      const P256 = { name: "ECDSA", namedCurve: "P-256" };
      const privateKey = await crypto.subtle.importKey("jwk", jwk, P256, false, ["sign"]);
      const publicKey = await crypto.subtle.importKey("jwk", half, P256, true, ["verify"]);
      const tavolo = await window.connect({
        hub: location.origin,
        member,
        key: { privateKey, publicKey },
        clock: () => now,
      });
      return { extractable: privateKey.extractable, answer: await tavolo.ask(question) };
    }, given());
    expect(extractable).toBe(false);
    expect(answer.report.checks.length).toBeGreaterThan(5);
    // Node says the same of the same statement, figure for figure
    const inNode = await (await connect({ hub: up.hub, clock: up.world.clock })).verify(answer.jws);
    expect(answer).toEqual(inNode);
  });

  test("figures are recomputed from a cube, and a changed statement or cube is refused", async () => {
    const tavolo = await connect({
      hub: up.hub,
      member: ASKER,
      key: up.jwk,
      clock: up.world.clock,
    });
    const { jws } = await tavolo.ask(question());
    const { bytes } = await tavolo.download(`${OTHER}/aiuti/2025/1`, {
      purposeId: question().purposeId!,
    });
    const cube = Buffer.from(bytes).toString("base64");
    const said = await page.evaluate(
      async ({ jws, cube, now }) => {
        const tavolo = await window.connect({ hub: location.origin, clock: () => now });
        const cubes = [Uint8Array.from(atob(cube), (char) => char.charCodeAt(0))];
        const { report } = await tavolo.verify(jws, { cubes });
        const [head, , signature] = jws.split(".");
        const other = `${head}.${btoa("{}").replace("=", "")}.${signature}`;
        const refused = await tavolo
          .verify(other)
          .catch((error: { reason: string }) => error.reason);
        return { checks: report.checks, refused };
      },
      { jws, cube, now: up.world.clock() },
    );
    expect(said.checks).toContain(`the figures of ${OTHER} are those of its release, recomputed`);
    expect(said.refused).toBe("statement-invalid");
  });
});
