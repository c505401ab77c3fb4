import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pages } from "./make.ts";

const made = pages();

test.each(Object.keys(made))(
  "%s is in step with the code (node docs/reference/make.ts)",
  async (file) => {
    expect(await readFile(join(import.meta.dirname, file), "utf8")).toBe(made[file]);
  },
);

test("every pointer of wire.md leads to a heading", () => {
  const headings = new Set([...made["wire.md"]!.matchAll(/^##+ (\w+)$/gm)].map(([, name]) => name));
  const pointers = [...made["wire.md"]!.matchAll(/#\/\$defs\/(\w+)"/g)].map(([, name]) => name);
  expect(pointers.length).toBeGreaterThan(50);
  expect(pointers.filter((name) => !headings.has(name!))).toEqual([]);
});
