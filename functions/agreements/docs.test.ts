/** The example in docs/how-to/agreements.md is one that the command takes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TermsFile } from "../../schemas/agreement.ts";
import { makePair } from "../../tests/world/agreements.ts";

test("the terms of the how-to are terms", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/how-to/agreements.md"), "utf8");
  const [, example] = /```json\n([\s\S]+?)```/.exec(page)!;
  const { v: _, ...terms } = TermsFile.parse(JSON.parse(example!));
  expect((await makePair()).draft(terms as object)).toMatchObject(terms);
});
