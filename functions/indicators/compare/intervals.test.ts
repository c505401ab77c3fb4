import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bell, random } from "../../../docs/demo/random.ts";
import { gammaCdf, gammaQuantile, logGamma } from "./gamma.ts";
import {
  combine,
  gammaLimits,
  type Limits,
  poissonLimits,
  ratioVariance,
  type Stratum,
  standardisedRate,
  wilsonLimits,
  Z95,
} from "./intervals.ts";

/** Limits of a standardised rate by Dobson, Kuulasmaa, Eberle and Scherer 1991 (Statistics in Medicine 10, 457-462), as OHID publishes it: limits of the total count, scaled. */
function dobsonLimits(strata: readonly Stratum[]): Limits {
  const { rate, variance } = standardisedRate(strata);
  const total = strata.reduce((sum, { events }) => sum + Math.max(0, events), 0);
  const [low, high] = poissonLimits(total);
  if (total === 0) return gammaLimits(strata);
  const scale = Math.sqrt(variance / total);
  return [rate + scale * (low - total), rate + scale * (high - total)];
}

describe("the gamma distribution", () => {
  test("ln Γ at whole and half numbers", () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 11);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(logGamma(3.5)).toBeCloseTo(Math.log((15 / 8) * Math.sqrt(Math.PI)), 12);
  });
  test("of a whole shape it is a sum of Poisson chances", () => {
    for (const [a, x] of [
      [1, 0.3],
      [3, 2.5],
      [10, 18.39],
      [40, 31],
    ] as const) {
      const chances = Array.from({ length: a }, (_, k) =>
        Math.exp(k * Math.log(x) - x - logGamma(k + 1)),
      );
      expect(gammaCdf(a, x)).toBeCloseTo(1 - chances.reduce((sum, chance) => sum + chance, 0), 12);
    }
  });
  test("quantiles are its inverse", () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 5000, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (a, p) => {
          expect(gammaCdf(a, gammaQuantile(a, p))).toBeCloseTo(p, 9);
        },
      ),
    ));
  // χ² at 0.975 with 2, 10 and 100 degrees of freedom, as any table of it has
  test.each([
    [2, 7.377759],
    [10, 20.483177],
    [100, 129.561197],
  ])("χ² with %i degrees of freedom", (degrees, value) => {
    expect(2 * gammaQuantile(degrees / 2, 0.975)).toBeCloseTo(value, 5);
  });
});

describe("published examples", () => {
  // exact limits of Poisson counts, to three places, as in the tables of Garwood's limits
  test.each([
    [0, 0, 3.689],
    [1, 0.025, 5.572],
    [10, 4.795, 18.39],
    [100, 81.364, 121.627],
  ])("a count of %i", (count, low, high) => {
    expect(poissonLimits(count).map((limit) => Math.round(limit * 1000) / 1000)).toEqual([
      low,
      high,
    ]);
  });

  // the OHID guide says of Byar's approximation that it is within 0.2 % of the exact limits from 10 on
  test("Byar's limits are near the exact ones from 10 on", () => {
    for (const count of [10, 25, 200, 3000]) {
      const byar = [
        count * (1 - 1 / (9 * count) - Z95 / (3 * Math.sqrt(count))) ** 3,
        (count + 1) * (1 - 1 / (9 * (count + 1)) + Z95 / (3 * Math.sqrt(count + 1))) ** 3,
      ];
      for (const [at, limit] of poissonLimits(count).entries())
        expect(Math.abs(byar[at]! / limit - 1)).toBeLessThan(0.002);
    }
  });

  // Newcombe 1998, Statistics in Medicine 17, 857-872, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("a share of %i in %i", (part, of, low, high) => {
    const limits = wilsonLimits(part, of);
    expect(limits[0]).toBeCloseTo(low, 4);
    expect(limits[1]).toBeCloseTo(high, 4);
  });

  // What OHID's own tool gives (its package PHEindicatormethods 2.1, results of its tests), in shares
  test.each([
    [1, 100, 0.001767432, 0.054486196],
    [65, 100, 0.552544433, 0.736357518],
    [222, 3215, 0.06079169, 0.078339567],
    [9856, 12_345, 0.791210175, 0.805364007],
  ])("OHID: %i in %i", (part, of, low, high) => {
    const limits = wilsonLimits(part, of);
    expect(limits[0]).toBeCloseTo(low, 8);
    expect(limits[1]).toBeCloseTo(high, 8);
  });
  // exact below ten, Byar's approximation from ten on: within 0.2 %
  test.each([
    [1, 0.025317808, 5.571643391, 1e-8],
    [5, 1.62348639, 11.668332079, 1e-8],
    [20, 12.211428835, 30.889880369, 0.002],
    [999, 27.141304936 * 34.56, 30.755833237 * 34.56, 0.002],
  ])("OHID: a count of %i", (count, low, high, within) => {
    const limits = poissonLimits(count);
    expect(Math.abs(limits[0] / low - 1)).toBeLessThan(within);
    expect(Math.abs(limits[1] / high - 1)).toBeLessThan(within);
  });
  // a rate standardised by the European Standard Population of 2013, per 10,000: 110.32120 (87.74558 to 136.70882) by Dobson's method
  test("OHID: a directly standardised rate", () => {
    const esp = [
      5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000,
      4000, 2500, 1500, 1000,
    ];
    const counts = [12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4];
    const populations = [
      636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207,
    ];
    const classes = counts.map((events, at) => ({
      events,
      population: populations[at]!,
      weight: esp[at]! / 100_000,
    }));
    expect(standardisedRate(classes).rate * 1e4).toBeCloseTo(110.32120253, 8);
    const [low, high] = dobsonLimits(classes).map((limit) => limit * 1e4) as [number, number];
    expect(Math.abs(low / 87.74557675 - 1)).toBeLessThan(0.002);
    expect(Math.abs(high / 136.70882227 - 1)).toBeLessThan(0.002);
    // the gamma method, which is the one used here, is never the shorter one, and not much longer
    const [gammaLow, gammaHigh] = gammaLimits(classes).map((limit) => limit * 1e4) as [
      number,
      number,
    ];
    expect(gammaHigh).toBeGreaterThan(high);
    expect(Math.max(Math.abs(gammaLow / low - 1), gammaHigh / high - 1)).toBeLessThan(0.05);
  });

  // Fay and Feuer 1997: Down's syndrome in Michigan 1950-1964 (Fleiss 1981, table 14.4), birth order 5 and more. Their method, as R's
  // dsrTest computes it, gives 67.70212 to 188.30017 about 75.52901 a hundred thousand.
  const births = [327, 30_666, 123_419, 149_919, 104_088, 34_392];
  const standard = [319_933, 931_318, 786_511, 488_235, 237_863, 61_313];
  const total = standard.reduce((sum, one) => sum + one, 0);
  const strata = [0, 8, 63, 112, 262, 295].map((events, at) => ({
    events,
    population: births[at]!,
    weight: standard[at]! / total,
  }));
  test("a directly standardised rate", () => {
    expect(standardisedRate(strata).rate * 1e5).toBeCloseTo(75.52901, 5);
    const [low, high] = gammaLimits(strata);
    expect(low * 1e5).toBeCloseTo(67.70212, 5);
    expect(high * 1e5).toBeCloseTo(188.30017, 5);
  });
  test("with one stratum both methods are the exact limits of its count", () => {
    const one = [{ events: 12, population: 4000, weight: 1 }];
    const exact = poissonLimits(12).map((limit) => limit / 4000);
    for (const limits of [gammaLimits(one), dobsonLimits(one)])
      for (const [at, limit] of limits.entries()) expect(limit).toBeCloseTo(exact[at]!, 10);
  });
});

describe("coverage, by simulation with a seed", () => {
  /** Knuth's way of drawing a Poisson number. */
  const poisson = (draw: () => number, mean: number): number => {
    const floor = Math.exp(-mean);
    let count = -1;
    for (let product = 1; product > floor; count++) product *= draw();
    return count;
  };
  const TIMES = 4000;
  /** Three standard errors of a share of 0.95 over so many times. */
  const ERROR = 3 * Math.sqrt((0.95 * 0.05) / TIMES);

  test.each([
    [8, 3],
    [40, 6],
    [200, 10],
  ])("chance and noise at once: mean %i, noise %i", (mean, noise) => {
    const draw = random(`coverage ${mean}`);
    let inside = 0;
    let noiseAlone = 0;
    for (let time = 0; time < TIMES; time++) {
      const count = poisson(draw, mean) + noise * bell(draw);
      const [low, high] = combine(count, poissonLimits(count), noise);
      if (low <= mean && mean <= high) inside += 1;
      if (Math.abs(count - mean) <= Z95 * noise) noiseAlone += 1;
    }
    // exact limits cover more, never less; noise alone would promise too much
    expect(inside / TIMES).toBeGreaterThan(0.95 - ERROR);
    expect(inside / TIMES).toBeLessThan(0.985);
    expect(noiseAlone / TIMES).toBeLessThan(0.9);
  });

  test("a ratio of two figures of one field, whose noise moves together", () => {
    const draw = random("ratio");
    const [part, whole, sd, cov] = [300, 900, 9, 27];
    let inside = 0;
    for (let time = 0; time < TIMES; time++) {
      // the part's noise is a third of the whole's, and more of its own: V in both, covariance V/3
      const common = sd * bell(draw);
      const own = sd * Math.sqrt(1 - 1 / 9) * bell(draw);
      const [a, b] = [part + common / 3 + own, whole + common];
      const deviation = Math.sqrt(ratioVariance(a, b, { varA: sd ** 2, varB: sd ** 2, cov }));
      if (Math.abs(a / b - part / whole) <= Z95 * deviation) inside += 1;
    }
    expect(Math.abs(inside / TIMES - 0.95)).toBeLessThan(ERROR);
  });

  test("a standardised rate", () => {
    const draw = random("standardised");
    const classes = [
      { rate: 0.004, population: 5000, weight: 0.5 },
      { rate: 0.02, population: 1500, weight: 0.3 },
      { rate: 0.06, population: 400, weight: 0.2 },
    ];
    const truth = classes.reduce((sum, { rate, weight }) => sum + rate * weight, 0);
    let inside = 0;
    for (let time = 0; time < TIMES; time++) {
      const drawn = classes.map(({ rate, population, weight }) => ({
        events: poisson(draw, rate * population),
        population,
        weight,
      }));
      const [low, high] = gammaLimits(drawn);
      if (low <= truth && truth <= high) inside += 1;
    }
    expect(inside / TIMES).toBeGreaterThan(0.95 - ERROR);
    expect(inside / TIMES).toBeLessThan(0.99);
  });
});
