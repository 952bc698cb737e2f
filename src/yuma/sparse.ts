import { divide, type Fixed, multiply, ONE, sum } from "./fixed.ts";

/** One row of a matrix: column and value, in the order in which the row was stored. */
export type Row = readonly (readonly [column: number, value: Fixed])[];
export type Matrix = readonly Row[];

/** Keep only the entries for which `keep(row, column)` is true. */
export function mask(matrix: Matrix, keep: (row: number, column: number) => boolean): Matrix {
  return matrix.map((row, i) => row.filter(([j]) => keep(i, j)));
}

export function normalizeRows(matrix: Matrix): Matrix {
  return matrix.map((row) => {
    const total = sum(row.map(([, value]) => value));
    return total > 0n ? row.map(([j, value]) => [j, divide(value, total)] as const) : row;
  });
}

export function normalizeColumns(matrix: Matrix, columns: number): Matrix {
  const totals = new Array<Fixed>(columns).fill(0n);
  for (const row of matrix) for (const [j, value] of row) totals[j] = (totals[j] ?? 0n) + value;
  return divideColumns(matrix, totals);
}

/** Divide every column by its largest value, so that each column's best entry is 1. */
export function upscaleColumns(matrix: Matrix, columns: number): Matrix {
  const largest = new Array<Fixed>(columns).fill(0n);
  for (const row of matrix) for (const [j, value] of row) if (value > (largest[j] ?? 0n)) largest[j] = value;
  return divideColumns(matrix, largest);
}

function divideColumns(matrix: Matrix, divisors: readonly Fixed[]): Matrix {
  return matrix.map((row) =>
    row.map(([j, value]) => {
      const divisor = divisors[j] ?? 0n;
      return [j, divisor === 0n ? value : divide(value, divisor)] as const;
    }),
  );
}

/** Clip each entry at its column's ceiling; what a ceiling of zero clips is removed. */
export function clipColumns(matrix: Matrix, ceilings: readonly Fixed[]): Matrix {
  return matrix.map((row) =>
    row.flatMap(([j, value]): Row => {
      const ceiling = ceilings[j] ?? 0n;
      if (ceiling >= value) return [[j, value]];
      return ceiling > 0n ? [[j, ceiling]] : [];
    }),
  );
}

export function rowSums(matrix: Matrix): Fixed[] {
  return matrix.map((row) => sum(row.map(([, value]) => value)));
}

/** For each column, the sum over rows of scale[row] * value. */
export function columnSums(matrix: Matrix, scale: readonly Fixed[], columns: number): Fixed[] {
  const sums = new Array<Fixed>(columns).fill(0n);
  matrix.forEach((row, i) => {
    for (const [j, value] of row) sums[j] = (sums[j] ?? 0n) + multiply(scale[i] ?? 0n, value);
  });
  return sums;
}

/** For each row, the sum over columns of value * vector[column]. */
export function rowProducts(matrix: Matrix, vector: readonly Fixed[]): Fixed[] {
  return matrix.map((row) => sum(row.map(([j, value]) => multiply(value, vector[j] ?? 0n))));
}

export function scaleRows(matrix: Matrix, scale: readonly Fixed[]): Matrix {
  return matrix.map((row, i) => row.map(([j, value]) => [j, multiply(value, scale[i] ?? 0n)] as const));
}

/** from + ratio * (to - from) entry by entry; entries that are not positive are dropped, rows come out sorted. */
export function interpolate(from: Matrix, to: Matrix, columns: number, ratio: Fixed): Matrix {
  if (ratio === 0n) return from;
  if (ratio === ONE) return to;
  return from.map((row, i) => {
    const start = dense(row, columns);
    const end = dense(to[i] ?? [], columns);
    return positive(start.map((value, j) => value + multiply(ratio, (end[j] ?? 0n) - value)));
  });
}

export function dense(row: Row, columns: number): Fixed[] {
  const values = new Array<Fixed>(columns).fill(0n);
  for (const [j, value] of row) if (j < columns) values[j] = value;
  return values;
}

/** The positive entries of a dense row. */
export function positive(values: readonly Fixed[]): Row {
  return values.flatMap((value, j): Row => (value > 0n ? [[j, value]] : []));
}
