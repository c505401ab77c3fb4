/** The built page as it lies in a folder, read once: it is small, and is served from memory. */

import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { ifAbsent } from "../../schemas/caught.ts";
import type { Asset, Assets } from "./handler.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
};

/** Files of other kinds are left out. Empty where the folder is not there: then nothing is served, and everything else goes on. */
export async function readAssets(folder: string): Promise<Assets> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    ifAbsent([]),
  );
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const assets = new Map<string, Asset>();
  for (const file of files) {
    const type = TYPES[extname(file)];
    if (type === undefined) continue;
    const [br, gzip] = await Promise.all(
      [".br", ".gz"].map((ending) => readFile(`${file}${ending}`).catch(ifAbsent(undefined))),
    );
    assets.set(relative(folder, file), {
      type,
      bytes: await readFile(file),
      coded: { ...(br ? { br } : {}), ...(gzip ? { gzip } : {}) },
    });
  }
  return assets;
}
