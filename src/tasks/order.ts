import { createHash } from "node:crypto";

/** A number in 0..1 that follows from a seed and a name alone: order by it, and the order is the seed's. */
export function lot(seed: string, name: string): number {
  return createHash("sha256").update(`${seed}/${name}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * Put candidates in an order in which neither a kind of mistake, nor a function, nor a file comes twice before
 * the others have come: take turns among kinds, and from each the candidate whose function and file were used
 * least; the seed decides the rest.
 */
export function* spread<T extends { operator: string; path: string; functionName: string; key: string }>(
  seed: string,
  candidates: readonly T[],
): Generator<T> {
  const kinds = Map.groupBy(
    candidates
      .map((candidate) => ({ candidate, at: lot(seed, candidate.key) }))
      .sort((a, b) => a.at - b.at || (a.candidate.key < b.candidate.key ? -1 : 1))
      .map(({ candidate }) => candidate),
    ({ operator }) => operator,
  );
  const used = new Map<string, number>();
  const count = (key: string) => used.get(key) ?? 0;
  const wear = (each: T) => 4 * count(`${each.path}::${each.functionName}`) + count(each.path);
  let turn = [...kinds.keys()].toSorted((a, b) => lot(seed, a) - lot(seed, b));
  while (turn.length > 0) {
    for (const kind of turn) {
      const left = kinds.get(kind) ?? [];
      let best = 0;
      for (let at = 1; at < left.length; at += 1) {
        const [one, other] = [left[at], left[best]];
        if (one && other && wear(one) < wear(other)) best = at;
      }
      const [next] = left.splice(best, 1);
      if (!next) continue;
      for (const key of [`${next.path}::${next.functionName}`, next.path]) used.set(key, count(key) + 1);
      yield next;
    }
    turn = turn.filter((kind) => (kinds.get(kind)?.length ?? 0) > 0);
  }
}
