/**
 * The opening comment of a flow file, and the README of its room, list the steps that its body calls, in their order: a reader can
 * check one against the other.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";

/** Flow functions by their file. A file with two has two lists, in the same order. `besides`: called, but no step. */
const flows: readonly [file: string, flow: string, besides?: readonly string[]][] = [
  ["functions/query/ask.ts", "ask", ["isRefused"]],
  ["functions/query/open.ts", "askOpen"],
  ["functions/answer/answer.ts", "answer"],
  ["functions/answer/download.ts", "authoriseDownload"],
  ["functions/keep/ingest/ingest.ts", "ingest", ["emptyTally"]],
  ["functions/keep/ingest/rows.ts", "fateOf", ["identifiersOf"]],
  ["functions/keep/consent/record-consent.ts", "recordConsent"],
  ["functions/keep/consent/withdraw.ts", "withdraw"],
  ["functions/keep/consent/erase.ts", "erase", ["receipts", "aboutOf"]],
  ["functions/keep/consent/run-out.ts", "runOut"],
  ["functions/release/release.ts", "releaseUnder"],
  ["functions/access/token.ts", "token"],
  ["functions/agreements/receive.ts", "take"],
  ["functions/members/members.ts", "registerMember"],
  ["functions/log/sequence.ts", "pass", ["rootOf"]],
  ["functions/describe/describe.ts", "describe", ["plural"]],
  ["functions/signin/sign-in.ts", "begin"],
  ["functions/signin/sign-in.ts", "finish"],
];

/** The lists in a text's first comment, `a → b → c`, each as its names. */
function listsIn(text: string): string[][] {
  const [comment = ""] = /\/\*\*[\s\S]*?\*\//.exec(text) ?? [];
  const flat = comment.replace(/\n \*/g, " ").replace(/\s+/g, " ");
  return [...flat.matchAll(/\w+(?: → \w+)+/g)].map(([list]) => list.split(" → "));
}

/** A function's body: up to the first line that closes at the margin. */
const bodyOf = (text: string, name: string): string =>
  new RegExp(`^(?:export )?(?:async )?function ${name}\\([\\s\\S]*?^\\}`, "m")
    .exec(text)?.[0]
    .replace(/^[^\n]*/, "") ?? "";

/** Names that are called, in their order. */
const callsIn = (body: string): string[] =>
  [...body.matchAll(/\b(\w+)(?:\?\.)?\(/g)].flatMap(([, name]) => name ?? []);

/** Values that a file imports from the files beside it. */
const importedBeside = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/import (?!type )\{([^}]*)\} from "\.\/[^"]*"/g)].flatMap(([, names = ""]) =>
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "" && !name.startsWith("type ")),
    ),
  );

const inOrder = (steps: readonly string[], calls: readonly string[]): boolean => {
  let at = 0;
  for (const call of calls) if (call === steps[at]) at++;
  return at === steps.length;
};

test.each(flows)("%s says what %s does, in its order", (file, flow, besides = []) => {
  const text = readFileSync(file, "utf8");
  const here = flows.filter(([other]) => other === file).findIndex(([, name]) => name === flow);
  const steps = listsIn(text)[here] ?? [];
  const calls = callsIn(bodyOf(text, flow));
  expect(steps.length).toBeGreaterThan(1);
  expect({ steps, calls, inOrder: inOrder(steps, calls) }).toMatchObject({ inOrder: true });
  expect(readFileSync(`${dirname(file)}/README.md`, "utf8")).toContain(steps.join(" → "));
  const beside = importedBeside(text);
  const unlisted = calls.filter((name) => beside.has(name) && !steps.includes(name));
  expect(unlisted.filter((name) => !besides.includes(name))).toEqual([]);
});

test("a list out of order, or with a step that is not called, fails", () => {
  expect(inOrder(["a", "b"], ["a", "x", "b"])).toBe(true);
  expect(inOrder(["b", "a"], ["a", "x", "b"])).toBe(false);
  expect(inOrder(["a", "c"], ["a", "x", "b"])).toBe(false);
});
