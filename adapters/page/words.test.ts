/** The Italian words of the pages, held to the glossary. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");

/** What the last column of the glossary refuses. */
async function refused(): Promise<string[]> {
  const rows = (await read("../../docs/reference/glossario.md")).split("\n");
  return rows
    .filter((row) => row.startsWith("| ") && !row.startsWith("| ---"))
    .flatMap((row) => [...(row.split("|").at(-2) ?? "").matchAll(/`([^`]+)`/g)])
    .map(([, form = ""]) => form);
}

test.each([
  "manager/messages.it.ts",
  "owner/messages.it.ts",
  "../../functions/indicators/compare/problems.ts",
  "../../functions/indicators/compare/notes.ts",
])("%s says nothing that the glossary refuses", async (file) => {
  const forms = await refused();
  expect(forms.length).toBeGreaterThan(8);
  const text = (await read(file)).toLowerCase();
  const said = forms.filter((form) => new RegExp(`(?<!\\p{L})${form}(?!\\p{L})`, "u").test(text));
  expect(said).toEqual([]);
});
