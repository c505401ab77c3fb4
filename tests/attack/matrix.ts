/** Small dense matrices, without tricks. */
export type Matrix = readonly (readonly number[])[] & { [row: number]: number[] };

export const times = (a: Matrix, x: readonly number[]): number[] =>
  a.map((row) => row.reduce((sum, value, k) => sum + value * x[k]!, 0));

/** Gauss and Jordan, with the largest pivot of each column. Throws where the matrix is singular. */
export function inverse(a: Matrix): Matrix {
  const n = a.length;
  const work = a.map((row, i) => [
    ...row,
    ...Array.from({ length: n }, (_, k) => (k === i ? 1 : 0)),
  ]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(work[row]![column]!) > Math.abs(work[best]![column]!)) best = row;
    [work[column], work[best]] = [work[best]!, work[column]!];
    const pivot = work[column]![column]!;
    if (Math.abs(pivot) < 1e-12) throw new RangeError("the matrix is singular");
    for (let k = column; k < 2 * n; k++) work[column]![k]! /= pivot;
    for (let row = 0; row < n; row++) {
      const factor = work[row]![column]!;
      if (row === column || factor === 0) continue;
      for (let k = column; k < 2 * n; k++) work[row]![k]! -= factor * work[column]![k]!;
    }
  }
  return work.map((row) => row.slice(n));
}

/** L with L·Lᵀ = a; a pivot that is nothing but rounding is taken for zero. */
export function cholesky(a: Matrix): Matrix {
  const l = a.map((row) => row.map(() => 0));
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= l[i]![k]! * l[j]![k]!;
      if (i === j) l[i]![i] = sum > 1e-12 ? Math.sqrt(sum) : 0;
      else l[i]![j] = l[j]![j] === 0 ? 0 : sum / l[j]![j]!;
    }
  return l;
}
