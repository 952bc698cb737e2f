import { dirname } from "node:path";
import { TaoceptionError } from "../platform/index.ts";
import type { Finished, Limits, Mount, Sandbox, Template, TemplateResult } from "../sandbox/index.ts";
import type { Changes, Tester, TestRun } from "./outcome.ts";
import { pluginsOf } from "./plugins.ts";
import type { Project } from "./project.ts";
import { insideFile, type Order, readRun, runOrder } from "./runner.ts";
import { hidden } from "./standard/hidden.ts";

const megabyte = 1024 * 1024;

/** What one run of tests or one script may use, unless the caller says otherwise. */
export const testLimits: Limits = {
  wallMs: 120_000,
  cpuSeconds: 120,
  memoryBytes: 1024 * megabyte,
  processes: 64,
  outputBytes: megabyte,
  diskBytes: 256 * megabyte,
};

const templateLimits: Limits = { ...testLimits, wallMs: 60_000, processes: 256, cpuSeconds: 24 * 3600 };

/** What nearly every run imports: pytest with the parts it loads late, and the heavy half of the standard library. */
const always = [
  ...[
    "pytest",
    "_pytest.assertion.rewrite",
    "_pytest.assertion.util",
    "_pytest.capture",
    "_pytest.debugging",
  ],
  ...["_pytest.doctest", "_pytest.faulthandler", "_pytest.fixtures", "_pytest.junitxml", "_pytest.logging"],
  ...["_pytest.mark", "_pytest.monkeypatch", "_pytest.pastebin", "_pytest.python", "_pytest.recwarn"],
  ...["_pytest.setuponly", "_pytest.setupplan", "_pytest.skipping", "_pytest.stepwise", "_pytest.terminal"],
  ...["_pytest.threadexception", "_pytest.tmpdir", "_pytest.unittest", "_pytest.unraisableexception"],
  ...[
    "_pytest.warnings",
    "_pytest.cacheprovider",
    "_pytest.reports",
    "_pytest.subtests",
    "_pytest.terminalprogress",
  ],
  ...["pygments.lexers.python", "unittest.mock", "asyncio", "decimal", "fractions", "datetime", "tomllib"],
  ...[
    "importlib.metadata",
    "concurrent.futures",
    "typing",
    "dataclasses",
    "json",
    "pickle",
    "copy",
    "doctest",
  ],
];

/** A tester that can also do the other orders of `inside/run_tests.py`, for preparing a project. */
export interface Runner extends Tester {
  order(
    job: { changes: Changes; order: Order; limits?: Partial<Limits> },
    options?: { signal?: AbortSignal },
  ): Promise<TemplateResult>;
}

/**
 * Open a warm template of a project: pytest and the layer's plugins are imported once, the project never before
 * the fork. `folder` may be any tree of the project (a released one, a challenge's); the other trees beside it are
 * hidden from the tests. A signal that aborts while it opens ends it.
 */
export async function openTester(
  project: Pick<Project, "folder" | "context" | "environment" | "metadata">,
  {
    sandbox,
    signal,
  }: {
    sandbox: Pick<Sandbox, "openTemplate" | "interpreter" | "pythonVersion">;
    signal?: AbortSignal | undefined;
  },
): Promise<Runner> {
  const { folder, context, environment, metadata } = project;
  const mounts: Mount[] = [
    { from: environment.folder, at: "/layer" },
    { from: insideFile("preload_layer.py"), at: "/preload/preload_layer.py" },
    ...(metadata === null ? [] : [{ from: metadata, at: "/metadata" }]),
    ...hidden(context.package.name, sandbox),
  ];
  const chosen = new Set(
    context.pytestArguments.flatMap((flag, at, all) => (all[at - 1] === "-p" ? [flag] : [])),
  );
  const plugins = (await pluginsOf(environment.folder)).filter(({ name }) => chosen.has(name));
  const open = (preload: readonly string[]) =>
    sandbox.openTemplate(
      {
        preload: ["preload_layer"],
        pythonPath: ["/layer", ...(metadata === null ? [] : ["/metadata"]), "/preload"],
        mounts,
        lowers: dirname(folder),
        program: insideFile("run_tests.py"),
        env: {
          PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1",
          PYTHONHASHSEED: "0",
          PYTHONDONTWRITEBYTECODE: "1",
          PRELOAD_MODULES: preload.join(" "),
        },
        limits: templateLimits,
      },
      signal ? { signal } : {},
    );
  let template: Template;
  try {
    template = await open([...always, ...plugins.map(({ module }) => module)]);
  } catch (error) {
    if (!(error instanceof TaoceptionError) || error.code !== "template-failed") throw error;
    template = await open(always); // a plugin that starts threads or fails when it is imported early
  }

  const order: Runner["order"] = ({ changes, order, limits }, options = {}) =>
    template.run(
      { lower: folder, files: changes, input: order, limits: { ...testLimits, ...limits } },
      options,
    );
  return {
    order,
    async run({ changes, tests, extraFiles, limits }, options) {
      const files = { ...changes, ...extraFiles };
      const done = await order(
        { changes: files, order: runOrder(context, tests), ...(limits ? { limits } : {}) },
        options,
      );
      const { hanging: _, ...run }: TestRun & { hanging: string | null } = readRun(done, tests);
      return run;
    },
    async script({ changes, script, limits }, options) {
      const asked: Order = { do: "script", script, roots: context.sourceRoots };
      const done = await order({ changes, order: asked, ...(limits ? { limits } : {}) }, options);
      const { reports: _, forkMs: __, ...finished }: TemplateResult = done;
      return finished satisfies Finished;
    },
    [Symbol.asyncDispose]: () => template[Symbol.asyncDispose](),
  };
}
