export { type Environment, findUv, type Index, indexUrl } from "./address.ts";
export { draw, drawKey, type Ranked, runnerClosure } from "./draw.ts";
export { indexAuthorities, indexHosts } from "./page.ts";
export { type RankedPackage, rankedPackages } from "./ranking.ts";
export { type Fetched, fetchRelease, type Release } from "./release.ts";
export { normalizeName } from "./simple.ts";
export { compareVersions, parseVersion, satisfies } from "./version.ts";
export { fetchWheel, pureTag, unpackWheel, type Wheel } from "./wheel.ts";
export { readZip, type ZipEntry } from "./zip.ts";
