// biome-ignore-all lint/correctness/noPrecisionLoss: the constants are printed with the digits of their source
/** The normal distribution, in double precision. */

const ratio = (p: readonly number[], q: readonly number[], r: number): number =>
  horner(p, r) / horner(q, r);
const horner = (c: readonly number[], r: number): number =>
  c.reduceRight((sum, value) => sum * r + value, 0);

// Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37(3), 477-484.
const A = [
  3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
  4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4,
  2.5090809287301226727e3,
];
const B = [
  1, 4.2313330701600911252e1, 6.871870074920579083e2, 5.3941960214247511077e3,
  2.1213794301586595867e4, 3.930789580009271061e4, 2.8729085735721942674e4, 5.226495278852854561e3,
];
const C = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
  1.27045825245236838258, 2.4178072517745061177e-1, 2.27238449892691845833e-2,
  7.7454501427834140764e-4,
];
const D = [
  1, 2.05319162663775882187, 1.6763848301838038494, 6.8976733498510000455e-1,
  1.4810397642748007459e-1, 1.51986665636164571966e-2, 5.475938084995344946e-4,
  1.05075007164441684324e-9,
];
const E = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 2.9656057182850489123e-1,
  2.6532189526576123093e-2, 1.2426609473880784386e-3, 2.71155556874348757815e-5,
  2.01033439929228813265e-7,
];
const F = [
  1, 5.9983220655588793769e-1, 1.3692988092273580531e-1, 1.48753612908506148525e-2,
  7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7,
  2.04426310338993978564e-15,
];

/** Φ⁻¹(p), relative accuracy about 1e-16 (AS 241, PPND16). For 0 < p < 1. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(A, B, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const tail = r <= 5 ? ratio(C, D, r - 1.6) : ratio(E, F, r - 5);
  return q < 0 ? -tail : tail;
}

/**
 * Φ(x). Series near zero (Abramowitz and Stegun 26.2.11), continued fraction in the tails (26.2.14): relative accuracy
 * better than 1e-13 where it is used.
 */
export function normalCdf(x: number): number {
  if (x < 0) return x > -2.5 ? 0.5 - series(-x) : tail(-x);
  return x < 2.5 ? 0.5 + series(x) : 1 - tail(x);
}
const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; term > sum * 1e-18; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return sum * density(x);
}
function tail(x: number): number {
  let fraction = x;
  for (let k = 200; k >= 1; k--) fraction = x + k / fraction;
  return density(x) / fraction;
}
