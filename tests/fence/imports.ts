/** Every import of the production code, read from its text: what TypeScript erases and what is loaded late are imports too. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, normalize } from "node:path";

export interface Import {
  readonly from: string;
  readonly to: string;
}

const SCRIPT = /\.(ts|tsx|mts|js|mjs)$/;
/** What runs under a test runner alone. `testing.ts` is not among them: whatever ships could import it. */
const TEST = /\.(test|contract)\.tsx?$/;
const QUOTED = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*["']([^"'\n]+)["']/g;

/** Files of production code below these folders, as Git knows them. */
export const productionFiles = (folders: readonly string[]): string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...folders])
    .toString()
    .split("\n")
    .filter((file) => SCRIPT.test(file) && !TEST.test(file));

/** The names in a text's imports, comments left out. */
export const namesIn = (text: string): string[] =>
  [...text.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(QUOTED)].flatMap(([, name]) => name ?? []);

/** A relative name becomes the path that it leads to; a package keeps its name. */
export const importsOf = (file: string, text: string): Import[] =>
  namesIn(text).map((name) => ({
    from: file,
    to: name.startsWith(".") ? normalize(`${dirname(file)}/${name}`) : name,
  }));

export const allImports = (folders: readonly string[]): Import[] =>
  productionFiles(folders).flatMap((file) => importsOf(file, readFileSync(file, "utf8")));
