/** What docs/explanation/comparison.md says in numbers, computed again. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { groupsOf, pairsOf } from "./groups.ts";
import { combine, type Limits, wilsonLimits } from "./intervals.ts";
import { problems } from "./problems.ts";

const page = readFileSync(
  new URL("../../../docs/explanation/comparison.md", import.meta.url),
  "utf8",
);

test("the worked example", () => {
  const rows = page
    .split("\n")
    .filter((line) => /^\| (Padova|Bergamo|Monza|Rovigo)/.test(line))
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  expect(rows).toHaveLength(4);
  const figures = rows.map(([member, helped, residents, ...said]) => {
    const [x, n] = [Number(helped), Number(residents)];
    const noise = (100 * 13) / n;
    const chance = wilsonLimits(x, n).map((limit) => 100 * limit) as unknown as Limits;
    const value = (100 * x) / n;
    const limits = combine(value, chance, noise);
    const span = (of: Limits) => of.map((limit) => limit.toFixed(3)).join(" to ");
    expect(said).toEqual([value.toFixed(3), span(chance), noise.toFixed(4), span(limits)]);
    const share = x / n;
    return {
      member: member!,
      value,
      limits,
      sd: Math.sqrt(noise ** 2 + (100 ** 2 * share * (1 - share)) / n),
    };
  });
  const pairs = pairsOf(figures, 1);
  expect(groupsOf(figures, pairs)).toEqual([
    ["Padova", "Bergamo", "Rovigo"],
    ["Monza", "Rovigo"],
  ]);
  const monza = pairs.find(({ a, b }) => a === "Monza" && b === "Rovigo")!;
  expect(
    [monza.difference.value, monza.difference.low, monza.difference.high].map((one) =>
      one.toFixed(2),
    ),
  ).toEqual(["-1.11", "-2.11", "-0.16"]);
  expect(monza.p.toFixed(2)).toBe("0.10");
  expect(pairs.find(({ a, b }) => a === "Padova" && b === "Monza")!.p).toBeCloseTo(2e-9, 9);
});

test("every reason for no number is on the page", () => {
  for (const code of Object.keys(problems))
    expect(page, code).toMatch(new RegExp(`\`${code.replace(/^unknown-.*/, "unknown-…")}\``));
});
