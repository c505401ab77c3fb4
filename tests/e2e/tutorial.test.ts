/** docs/tutorial.md, done to the letter: its commands are read out of the page and run, each in a process of its own. */
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Serving, serve } from "../world/apart.ts";
import { demonstration } from "../world/demonstration.ts";
import { npmStart, type Started, stop, tavolo, until } from "../world/process.ts";

interface Step {
  /** Who types it. */
  readonly who: string;
  /** It is left running. */
  readonly serves: boolean;
  readonly words: readonly string[];
}

/** The commands of the page, in its order. */
async function stepsOf(page: string): Promise<Step[]> {
  const text = await readFile(join(import.meta.dirname, "../../docs", page), "utf8");
  return [...text.matchAll(/^```sh (\w+)( serves)?\n(.+)\n```$/gm)].map(
    ([, who, serves, line]) => ({
      who: who!,
      serves: serves !== undefined,
      words: [...line!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!),
    }),
  );
}

let root: string;
let federation: Started;
let hub: string;
let steps: Step[];
const serving: Serving[] = [];
/** What each command printed, in order. */
const printed: { readonly step: Step; readonly out: string }[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tavolo-tutorial-"));
  steps = await stepsOf("tutorial.md");
  await demonstration(root);
  await rename(join(root, "state"), join(root, ".tavolo"));
  federation = npmStart(join(root, ".tavolo"), 0);
  [, hub] = /^hub {4}(\S+)$/m.exec(await until(federation, "Stop with Ctrl-C")) as unknown as [
    string,
    string,
  ];
  let invitation = "";
  for (const step of steps.filter(({ who }) => who !== "start")) {
    // the page runs in one folder; here that folder is `root`
    const words = step.words
      .slice(2)
      .map((word) =>
        word === "INVITATION" ? invitation : word.replace("http://127.0.0.1:8080", hub),
      )
      .map((word, at, all) => (all[at - 1] === "--state" ? join(root, word) : word));
    if (step.serves) {
      serving.push(await serve(join(root, ".tavolo"), words));
      continue;
    }
    const { code, out, err } = await tavolo(join(root, ".tavolo"), words);
    expect(code, `${words.join(" ")}: ${out}${err}`).toBe(0);
    if (words[1] === "invite") invitation = out.split("\n")[1]!;
    printed.push({ step, out });
  }
});

afterAll(async () => {
  await Promise.allSettled(serving.map((one) => one.end()));
  await stop(join(root, ".tavolo"), federation);
  await rm(root, { recursive: true, force: true });
});

const by = (who: string) => steps.filter((step) => step.who === who);
const last = (who: string) => printed.filter(({ step }) => step.who === who).at(-1)!.out;

describe("the page", () => {
  test("needs at most six commands of Mantova, and three of the platform", () => {
    expect(by("mantova").length).toBeLessThanOrEqual(6);
    expect(by("platform").length).toBeLessThanOrEqual(3);
    expect(steps.every(({ words }) => words[0] === "npx" || words[0] === "npm")).toBe(true);
  });

  test("its first comparison shows what Mantova knows beside what Padova knows", () => {
    const rows = last("mantova")
      .split("\n")
      .filter((line) => /Mantova|Padova|IT-020030|IT-028060/.test(line) && line.includes("\u2502"));
    expect(rows).toHaveLength(2);
    // an interval in brackets stands behind every figure
    for (const row of rows)
      expect(row.match(/\d[\d,.]*\s+\([\d,.]+[\u2013-][\d,.]+\)/g)).toHaveLength(3);
  });

  test("Mantova's figures are those of its spreadsheet, within the noise that is said", async () => {
    const csv = await readFile(
      join(import.meta.dirname, "../../docs/tutorial/mantova.csv"),
      "utf8",
    );
    const rows = csv
      .split("\n")
      .slice(1, -1)
      .map((line) => line.split(";"));
    const between = (born: string) => {
      const age = 2022 - Number(born.slice(6));
      return age >= 75 && age <= 84;
    };
    const known = new Set(rows.flatMap(([code, , , born]) => (between(born!) ? [code] : [])));
    const row = last("mantova")
      .split("\n")
      .find((line) => /Mantova|IT-020030/.test(line) && line.includes("\u2502"))!;
    const [, shown] = /(\d[\d,.]*)\s+\(/.exec(row)!;
    // six standard deviations: it fails once in a hundred million
    expect(Math.abs(Number(shown!.replaceAll(/[,.]/g, "")) - known.size)).toBeLessThan(6 * 12);
  });

  test("the platform gets its answer from Padova, by sex", () => {
    expect(last("platform")).toMatch(/Padova|IT-028060/);
    expect(last("platform")).toMatch(/\bF\b/);
  });

  test("nothing of a person is anywhere in what was printed", async () => {
    const csv = await readFile(
      join(import.meta.dirname, "../../docs/tutorial/mantova.csv"),
      "utf8",
    );
    const all = printed.map(({ out }) => out).join("\n");
    for (const line of csv.split("\n").slice(1, -1)) expect(all).not.toContain(line.split(";")[0]);
  });
});
