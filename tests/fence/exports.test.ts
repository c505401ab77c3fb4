/** What is exported is what another file uses: a name that serves its own file alone is that file's business. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, normalize } from "node:path";
import { expect, test } from "vitest";
import { productionFiles } from "./imports.ts";

/** Entry points, which whoever runs them finds by name. */
const FOUND_BY_NAME = /^adapters\/aws\/lambda\//;
/** Declared ahead of whoever reads stored items by it. */
const AHEAD = /^schemas\/items\/item\.ts$/;

const IMPORTED = /\b(?:import|export)\s+(?:type\s+)?([^;"']*?)\s*from\s*["'](\.[^"']+)["']/g;
const LATE = /\bimport\s*\(\s*["'](\.[^"']+)["']\s*\)/g;
const EXPORTED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;

/** `file name` of all that a text takes from other files; `file *` where it takes a file whole. */
function takenBy(file: string, text: string): string[] {
  const at = (name: string) => normalize(`${dirname(file)}/${name}`);
  const named = [...text.matchAll(IMPORTED)].flatMap(([, what = "", from = ""]) =>
    what.includes("*")
      ? [`${at(from)} *`]
      : (/\{([^}]*)\}/.exec(what)?.[1] ?? "").split(",").map(
          (one) =>
            `${at(from)} ${
              one
                .trim()
                .replace(/^type /, "")
                .split(" as ")[0]
            }`,
        ),
  );
  return [...named, ...[...text.matchAll(LATE)].map(([, from = ""]) => `${at(from)} *`)];
}

const idle = (files: readonly string[], taken: ReadonlySet<string>, textOf = read): string[] =>
  files
    .filter((file) => !taken.has(`${file} *`) && !FOUND_BY_NAME.test(file) && !AHEAD.test(file))
    .flatMap((file) => [...textOf(file).matchAll(EXPORTED)].map(([, name]) => `${file} ${name}`))
    .filter((name) => !taken.has(name));
const read = (file: string) => readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");

test("every export of the production code is used by another file, a test or a page of examples included", () => {
  const everything = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
    .toString()
    .split("\n")
    .filter((file) => /\.(ts|tsx|mts|js|mjs)$/.test(file));
  const taken = new Set(everything.flatMap((file) => takenBy(file, read(file))));
  const files = productionFiles(["schemas", "functions", "adapters", "infra", "docs"]);
  expect(files.length).toBeGreaterThan(300);
  expect(idle(files, taken)).toEqual([]);
});

test("an export that serves its own file alone is found", () => {
  const text = "export const used = 1;\nexport type Idle = 2;\nexport async function late() {}\n";
  const of = (user: string) =>
    idle(["a/one.ts"], new Set(takenBy("b/two.ts", user)), () => text).join(" ");
  expect(of('import { type used } from "../a/one.ts";')).toBe("a/one.ts Idle a/one.ts late");
  expect(of('export { Idle as Other, late } from "../a/one.ts";')).toBe("a/one.ts used");
  expect(of('const { late } = await import("../a/one.ts");')).toBe("");
  expect(of("")).toBe("a/one.ts used a/one.ts Idle a/one.ts late");
});
