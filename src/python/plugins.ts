import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { normalizeName } from "../pypi/index.ts";

/** A pytest plugin that a layer holds: its entry point's name (what `-p` takes) and its module. */
export interface Plugin {
  name: string;
  module: string;
  distribution: string;
}

/**
 * Plugins that only report, measure, parallelise or shuffle, or that check style: a verdict needs none of them,
 * and some of them change the order or the time of tests.
 */
export const unwantedPlugins: ReadonlySet<string> = new Set(
  [
    ...[
      "pytest-cov",
      "pytest-xdist",
      "pytest-randomly",
      "pytest-random-order",
      "pytest-sugar",
      "pytest-instafail",
    ],
    ...[
      "pytest-html",
      "pytest-metadata",
      "pytest-rerunfailures",
      "pytest-order",
      "pytest-ordering",
      "pytest-icdiff",
    ],
    ...["pytest-black", "pytest-flake8", "pytest-ruff", "pytest-mypy", "pytest-checkdocs", "pytest-enabler"],
    ...[
      "pytest-codspeed",
      "pytest-memray",
      "pytest-perf",
      "pytest-forked",
      "pytest-picked",
      "pytest-testmon",
    ],
    ...["pytest-github-actions-annotate-failures", "pytest-pretty", "pytest-clarity", "pytest-profiling"],
    ...[
      "pytest-json-report",
      "pytest-reportlog",
      "pytest-split",
      "pytest-socket",
      "pytest-repeat",
      "pytest-pylint",
    ],
    ...[
      "pytest-ignore-flaky",
      "pytest-timeout",
      "pytest-custom-exit-code",
      "pytest-examples",
      "pytest-watch",
    ],
    ...[
      "pytest-durations",
      "pytest-accept",
      "pytest-retry",
      "nbval",
      "typeguard",
      "ddtrace",
      "pytest-doctestplus",
    ],
  ].map(normalizeName),
);

/** The plugins of a layer that tests may need, by name. */
export async function pluginsOf(layer: string): Promise<Plugin[]> {
  const found: Plugin[] = [];
  for (const entry of await readdir(layer)) {
    const match = /^(.+?)-[^-]+\.dist-info$/.exec(entry);
    if (!match) continue;
    const distribution = normalizeName(match[1] ?? "");
    if (unwantedPlugins.has(distribution)) continue;
    const text = await readFile(join(layer, entry, "entry_points.txt"), "utf8").catch(() => "");
    const section = /^\[pytest11\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? "";
    for (const line of section.split("\n")) {
      const point = /^([\w.-]+)\s*=\s*([\w.]+)/.exec(line.trim());
      if (point) found.push({ name: point[1] ?? "", module: point[2] ?? "", distribution });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Arguments that make plugins do the same every time: hypothesis draws examples from the test itself instead of
 * from chance, and has no deadline that a busy machine would miss.
 */
export async function steadyArguments(layer: string, plugins: readonly string[]): Promise<string[]> {
  if (!plugins.includes("hypothesispytest")) return [];
  const settings = await readFile(join(layer, "hypothesis", "_settings.py"), "utf8").catch(() => "");
  const profile = /register_profile\(\s*"ci"/.test(settings) ? ["--hypothesis-profile=ci"] : [];
  return [...profile, "--hypothesis-seed=0"];
}
