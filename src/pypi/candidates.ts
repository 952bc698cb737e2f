import { type IndexFile, versionOfFile } from "./simple.ts";
import { compareVersions, isPrerelease, parseVersion, type Version } from "./version.ts";

/** A source distribution that may be chosen. */
export interface Candidate {
  version: string;
  filename: string;
  url: string;
  sha256: string | null;
  uploadedAt: string | null;
  requiresPython: string;
  size: number | null;
  pureWheel: boolean | null;
}

/**
 * The source distributions among a project's files, newest version first (the index's own order is another).
 * Yanked files and pre-releases only where `any` is set: somebody asked for one exact version.
 */
export function candidates(files: readonly IndexFile[], name: string, any: boolean): Candidate[] {
  const wheels = new Map<string, boolean>();
  const found: (Candidate & { order: Version })[] = [];
  for (const file of files) {
    const read = versionOfFile(file.filename, name);
    const order = read && parseVersion(read.version);
    if (!read || !order) continue;
    if (read.kind === "wheel") {
      wheels.set(
        read.version,
        (wheels.get(read.version) ?? false) || file.filename.endsWith("-none-any.whl"),
      );
      continue;
    }
    if (!any && (file.yanked || isPrerelease(order))) continue;
    const { filename, url, sha256, uploadedAt, requiresPython, size } = file;
    found.push({
      ...{ version: read.version, filename, url, sha256, uploadedAt, requiresPython, size },
      pureWheel: null,
      order,
    });
  }
  // Of two source distributions of one version the tar comes first: zips lose modes.
  const kind = ({ filename }: Candidate) => (filename.endsWith(".zip") ? 1 : 0);
  return found
    .sort((a, b) => compareVersions(b.order, a.order) || kind(a) - kind(b))
    .map(({ order, ...candidate }) => ({
      ...candidate,
      pureWheel: pureOf(wheels, order, candidate.version),
    }));
}

function pureOf(wheels: ReadonlyMap<string, boolean>, order: Version, version: string): boolean | null {
  const exact = wheels.get(version);
  if (exact !== undefined) return exact;
  for (const [text, pure] of wheels) {
    const other = parseVersion(text);
    if (other && compareVersions(other, order) === 0) return pure;
  }
  return null;
}
