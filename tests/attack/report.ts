/** The results in lines and in words. */
import type { Result } from "./verdict.ts";

const percent = (share: number | null) => (share === null ? "–" : (100 * share).toFixed(1));

const HEAD = ["attack", "trials", "right, %", "95 %", "guessing", "bound", "unprotected"];
const rowOf = ({
  name,
  trials,
  success,
  low,
  high,
  guessing,
  bound,
  unprotected,
}: Result): string[] => [
  name,
  String(trials),
  percent(success),
  `${percent(low)}–${percent(high)}`,
  percent(guessing),
  percent(bound),
  percent(unprotected),
];

/** For a terminal. */
export function table(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
        )
        .join("  "),
    )
    .join("\n");
}

interface Circumstances {
  readonly version: string;
  readonly date: string;
  readonly seconds: number;
  /** Trials of a whole run, against protected nodes. */
  readonly whole: number;
  readonly faults: readonly string[];
}

/** docs/attacks.md. */
export function document(
  results: readonly Result[],
  { version, date, seconds, whole, faults }: Circumstances,
): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [name, ...rest] = HEAD as [string, ...string[]];
  const lines = results.map((result) => {
    const [, ...cells] = rowOf(result);
    return row([`\`${result.name}\``, result.about.en, ...cells]);
  });
  const verdict =
    faults.length === 0
      ? "The bar was met by every line."
      : ["The bar was missed:", ...faults.map((fault) => `- ${fault}`)].join("\n");
  const played = results.reduce((sum, { trials }) => sum + trials, 0);
  const part =
    played < whole
      ? ` It ended after its time, with ${played} of the ${whole} trials of a whole run.`
      : "";
  return `# What the attacks learnt

Written by \`npm run attack\`: version ${version}, ${date}, ${Math.round(seconds / 60)} minutes.${part} ${verdict}

${row([name, "what is told from what", ...rest])}
${row(HEAD.flatMap((_, column) => (column === 0 ? ["---", "---"] : ["---:"])))}
${lines.join("\n")}

## How to read it

Each trial is a fresh release, under a new key, by a node that is thrown away afterwards. The attacker does what a consumer can do:
he downloads the release over HTTP, or asks questions of it, and then guesses one of a few possibilities, each as likely as another.

- **right** is how often the guess was right, of all trials, with its 95 % interval (Wilson).
- **guessing** is how often somebody is right who has seen nothing.
- **bound** is how often anybody can be right, as the account promises it. For presence it is Φ(mu/2) of the policy of 10 points:
  60 %. For what else is told of a person it is computed from how far apart the two releases in question lie, in the metric of the
  noise; for the records furthest apart that is more than for presence. For what may not show at all, it is what guessing gives.
- **unprotected** is the same attack on a node without protection, or without the one defence that is attacked: timing and sizes (a
  path slowed by rows, a file without empty cells), dates (a release upon each withdrawal), the hub (a node that does not check the
  consumer's signature). An attack wins there if it does better than the bound by more than sampling error; an attack that cannot
  win proves nothing.

The bar: no attack exceeds its bound by more than sampling error (one-sided, 99.9 % a line); \`presence\`, the best attack there is,
comes within two points of its bound, so that the bound says something; every attack wins unprotected.

The data are sixty invented persons with three dimensions (one of them a tree), a family of three codes of which a person counts
in two, and two sums (\`tests/attack/data.ts\`). The person attacked is the one who loses most, and the attacker knows everybody else's
record. Lines that begin with \`silc\` are over 25,000 households of a synthetic population (A. Alfons, simFrame).
An attack that does worse than its bound is no proof of safety; that is what the bound is for. It does not shrink with the data.
What each attack is, and where it was first described, stands at the head of its file in \`tests/attack/attacks/\`.
`;
}
