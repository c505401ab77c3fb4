/**
 * Builds the page: one bundle of script and one of style, both named by their content, the fonts, and each compressed beforehand.
 * `npm run page`, or whoever starts a hub and finds none.
 */

import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, extname, join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { readAssets } from "../../functions/dashboard/assets.ts";
import type { Assets } from "../../functions/dashboard/handler.ts";
import { ifAbsent } from "../../schemas/caught.ts";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "../..");
/** Where the built page lies. */
const BUILT = join(ROOT, "dist/page");
const FONTS = join(ROOT, "node_modules/bootstrap-italia/dist/fonts/Titillium_Web");

const COMPRESSED = new Set([".js", ".css", ".html", ".svg"]);

/** The newest change of anything that the page is made of. */
async function newest(folders: readonly string[]): Promise<number> {
  const times = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return Promise.all(
        entries
          .filter((entry) => entry.isFile())
          .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs),
      );
    }),
  );
  return Math.max(0, ...times.flat());
}

/** Whether the built page is as new as its sources. */
async function isBuilt(): Promise<boolean> {
  const built = await stat(join(BUILT, "index.html")).catch(ifAbsent(undefined));
  if (built === undefined) return false;
  const sources = ["functions", "adapters/page", "adapters/client", "schemas"];
  return (await newest(sources.map((folder) => join(ROOT, folder)))) < built.mtimeMs;
}

/**
 * Builds it anew and puts it in the place of the old one, file by file, the HTML last: whoever reads meanwhile finds a whole one.
 * Resolves with what is in each file.
 */
export async function buildPage(at = BUILT): Promise<Metafile> {
  const into = `${at}.${process.pid}`;
  await rm(into, { recursive: true, force: true });
  await mkdir(join(into, "assets"), { recursive: true });
  for (const weight of ["regular", "600", "700"])
    await cp(
      join(FONTS, `titillium-web-v10-latin-ext_latin-${weight}.woff2`),
      join(into, `assets/titillium-${weight}.woff2`),
    );
  const { metafile } = await build({
    entryPoints: {
      page: join(HERE, "main.tsx"),
      owner: join(HERE, "owner.tsx"),
      operator: join(HERE, "operator.tsx"),
    },
    outdir: join(into, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    external: ["*.woff2"],
    conditions: ["browser"],
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
    logLevel: "error",
    absWorkingDir: ROOT,
  });
  const made = Object.entries(metafile.outputs).map(([path, output]) => ({
    path: relative(into, join(ROOT, path)),
    output,
  }));
  for (const name of ["page", "owner", "operator"]) {
    const entry = made.find(({ output }) =>
      output.entryPoint?.endsWith(`page/${name === "page" ? "main" : name}.tsx`),
    );
    if (entry === undefined) throw new Error(`the page was not built: ${name}`);
    const style = entry.output.cssBundle && relative(into, join(ROOT, entry.output.cssBundle));
    const html = (await readFile(join(HERE, "index.html"), "utf8"))
      .replace("{script}", `/${entry.path}`)
      .replace("{style}", `/${style}`)
      .replace("{preload}", preloaded(entry.path, made));
    await writeFile(join(into, name === "page" ? "index.html" : `${name}.html`), html);
  }
  await compress(into);
  await replace(into, at);
  return metafile;
}

interface Made {
  readonly path: string;
  readonly output: {
    readonly imports: readonly { readonly path: string; readonly kind: string }[];
  };
}
/** What an entry cannot do without, asked for at once and not when the entry has been read. */
function preloaded(entry: string, made: readonly Made[]): string {
  const needed = new Set<string>();
  const take = (path: string): void => {
    for (const { path: one, kind } of made.find((output) => output.path === path)?.output.imports ??
      []) {
      const name = `assets/${basename(one)}`;
      if (kind !== "import-statement" || needed.has(name)) continue;
      needed.add(name);
      take(name);
    }
  };
  take(entry);
  return [...needed].map((path) => `<link rel="modulepreload" href="/${path}" />`).join("\n    ");
}

/** Milliseconds for which somebody may still be reading files of the page before. */
const READING = 60_000;

async function replace(from: string, at: string): Promise<void> {
  await mkdir(join(at, "assets"), { recursive: true });
  const fresh = new Set(await readdir(join(from, "assets")));
  for (const name of fresh) await rename(join(from, "assets", name), join(at, "assets", name));
  for (const name of await readdir(from))
    if (name !== "assets") await rename(join(from, name), join(at, name));
  await rm(from, { recursive: true, force: true });
  for (const name of await readdir(join(at, "assets"))) {
    const old = join(at, "assets", name);
    const made = (await stat(old).catch(ifAbsent(undefined)))?.mtimeMs ?? Date.now();
    if (!fresh.has(name) && made < Date.now() - READING) await rm(old, { force: true });
  }
}

/** The page as built, built first where it is older than its sources. */
export async function builtPage(): Promise<Assets> {
  if (!(await isBuilt())) await buildPage();
  return readAssets(BUILT);
}

async function compress(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !COMPRESSED.has(extname(entry.name))) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    await writeFile(
      `${file}.br`,
      await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    );
    await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  }
}

if (import.meta.main) {
  const began = Date.now();
  const at = process.argv[2] ?? BUILT;
  await buildPage(at);
  const files = await readdir(join(at, "assets"));
  for (const file of files.filter((name) => name.endsWith(".br"))) {
    const { size } = await stat(join(at, "assets", file));
    console.log(`${file.slice(0, -3)}: ${(size / 1024).toFixed(1)} KB compressed`);
  }
  console.log(
    `Built in ${((Date.now() - began) / 1000).toFixed(1)} s: ${relative(process.cwd(), at)}`,
  );
}
