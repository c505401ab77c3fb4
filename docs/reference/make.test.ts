import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pages } from "./make.ts";

test.each(Object.keys(pages))("%s is in step with the code (node docs/reference/make.ts)", async (file) => {
  expect(await readFile(join(import.meta.dirname, file), "utf8")).toBe(pages[file]!());
});

test("every pointer of wire.md leads to a heading", () => {
  const page = pages["wire.md"]!();
  const headings = new Set([...page.matchAll(/^##+ (\w+)$/gm)].map(([, name]) => name));
  const pointers = [...page.matchAll(/#\/\$defs\/(\w+)"/g)].map(([, name]) => name);
  expect(pointers.length).toBeGreaterThan(50);
  expect(pointers.filter((name) => !headings.has(name!))).toEqual([]);
});
