import type { Finished, Sandbox } from "../sandbox/index.ts";
import { pluginsOf, steadyArguments } from "./plugins.ts";
import type { Project } from "./project.ts";
import { type CollectedTest, type Collection, readCollection } from "./runner.ts";
import { openTester, type Runner } from "./tester.ts";

/** The tests of a tree as pytest sees them, and the arguments under which it does. */
export interface Discovered {
  tests: CollectedTest[];
  broken: Collection["broken"];
  pytestArguments: string[];
  /** What pytest said beside its reports. */
  log: string;
}

const limits = { wallMs: 60_000, cpuSeconds: 60 };
const FILES_ONE_BY_ONE = 60;

/**
 * Collect a project's tests in a fork of a warm template. A plugin that stops pytest is left out; when collecting
 * everything at once is stuck or dies, each file is collected by itself, so that one cannot hide the others.
 * The caller disposes of the tester, which has the right plugins loaded.
 */
export async function discover(
  project: Pick<Project, "folder" | "context" | "environment" | "metadata" | "tree">,
  { sandbox, signal }: { sandbox: Sandbox; signal?: AbortSignal | undefined },
): Promise<Discovered & { tester: Runner }> {
  const inLayer = await pluginsOf(project.environment.folder);
  const ofProject = project.metadata === null ? [] : await pluginsOf(project.metadata);
  const names = [...new Set([...inLayer, ...ofProject].map(({ name }) => name))];
  const loading = (plugins: readonly string[]) => plugins.flatMap((name) => ["-p", name]);
  const context = { ...project.context, pytestArguments: loading(names) };
  const tester = await openTester({ ...project, context }, { sandbox, signal });
  const collect = async (plugins: readonly string[], targets: readonly string[]) => {
    const done = await tester.order(
      {
        changes: {},
        order: { do: "collect", arguments: loading(plugins), roots: context.sourceRoots, targets },
        limits,
      },
      signal ? { signal } : {},
    );
    return { ...readCollection(done), log: logOf(done) };
  };
  try {
    let plugins = names;
    let found = await collect(plugins, []);
    if (isEmpty(found) && found.exit !== 5 && names.length > 0) {
      plugins = [];
      for (const name of names) {
        const alone = await collect([name], ["no-such-file.py"]);
        if (/file or directory not found/.test(alone.log)) plugins.push(name); // pytest came that far with it
      }
      if (plugins.length < names.length) found = await collect(plugins, []);
    }
    const files = testFiles(project.tree);
    if (isEmpty(found) && files.length > 0) {
      if (found.exit !== null) found = await collect(plugins, files);
      if (isEmpty(found)) found = await oneByOne(files, (file) => collect(plugins, [file]), found.log);
    }
    const ini = found.ini === null ? [] : ["-c", found.ini];
    const steady = await steadyArguments(project.environment.folder, plugins);
    return {
      tests: found.tests,
      broken: found.broken,
      pytestArguments: [...ini, ...loading(plugins), ...steady],
      log: found.log,
      tester,
    };
  } catch (error) {
    await tester[Symbol.asyncDispose]();
    throw error;
  }
}

type Found = Collection & { log: string };

async function oneByOne(files: readonly string[], collect: (file: string) => Promise<Found>, log: string) {
  const whole: Found = { tests: [], broken: [], ini: null, exit: 0, log };
  for (const file of files.slice(0, FILES_ONE_BY_ONE)) {
    const found = await collect(file);
    whole.tests.push(...found.tests);
    whole.broken.push(...found.broken);
    whole.ini ??= found.ini;
    if (isEmpty(found))
      whole.broken.push({ id: file, message: found.log.slice(-300) || "nothing was collected" });
    if (whole.tests.length === 0 && whole.broken.length >= 3) break; // the same reason for each, most likely
  }
  return whole;
}

const isEmpty = (found: Collection) => found.tests.length === 0;

const logOf = (done: Finished) =>
  [done.stdout, done.stderr, done.timedOut ? "collecting took too long" : ""]
    .filter(Boolean)
    .join("\n")
    .slice(-8000);

/** Files that pytest would take for tests by their name. */
function testFiles(tree: Project["tree"]): string[] {
  return Object.keys(tree)
    .filter((path) => /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests)\.py$/.test(path))
    .sort();
}

/** False where no file lies or is named as tests are, whatever pytest is told to look for. */
export function mayHaveTests(tree: Project["tree"]): boolean {
  return Object.keys(tree).some(
    (path) => path.endsWith(".py") && /(?:^|[/_.])(?:tests?|testing|spec|check)(?:[/_.]|$)/i.test(path),
  );
}
