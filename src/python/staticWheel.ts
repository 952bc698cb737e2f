import type { Package, Tree } from "../protocol/index.ts";
import { normalizeName, type Wheel } from "../pypi/index.ts";
import { metadataWheel } from "./metadata.ts";
import { dig, type Pyproject } from "./pyproject.ts";
import type { Shape } from "./shape.ts";

/**
 * What building would tell, read from a pyproject that says everything itself; null where something is dynamic,
 * compiled or at an unusual place, so that the project has to be built.
 */
export function staticWheel(
  { name, version }: Package,
  { project }: Pyproject,
  tree: Tree,
): { wheel: Wheel; shape: Shape } | null {
  if (typeof project.name !== "string" || project.version !== version || "setup.py" in tree) return null;
  const dynamic = Array.isArray(project.dynamic) ? project.dynamic : [];
  if (dynamic.some((field) => field !== "readme" && field !== "classifiers" && field !== "description"))
    return null;
  if (Object.keys(tree).some((path) => /\.(?:pyx|pxd|c|cc|cpp|rs|f90)$/.test(path))) return null;
  const module = normalizeName(name).replaceAll("-", "_");
  const root = ["src", "", "lib", "python"].find(
    (folder) =>
      `${folder}${folder && "/"}${module}.py` in tree ||
      `${folder}${folder && "/"}${module}/__init__.py` in tree,
  );
  if (root === undefined) return null;
  const extras = dig(project, "optional-dependencies");
  const strings = (value: unknown) =>
    Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
  const requires = strings(project.dependencies);
  for (const [extra, lines] of Object.entries(extras && typeof extras === "object" ? extras : {}))
    for (const line of strings(lines)) {
      const [head = "", marker] = line.split(";", 2);
      requires.push(
        `${head.trim()} ; ${marker === undefined ? "" : `(${marker.trim()}) and `}extra == '${extra}'`,
      );
    }
  const wheel = metadataWheel(
    { name: project.name, version, requires, extras: Object.keys(extras ?? {}) },
    entryPointsOf(project),
  );
  return { wheel, shape: { sourceRoots: [root], generated: {} } };
}

function entryPointsOf(project: Pyproject["project"]): string {
  const groups: [string, unknown][] = [
    ["console_scripts", project.scripts],
    ["gui_scripts", project["gui-scripts"]],
    ...Object.entries((project["entry-points"] as Record<string, unknown> | undefined) ?? {}),
  ];
  return groups
    .flatMap(([group, points]) =>
      points && typeof points === "object"
        ? [`[${group}]`, ...Object.entries(points).map(([key, value]) => `${key} = ${String(value)}`), ""]
        : [],
    )
    .join("\n");
}
