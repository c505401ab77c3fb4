/** The gamma distribution: what exact intervals of counts and of standardised rates are made of. */
import { normalQuantile } from "../../disclosure/normal.ts";

/** ln Γ(x) for x > 0: Lanczos' approximation with g = 7, nine terms (Godfrey's coefficients); relative error below 1e-14. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const series = LANCZOS.reduce(
    (sum, coefficient, k) => sum + (k === 0 ? coefficient : coefficient / (z + k)),
    0,
  );
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/**
 * P(a, x), the regularised lower incomplete gamma function: the series below a + 1, the continued fraction above, by Lentz's method
 * (Abramowitz and Stegun 6.5.29 and 6.5.31).
 */
export function gammaCdf(a: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return scale * sum;
  }
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < 10_000; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b || tiny);
    c = b + numerator / c || tiny;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return 1 - scale * fraction;
}

/**
 * The quantile p of a gamma distribution with shape a and scale 1: Wilson and Hilferty 1931 to begin with, then Newton within a bracket, which is
 * halved in its logarithm: small shapes have quantiles as small as 1e-60. */
export function gammaQuantile(a: number, p: number): number {
  const cube = 1 - 1 / (9 * a) + normalQuantile(p) / (3 * Math.sqrt(a));
  let [low, high] = [0, Math.max(4 * a, a + 40, 40)];
  while (gammaCdf(a, high) < p) high *= 2;
  let x = cube > 0 ? Math.min(a * cube ** 3, high) : Math.exp((Math.log(p) + logGamma(a + 1)) / a);
  for (let step = 0; step < 200; step++) {
    const miss = gammaCdf(a, x) - p;
    if (miss > 0) high = x;
    else low = x;
    const density = Math.exp((a - 1) * Math.log(x) - x - logGamma(a));
    const newton = x - miss / density;
    const next =
      newton > low && newton < high ? newton : low > 0 ? Math.sqrt(low * high) : high / 16;
    if (Math.abs(next - x) <= 1e-14 * x) return next;
    x = next;
  }
  return x;
}
