/** How long something takes, twice over: two ways to the same end, in turn, and what the medians and quartiles of both are. */

/** Of some numbers: half lie between the quartiles. */
export interface Spread {
  readonly count: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly p95: number;
}

/** The number below which a share of them lies, by linear interpolation between neighbours. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const [below = Number.NaN, above = below] = sorted.slice(low, low + 2);
  return below + (at - low) * (above - below);
}

export const spreadOf = (numbers: readonly number[]): Spread => ({
  count: numbers.length,
  q1: quantile(numbers, 0.25),
  median: quantile(numbers, 0.5),
  q3: quantile(numbers, 0.75),
  p95: quantile(numbers, 0.95),
});

/** Milliseconds until a piece of work is done, and what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const from = performance.now();
  const result = await work();
  return { ms: performance.now() - from, result };
}

/** One round: the times, in milliseconds, of either side. Several where one round holds several runs. */
export interface Round {
  readonly ours: readonly number[];
  readonly other: readonly number[];
}

export interface Target {
  readonly at: "least" | "most";
  readonly value: number;
}

/** One ratio, measured. */
export interface Comparison {
  readonly name: string;
  readonly target: Target;
  /** What is compared, ours first. */
  readonly sides: readonly [string, string];
  readonly ours: Spread;
  readonly other: Spread;
  /** One ratio a round, of the medians of that round: what disturbs the machine for longer than a round disturbs both sides. */
  readonly ratio: Spread;
  readonly met: boolean;
  /** Peak memory of each side, in MB, where it was taken. */
  readonly memory?: readonly [Spread, Spread];
  readonly notes: readonly string[];
}

type Described = Pick<Comparison, "name" | "target" | "sides" | "notes"> &
  Partial<Pick<Comparison, "memory">>;

/** A target of "at least" is how many times faster ours is; one of "at most", how many times slower. */
export function compare(described: Described, rounds: readonly Round[]): Comparison {
  const { at, value } = described.target;
  const ratio = spreadOf(
    rounds.map(({ ours, other }) => {
      const slower = quantile(ours, 0.5) / quantile(other, 0.5);
      return at === "least" ? 1 / slower : slower;
    }),
  );
  return {
    ...described,
    ours: spreadOf(rounds.flatMap(({ ours }) => ours)),
    other: spreadOf(rounds.flatMap(({ other }) => other)),
    ratio,
    met: at === "least" ? ratio.median >= value : ratio.median <= value,
  };
}

/** What is no ratio: figures over sizes or policies. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

export interface Measured {
  readonly comparisons: readonly Comparison[];
  readonly tables: readonly Table[];
}

/** How much is measured, and where. */
export interface Bench {
  /** A folder that is gone afterwards. */
  readonly scratch: string;
  readonly rows: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** One part of `npm run bench`, which can be measured alone. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  measure(bench: Bench): Promise<Measured>;
}
