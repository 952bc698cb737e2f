/**
 * Versions and their order as PEP 440 defines them, and the part of its specifiers that `Requires-Python`
 * uses. A text that is no version is null, never an error: an index holds many old and odd file names.
 */
export interface Version {
  epoch: number;
  release: number[];
  /** a, b or rc with its number. */
  pre: readonly ["a" | "b" | "rc", number] | null;
  post: number | null;
  dev: number | null;
  /** Parts of the local label after "+". */
  local: (string | number)[];
}

const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

/** Read a version; null when the text is none. */
export function parseVersion(text: string): Version | null {
  const match = text.length > 200 ? null : pattern.exec(text.trim().toLowerCase());
  if (!match) return null;
  const [, epoch, release = "0", preWord, preNumber, dashPost, postWord, postNumber, dev, devNumber, local] =
    match;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split(".").map(Number),
    pre: preWord === undefined ? null : [preNames[preWord] ?? "rc", Number(preNumber || 0)],
    post: dashPost !== undefined ? Number(dashPost) : postWord === undefined ? null : Number(postNumber || 0),
    dev: dev === undefined ? null : Number(devNumber || 0),
    local: local ? local.split(/[-_.]/).map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : [],
  };
}

const preNames: Record<string, "a" | "b" | "rc"> = { a: "a", alpha: "a", b: "b", beta: "b" };

/** True for alpha, beta, candidate and development versions. */
export function isPrerelease(version: Version): boolean {
  return version.pre !== null || version.dev !== null;
}

/** Negative when `a` comes before `b`, 0 when they are equal, else positive. */
export function compareVersions(a: Version, b: Version): number {
  return (
    a.epoch - b.epoch ||
    compareReleases(a.release, b.release) ||
    comparePairs(preKey(a), preKey(b)) ||
    (a.post ?? -1) - (b.post ?? -1) ||
    order(a.dev ?? Number.POSITIVE_INFINITY, b.dev ?? Number.POSITIVE_INFINITY) ||
    compareLocals(a.local, b.local)
  );
}

function order(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareReleases(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A development version of a final release comes before its alphas; a final or post release after its candidates. */
function preKey({ pre, post, dev }: Version): readonly [number, number] {
  if (pre) return [{ a: 1, b: 2, rc: 3 }[pre[0]], pre[1]];
  return post === null && dev !== null ? [0, 0] : [4, 0];
}

function comparePairs(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** Numbers come after words, more parts after fewer. */
function compareLocals(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    if (x === y) continue;
    if (typeof x === "number") return typeof y === "number" ? x - y : 1;
    return typeof y === "number" ? -1 : x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * Does a final version satisfy a comma-separated specifier such as ">=3.9,!=3.10.*"? An empty one is always
 * satisfied. A clause that cannot be read is not satisfied: better no package than one that cannot run.
 */
export function satisfies(version: string, specifier: string): boolean {
  const candidate = parseVersion(version);
  if (!candidate) return false;
  return specifier
    .split(",")
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "")
    .every((clause) => satisfiesClause(candidate, clause));
}

function satisfiesClause(candidate: Version, clause: string): boolean {
  const match = /^(===|==|!=|<=|>=|~=|<|>)\s*(\S+)$/.exec(clause);
  if (!match) return false;
  const [, operator = "", text = ""] = match;
  const wildcard = text.endsWith(".*");
  const wanted = parseVersion(wildcard ? text.slice(0, -2) : text);
  if (!wanted) return false;
  const order = compareVersions(candidate, wanted);
  const within = (parts: number) =>
    candidate.epoch === wanted.epoch &&
    compareReleases(padded(candidate.release, parts), padded(wanted.release, parts)) === 0;
  const same = wildcard ? within(wanted.release.length) : order === 0;
  // Indexes hold ">=3.6.*" although the standard forbids it; it is meant as ">=3.6".
  switch (operator) {
    case "==":
    case "===":
      return same;
    case "!=":
      return !same;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0 || (wildcard && same);
    case ">":
      return order > 0 && !(wildcard && same);
    case "<":
      return order < 0;
    default:
      return wanted.release.length > 1 && order >= 0 && within(wanted.release.length - 1);
  }
}

function padded(release: readonly number[], parts: number): number[] {
  return Array.from({ length: parts }, (_, at) => release[at] ?? 0);
}
