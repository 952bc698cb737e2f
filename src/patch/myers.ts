/** Lines `oldFrom..oldTo` of the one side stand against `newFrom..newTo` of the other; 0-based, ends exclusive. */
export interface Range {
  oldFrom: number;
  oldTo: number;
  newFrom: number;
  newTo: number;
}

/** Steps after which a region is called changed as a whole instead of searched on. */
const MOST_STEPS = 20_000_000;

/**
 * Where two lists of lines differ, by a shortest edit script (E. Myers, "An O(ND) difference algorithm and its
 * variations", 1986, the linear-space form). Lines that stand on one side only are set aside first: that keeps
 * the script shortest and makes texts without anything in common cheap.
 */
export function changedRanges(old: readonly string[], new_: readonly string[]): Range[] {
  const [a, b] = numbered(old, new_);
  const shared = { old: new Set(a), new: new Set(b) };
  const oldAt = a.flatMap((line, at) => (shared.new.has(line) ? [at] : []));
  const newAt = b.flatMap((line, at) => (shared.old.has(line) ? [at] : []));
  const search: Search = {
    a: Int32Array.from(oldAt, (at) => a[at] ?? -1),
    b: Int32Array.from(newAt, (at) => b[at] ?? -2),
    matches: [],
    steps: 0,
  };
  compare(search, 0, search.a.length, 0, search.b.length);
  const ranges: Range[] = [];
  let oldFrom = 0;
  let newFrom = 0;
  for (const [x, y] of [...search.matches, [-1, -1] as const]) {
    const oldTo = x < 0 ? old.length : (oldAt[x] ?? 0);
    const newTo = y < 0 ? new_.length : (newAt[y] ?? 0);
    if (oldTo > oldFrom || newTo > newFrom) ranges.push({ oldFrom, oldTo, newFrom, newTo });
    oldFrom = oldTo + 1;
    newFrom = newTo + 1;
  }
  return ranges;
}

interface Search {
  a: Int32Array;
  b: Int32Array;
  /** Pairs of equal lines, ascending. */
  matches: (readonly [number, number])[];
  steps: number;
}

/** Lines as numbers, equal lines equal. */
function numbered(old: readonly string[], new_: readonly string[]): [number[], number[]] {
  const numbers = new Map<string, number>();
  const number = (line: string) => {
    const known = numbers.get(line) ?? numbers.size;
    numbers.set(line, known);
    return known;
  };
  return [old.map(number), new_.map(number)];
}

/** Push the matches of a[aFrom..aTo] against b[bFrom..bTo]. */
function compare(search: Search, aFrom: number, aTo: number, bFrom: number, bTo: number): void {
  const { a, b, matches } = search;
  let [x, y, u, v] = [aFrom, bFrom, aTo, bTo];
  while (x < u && y < v && a[x] === b[y]) matches.push([x++, y++]);
  while (x < u && y < v && a[u - 1] === b[v - 1]) {
    u -= 1;
    v -= 1;
  }
  if (x < u && y < v) {
    const middle = middleOf(search, x, u, y, v);
    if (middle) {
      compare(search, x, middle[0], y, middle[1]);
      compare(search, middle[0], u, middle[1], v);
    }
  }
  for (; u < aTo; u += 1, v += 1) matches.push([u, v]);
}

/**
 * A point on a shortest path through the box, where the searches from both ends meet; undefined when that costs
 * too much. A row holds for each diagonal how far a search came, -1 where it cannot be.
 */
function middleOf(
  search: Search,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
): [number, number] | undefined {
  const { a, b } = search;
  const [n, m] = [x1 - x0, y1 - y0];
  const delta = n - m;
  const most = Math.ceil((n + m) / 2);
  const forward = new Int32Array(2 * most + 3).fill(-1);
  const backward = new Int32Array(2 * most + 3).fill(-1);
  const at = (row: Int32Array, k: number) => row[most + 1 + k] ?? -1;
  const step = (row: Int32Array, d: number, k: number, same: (x: number, y: number) => boolean) => {
    const down = at(row, k + 1);
    const right = at(row, k - 1);
    let x = d === 0 ? 0 : -1;
    if (down >= 0 && down - k <= m) x = down;
    if (right >= 0 && right < n && right + 1 > x) x = right + 1;
    if (x >= 0) while (x < n && x - k < m && same(x, x - k)) x += 1;
    row[most + 1 + k] = x;
    return x;
  };
  for (let d = 0; d <= most; d += 1) {
    search.steps += 2 * d + 2;
    if (search.steps > MOST_STEPS) return undefined;
    for (let k = -d; k <= d; k += 2) {
      const x = step(forward, d, k, (x, y) => a[x0 + x] === b[y0 + y]);
      const other = delta - k;
      if (delta % 2 === 0 || x < 0 || Math.abs(other) >= d) continue;
      if (x + at(backward, other) >= n) return [x0 + x, y0 + x - k];
    }
    for (let k = -d; k <= d; k += 2) {
      const x = step(backward, d, k, (x, y) => a[x1 - 1 - x] === b[y1 - 1 - y]);
      const other = delta - k;
      if (delta % 2 !== 0 || x < 0 || Math.abs(other) > d) continue;
      if (x + at(forward, other) >= n) return [x1 - x, y1 - (x - k)];
    }
  }
  return undefined;
}
