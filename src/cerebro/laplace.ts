/**
 * Laplace's approximation for values f ~ N(means, covariance) of which only yes or no was seen, each yes with
 * probability 1 / (1 + exp(−f)). `shift` says how means of anything correlated move (by cov · shift), `shrink`
 * how covariances do (by −cov · shrink · covᵀ). Algorithm 3.1 of Rasmussen and Williams (2006).
 */
export function laplace(
  means: readonly number[],
  covariance: readonly (readonly number[])[],
  seen: readonly boolean[],
): { shift: number[]; shrink: number[][] } {
  const times = (vector: readonly number[]) =>
    covariance.map((row) => row.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0));
  const slopes = (f: readonly number[]) => f.map((value, at) => Number(seen[at]) - sigmoid(value));
  const quality = (shift: readonly number[], f: readonly number[]) =>
    f.reduce(
      (sum, value, at) =>
        sum -
        Math.log1p(Math.exp(seen[at] ? -value : value)) -
        0.5 * (shift[at] ?? 0) * (value - (means[at] ?? 0)),
      0,
    );
  let shift = means.map(() => 0);
  let f = [...means];
  let best = quality(shift, f);
  for (let round = 0; round < 50; round += 1) {
    const roots = f.map((value) => Math.sqrt(sigmoid(value) * sigmoid(-value)));
    const slope = slopes(f);
    const wanted = f.map(
      (value, at) => (roots[at] ?? 0) ** 2 * (value - (means[at] ?? 0)) + (slope[at] ?? 0),
    );
    const solved = solve(inner(covariance, roots), [
      times(wanted).map((value, at) => value * (roots[at] ?? 0)),
    ]);
    const target = wanted.map((value, at) => value - (roots[at] ?? 0) * (solved[0]?.[at] ?? 0));
    let step = 1;
    let next = { shift, f, quality: best };
    for (; step > 1e-6; step /= 2) {
      const tried = shift.map((value, at) => value + step * ((target[at] ?? 0) - value));
      const there = times(tried).map((value, at) => value + (means[at] ?? 0));
      const value = quality(tried, there);
      if (value >= best) {
        next = { shift: tried, f: there, quality: value };
        break;
      }
    }
    const gain = next.quality - best;
    ({ shift, f, quality: best } = next);
    if (gain < 1e-12) break;
  }
  const roots = f.map((value) => Math.sqrt(sigmoid(value) * sigmoid(-value)));
  const unit = roots.map((root, at) => roots.map((_, other) => (at === other ? root : 0)));
  const columns = solve(inner(covariance, roots), unit);
  return { shift, shrink: columns.map((column) => column.map((value, at) => value * (roots[at] ?? 0))) };
}

/** I + √W · K · √W, which is never singular. */
function inner(covariance: readonly (readonly number[])[], roots: readonly number[]): number[][] {
  return covariance.map((row, at) =>
    row.map((value, other) => (at === other ? 1 : 0) + (roots[at] ?? 0) * value * (roots[other] ?? 0)),
  );
}

/** Solve matrix · x = b for several b, by Cholesky's factor of a symmetric positive matrix. */
function solve(matrix: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = [];
  for (const [at, row] of matrix.entries()) {
    const made: number[] = [];
    for (let other = 0; other <= at; other += 1) {
      const against = other === at ? made : (lower[other] ?? []);
      let value = row[other] ?? 0;
      for (let k = 0; k < other; k += 1) value -= (made[k] ?? 0) * (against[k] ?? 0);
      made.push(other === at ? Math.sqrt(value) : value / (against[other] ?? 1));
    }
    lower.push(made);
  }
  return wanted.map((vector) => {
    const x = [...vector];
    for (let at = 0; at < x.length; at += 1) {
      let value = x[at] ?? 0;
      for (let k = 0; k < at; k += 1) value -= (lower[at]?.[k] ?? 0) * (x[k] ?? 0);
      x[at] = value / (lower[at]?.[at] ?? 1);
    }
    for (let at = x.length - 1; at >= 0; at -= 1) {
      let value = x[at] ?? 0;
      for (let k = at + 1; k < x.length; k += 1) value -= (lower[k]?.[at] ?? 0) * (x[k] ?? 0);
      x[at] = value / (lower[at]?.[at] ?? 1);
    }
    return x;
  });
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
