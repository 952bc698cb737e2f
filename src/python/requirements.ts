import type { Blobs } from "../platform/index.ts";
import type { Tree } from "../protocol/index.ts";
import { normalizeName } from "../pypi/index.ts";
import type { Metadata } from "./metadata.ts";
import { dig, type Pyproject, readText } from "./pyproject.ts";
import { readRequirementFile } from "./requirementFile.ts";
import { unneeded } from "./unneeded.ts";

/** Requirements from one place, which are taken or left together. */
export interface Group {
  /** Where they stand: `extra test`, `requirements/dev.txt`. */
  from: string;
  lines: string[];
}

const forTests =
  /(?:^|[^a-z])(?:unit|integration)?-?(?:tests?|testing|pytest|dev|devel|develop|development)(?:$|[^a-z])/i;

/** What the project itself needs to be imported. */
export function ownRequirements({ requires }: Metadata): string[] {
  return requires.filter((line) => !mentionsExtra(line)).filter(usable);
}

/** Every place of a project that may say what its tests need, the likeliest first. */
export async function testGroups(
  metadata: Metadata,
  pyproject: Pyproject,
  { tree, blobs }: { tree: Tree; blobs: Blobs },
): Promise<Group[]> {
  const groups: Group[] = [];
  for (const extra of metadata.extras.filter((name) => forTests.test(name)))
    groups.push({ from: `extra ${extra}`, lines: extraLines(metadata, extra) });
  for (const name of Object.keys(pyproject["dependency-groups"]).filter((each) => forTests.test(each)))
    groups.push({ from: `group ${name}`, lines: groupLines(pyproject, name, metadata) });
  groups.push(...toolGroups(pyproject));
  for (const path of Object.keys(tree).filter(isRequirementFile).sort())
    groups.push({ from: path, lines: await readRequirementFile(path, tree, blobs) });
  groups.push({ from: "tox.ini", lines: toxLines((await readText("tox.ini", tree, blobs)) ?? "") });
  groups.push({ from: "setup.py", lines: testsRequire((await readText("setup.py", tree, blobs)) ?? "") });
  groups.push({
    from: "setup.cfg",
    lines: testsRequireCfg((await readText("setup.cfg", tree, blobs)) ?? ""),
  });
  const own = normalizeName(metadata.name);
  const kept = groups.map(({ from, lines }) => ({
    from,
    lines: [...new Set(lines.map((line) => line.trim()))]
      .filter(usable)
      .filter((line) => nameOf(line) !== own && !unneeded(nameOf(line))),
  }));
  return kept.filter(({ lines }) => lines.length > 0 && lines.length <= 200).slice(0, 16);
}

const requirement =
  /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?\s*(?:\[[\w\s.,-]*\])?\s*\(?\s*(?:(?:===|[~=!<>]=|[<>])\s*[\w.*+!-]+\s*(?:,\s*|(?=\)|;|$)))*\)?\s*(?:;.*)?$/;

/** A requirement that an index can serve: no address, no path, no option, nothing half read. */
function usable(line: string): boolean {
  return requirement.test(line);
}

/** The normal name of what a requirement asks for. */
export function nameOf(line: string): string {
  return normalizeName(/^[A-Za-z0-9][\w.-]*/.exec(line)?.[0]?.replace(/[-_.]+$/, "") ?? "");
}

/** A requirement without its version: what is left of a group that does not resolve. */
export function relaxed(line: string): string {
  const [head = "", marker] = line.split(";", 2);
  const name = /^[A-Za-z0-9][\w.-]*(?:\s*\[[^\]]*\])?/.exec(head)?.[0] ?? head;
  return marker === undefined ? name : `${name} ;${marker}`;
}

const mentionsExtra = (line: string) => /\bextra\s*==/.test(line.split(";").slice(1).join(";"));

/** Lines of one extra, those of the project's own extras that it names included. */
function extraLines(metadata: Metadata, extra: string, seen = new Set<string>()): string[] {
  if (seen.has(normalizeName(extra))) return [];
  seen.add(normalizeName(extra));
  return metadata.requires.filter(mentionsExtra).flatMap((line) => {
    let matched = false;
    const marked = line.replace(/\bextra\s*==\s*(['"])(.*?)\1/g, (_, __, name: string) => {
      const same = normalizeName(name) === normalizeName(extra);
      matched ||= same;
      return same ? "python_version >= '3'" : "python_version < '3'";
    });
    if (!matched) return [];
    return ownExtras(marked, metadata)?.flatMap((name) => extraLines(metadata, name, seen)) ?? [marked];
  });
}

/** `project[a,b]` inside the project's own metadata means its extras a and b. */
function ownExtras(line: string, { name }: Metadata): string[] | null {
  if (nameOf(line) !== normalizeName(name)) return null;
  return (/\[([^\]]*)\]/.exec(line)?.[1] ?? "").split(",").flatMap((each) => each.trim() || []);
}

function groupLines(
  pyproject: Pyproject,
  name: string,
  metadata: Metadata,
  seen = new Set<string>(),
): string[] {
  const key = Object.keys(pyproject["dependency-groups"]).find(
    (each) => normalizeName(each) === normalizeName(name),
  );
  const list = key === undefined || seen.has(key) ? null : pyproject["dependency-groups"][key];
  if (!key || !Array.isArray(list)) return [];
  seen.add(key);
  return list.flatMap((item: unknown) => {
    if (typeof item === "string")
      return ownExtras(item, metadata)?.flatMap((extra) => extraLines(metadata, extra)) ?? [item];
    const included = dig(item, "include-group");
    return typeof included === "string" ? groupLines(pyproject, included, metadata, seen) : [];
  });
}

/** Groups of the tools that had their own form before the standard one. Poetry's versions are no PEP 440: names only. */
function toolGroups({ tool }: Pyproject): Group[] {
  const found: Group[] = [];
  const list = (from: string, value: unknown) => {
    if (Array.isArray(value)) found.push({ from, lines: value.filter((item) => typeof item === "string") });
  };
  const names = (from: string, value: unknown) => {
    if (value && typeof value === "object")
      found.push({ from, lines: Object.keys(value).filter((name) => name !== "python") });
  };
  names("poetry dev", dig(tool, "poetry", "dev-dependencies"));
  for (const [name, group] of entries(dig(tool, "poetry", "group")))
    if (forTests.test(name)) names(`poetry ${name}`, dig(group, "dependencies"));
  for (const [name, group] of entries(dig(tool, "pdm", "dev-dependencies")))
    if (forTests.test(name)) list(`pdm ${name}`, group);
  list("uv dev", dig(tool, "uv", "dev-dependencies"));
  for (const [name, env] of entries(dig(tool, "hatch", "envs")))
    if (forTests.test(name) || name === "default") {
      list(`hatch ${name}`, dig(env, "dependencies"));
      list(`hatch ${name}`, dig(env, "extra-dependencies"));
    }
  return found;
}

function entries(value: unknown): [string, unknown][] {
  return value && typeof value === "object" ? Object.entries(value) : [];
}

function isRequirementFile(path: string): boolean {
  if (path.split("/").length > 3 || !/\.(?:txt|in|pip)$/.test(path)) return false;
  if (!/requirement|(?:^|\/)reqs?\b|constraints/i.test(path) || /constraints/i.test(path)) return false;
  return forTests.test(path.replace(/requirements?/gi, "-"));
}

function toxLines(text: string): string[] {
  const section = /^\[testenv\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? "";
  const deps = /^deps[ \t]*=[ \t]*(.*(?:\n(?:[ \t]+.*|[ \t]*))*)/m.exec(section)?.[1] ?? "";
  return deps
    .split("\n")
    .map((line) => line.replace(/\s#.*$/, "").trim())
    .filter((line) => !/^(?:[-#{]|[\w{},!.-]+:\s)/.test(line));
}

function testsRequire(text: string): string[] {
  const list = /\b(?:tests_require|test_requires?|TESTS?_REQUIRES?)\s*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? "";
  return [...list.matchAll(/(['"])([^'"\n]+)\1/g)].map((match) => match[2] ?? "");
}

function testsRequireCfg(text: string): string[] {
  const list = /^tests?_require[ \t]*=[ \t]*(.*(?:\n[ \t]+.*)*)/m.exec(text)?.[1] ?? "";
  return list.split("\n").map((line) => line.trim());
}
