/** The normal distribution by textbook series, and its inverse by Newton's method: another road than the rational approximation (AS241). */

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Φ(x) − ½ for x ≥ 0: φ(x)·(x + x³/3 + x⁵/(3·5) + …). All terms are positive, so nothing cancels. */
function aboveHalf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; term > sum * 1e-18; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return density(x) * sum;
}

/** Φ(−x) for x > 0 by Laplace's continued fraction: φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))). */
function farTail(x: number): number {
  let fraction = x;
  for (let n = 300; n >= 1; n -= 1) fraction = x + n / fraction;
  return density(x) / fraction;
}

/** Φ(−x) for x ≥ 0. */
const tail = (x: number) => (x < 2 ? 0.5 - aboveHalf(x) : farTail(x));

export const normalCdf = (x: number) => (x < 0 ? tail(-x) : 1 - tail(x));

/**
 * The x with Φ(x) = u. Newton's method on ln Φ(−x), which is concave, from a point beyond the root (Φ(−x) ≤ ½·exp(−x²/2)):
 * every step comes nearer to the root without crossing it.
 */
export function inverseNormal(u: number): number {
  if (!(u > 0 && u < 1)) throw new Error(`no normal for ${u}`);
  if (u > 0.5) return -inverseNormal(1 - u);
  let x = Math.sqrt(-2 * Math.log(2 * u));
  for (let round = 0; round < 60; round += 1) {
    const q = tail(x);
    const step = (Math.log(q / u) * q) / density(x);
    x += step;
    if (Math.abs(step) < 1e-15 * (1 + x)) break;
  }
  return x === 0 ? 0 : -x;
}
