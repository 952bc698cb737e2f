import { TaoceptionError } from "../platform/index.ts";
import { treeHash } from "../protocol/index.ts";
import { baseline } from "./baseline.ts";
import type { Code } from "./code.ts";
import { type Discovered, discover, mayHaveTests } from "./discover.ts";
import { type Layer, openLayer } from "./layer.ts";
import { leaksIn } from "./leak.ts";
import { missingFrom } from "./missing.ts";
import type { Opened } from "./opened.ts";
import type { Preparing } from "./preparing.ts";
import type { Prepared, Project } from "./project.ts";
import { type Group, nameOf, ownRequirements, testGroups } from "./requirements.ts";
import { resolve } from "./resolve.ts";
import type { Runner } from "./tester.ts";

const FEWEST_TESTS = 5;
const ROUNDS = 4;

type Failure = Extract<Prepared, { ok: false }>;
const failure = (stage: Failure["stage"], reason: string, log: string): Failure => ({
  ok: false,
  stage,
  reason: reason.replace(/\s+/g, " ").slice(0, 400),
  log: log.slice(-20_000),
});

/**
 * Give a project's code its environment and find the tests that hold. When collecting or many of the tests ask for
 * something that no requirement named, it is added and everything looked at again, a few times; the best counts.
 */
export async function environmentOf(opened: Opened, code: Code, preparing: Preparing): Promise<Prepared> {
  const { logger, sandbox, signal } = preparing;
  if (!mayHaveTests(code.tree)) return failure("collect", "it has no tests", "");
  const groups = await testGroups(code.metadata, code.pyproject, { tree: code.tree, blobs: preparing.blobs });
  const added: Group = { from: "what tests asked for", lines: [] };
  let best: Prepared | null = null;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const layered = await layerOf(opened, code, [...groups, added], preparing);
    if (!layered.ok) return best ?? layered;
    for (const note of layered.notes) logger.info({ package: opened.package.name, note }, "requirements");
    const state = stateOf(opened, code, layered);
    let found: Discovered & { tester: Runner };
    try {
      found = await discover(state, { sandbox, signal });
    } catch (error) {
      if (!(error instanceof TaoceptionError) || error.code !== "template-failed") throw error;
      return best ?? failure("collect", "its dependencies cannot be imported before a fork", error.message);
    }
    await using tester = found.tester;
    state.context.pytestArguments = found.pytestArguments;
    const said = [found.log, ...found.broken.map(({ message }) => message)].join("\n");
    /** What these words ask for that is not there and was not tried before. */
    const ask = (text: string) =>
      missingFrom(text, code.tree).filter(
        (name) =>
          !added.lines.some((line) => nameOf(line) === nameOf(name)) &&
          !`\n${layered.lock}`.includes(`\n${nameOf(name)}==`),
      );
    const wanting = round < ROUNDS ? ask(said) : [];
    if (wanting.length > 0 && best === null) {
      added.lines.push(...wanting);
      continue; // running the tests can wait until more of them can be collected
    }
    const outcome = await judge(state, found, tester, said, preparing);
    if (best === null || better(outcome, best)) best = outcome;
    const reasons = outcome.ok
      ? outcome.project.excluded.map(({ reason }) => reason)
      : outcome.log.split("\n");
    const hopeless = reasons.filter((reason) => missingFrom(reason, code.tree).length > 0).length;
    const asked = ask(reasons.join("\n"));
    const worthIt = !outcome.ok || hopeless >= Math.max(FEWEST_TESTS, found.tests.length / 10);
    if (asked.length === 0 || !worthIt) break;
    added.lines.push(...asked);
  }
  return best ?? failure("collect", "it has no tests", "");
}

function better(outcome: Prepared, best: Prepared): boolean {
  if (outcome.ok && best.ok) return outcome.project.tests.length > best.project.tests.length;
  return outcome.ok || !best.ok;
}

async function judge(
  state: Project,
  found: Discovered,
  tester: Runner,
  said: string,
  { signal }: Preparing,
): Promise<Prepared> {
  if (found.tests.length === 0) {
    const why = found.broken[0]?.message.trim().split("\n").at(-1) ?? lastError(found.log);
    return failure("collect", why ? `no test could be collected: ${why}` : "it has no tests", said);
  }
  const { tests, excluded } = await baseline(found.tests, state.context, { tester, signal });
  const broken = found.broken.map(({ id, message }) => ({
    id,
    reason: `cannot be collected: ${message.trim().split("\n").at(-1)?.slice(0, 200) ?? ""}`,
  }));
  const all = [...broken, ...excluded];
  if (tests.length < FEWEST_TESTS) {
    const first = excluded[0]?.reason ?? broken[0]?.reason ?? "";
    const log = all.map(({ id, reason }) => `${id}: ${reason}`).join("\n");
    return failure("baseline", `${tests.length} of ${found.tests.length} tests hold (${first})`, log);
  }
  const context = { ...state.context, testPaths: testPathsOf(tests.map(({ file }) => file)) };
  return { ok: true, project: { ...state, context, tests, excluded: all } };
}

function lastError(log: string): string {
  const lines = log.split("\n").map((line) => line.trim());
  return lines.findLast((line) => /Error|ERROR|error:/.test(line)) ?? "";
}

function stateOf(opened: Opened, code: Code, { layer, lock }: { layer: Layer; lock: string }): Project {
  return {
    package: opened.package,
    context: { package: opened.package, sourceRoots: code.sourceRoots, testPaths: [], pytestArguments: [] },
    tree: code.tree,
    treeHash: treeHash(code.tree),
    folder: code.folder,
    environment: { hash: layer.hash, lock, folder: layer.folder },
    metadata: code.metadataFolder,
    releasedAt: opened.releasedAt,
    tests: [],
    excluded: [],
    generated: code.generated,
  };
}

/** Resolve, build the layer, and look for copies of the project in it; what brings one is left out where it can be. */
async function layerOf(opened: Opened, code: Code, groups: readonly Group[], preparing: Preparing) {
  const own = ownRequirements(code.metadata);
  const refused = new Set<string>();
  for (;;) {
    const allowed = groups.map(({ from, lines }) => ({
      from,
      lines: lines.filter((line) => !refused.has(nameOf(line))),
    }));
    const wanted = { name: opened.package.name, own, groups: allowed, before: opened.before };
    const resolved = await resolve(wanted, preparing);
    if (!resolved.ok) return failure("install", resolved.reason, resolved.log);
    const heavy = tooLarge(resolved.lock);
    if (heavy !== null) return failure("install", `its environment is too large: ${heavy}`, resolved.lock);
    let layer: Layer;
    try {
      layer = await openLayer(resolved.lock, preparing);
    } catch (error) {
      if (!(error instanceof TaoceptionError) || error.code !== "layer-failed") throw error;
      return failure("install", "its requirements could not be installed", error.message);
    }
    const [leak] = await leaksIn(layer.folder, code);
    if (!leak) return { ok: true as const, layer, lock: resolved.lock, notes: resolved.notes };
    if (refused.has(leak.distribution) || refused.size >= 4)
      return failure("install", `${leak.distribution} holds a copy of its ${leak.source}`, leak.path);
    refused.add(leak.distribution);
  }
}

const MOST_DISTRIBUTIONS = 150;
/** Distributions of hundreds of megabytes. */
const giants =
  /^(?:torch|tensorflow(?:-cpu)?|jaxlib|pyspark|triton|nvidia-[\w-]+|paddlepaddle|pyqt\d(?:-\w+)*|pyside\d(?:-\w+)*)==/m;

function tooLarge(lock: string): string | null {
  const count = lock.split("\n").length - 1;
  return giants.exec(lock)?.[0] ?? (count > MOST_DISTRIBUTIONS ? `${count} distributions` : null);
}

/** The topmost folders that hold these files; a file at the root stands for itself. */
function testPathsOf(files: readonly string[]): string[] {
  const places = new Set(
    files.map((file) => (file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : file)),
  );
  return [...places]
    .filter((place) => ![...places].some((other) => other !== place && place.startsWith(`${other}/`)))
    .sort();
}
