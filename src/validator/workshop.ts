import { stat } from "node:fs/promises";
import { evaluate, type Judge } from "../evaluation/index.ts";
import { type Blobs, TaoceptionError } from "../platform/index.ts";
import {
  openTester,
  type Preparing,
  type Project,
  prepare,
  type Source,
  type Tester,
} from "../python/index.ts";
import { makeTasks } from "../tasks/index.ts";
import type { EvaluatePatch } from "./stages/evaluate.ts";
import type { MakeTasks } from "./stages/make.ts";
import type { PreparePackage } from "./stages/prepare.ts";

/** What a validator does to packages and patches. */
export interface Workshop {
  preparePackage: PreparePackage;
  makeTasks: MakeTasks;
  evaluatePatch: EvaluatePatch;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Candidates that are tried at the same time, and patches judged at the same time. */
const AT_ONCE = 2;
/** How long a round tries to make its tasks: a package with slow tests then gives fewer. */
const PATIENCE_MS = 90_000;

/**
 * Open the workshop. It keeps one warm tester, of the project that was used last. What packages are made
 * of lies in the blobs of `preparing`, what tasks add to it in `blobs` (which find both). `folder` takes the place of
 * every package, for work on a project of one's own.
 */
export function openWorkshop(
  preparing: Preparing,
  { blobs, judge, folder }: { blobs: Blobs; judge?: Judge | undefined; folder?: string | undefined },
): Workshop {
  const { sandbox, clock, signal } = preparing;
  let warm: { key: string; tester: Promise<Tester> } | undefined;

  async function cool(): Promise<void> {
    const gone = warm;
    warm = undefined;
    await (await gone?.tester.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async function testerOf(recorded: Project): Promise<Tester> {
    const key = `${recorded.treeHash} ${recorded.environment.hash}`;
    while (warm?.key !== key) {
      if (warm)
        await cool(); // and look again: meanwhile another may have opened one
      else
        warm = {
          key,
          tester: present(recorded, folder, preparing).then((project) =>
            openTester(project, { sandbox, signal }),
          ),
        };
    }
    const mine = warm;
    try {
      return await mine.tester;
    } catch (error) {
      if (warm === mine) await cool();
      throw error;
    }
  }

  const ending = signal ? { signal } : {};
  return {
    async preparePackage({ name, version }) {
      const release: Source = { kind: "release", name, ...(version === null ? {} : { version }) };
      return prepare(folder === undefined ? release : { kind: "folder", path: folder }, preparing);
    },
    makeTasks: async (project, options) =>
      makeTasks(
        project,
        { count: options.count, seed: options.seed, concurrency: AT_ONCE, patienceMs: PATIENCE_MS },
        { tester: await testerOf(project), blobs, clock, rate: options.rate, ...ending },
      ),
    async evaluatePatch(patch, task, project) {
      const once = async () =>
        evaluate(patch, task, {
          tester: await testerOf(project),
          blobs,
          clock,
          ...(judge ? { judge } : {}),
          ...ending,
        });
      const graded = await once();
      if (graded.verdict !== "unscored") return graded;
      await cool(); // perhaps the template died of an earlier patch: judge once more with a new one
      return once();
    },
    [Symbol.asyncDispose]: cool,
  };
}

/** A recorded project whose folders are there: a cache that was emptied since is filled again. */
async function present(
  recorded: Project,
  folder: string | undefined,
  preparing: Preparing,
): Promise<Project> {
  const folders = [recorded.folder, recorded.environment.folder];
  const there = await Promise.all(
    folders.map((each) =>
      stat(each).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (there.every(Boolean)) return recorded;
  const { name, version } = recorded.package;
  const again = await prepare(
    folder === undefined ? { kind: "release", name, version } : { kind: "folder", path: folder },
    preparing,
  );
  if (!again.ok || again.project.treeHash !== recorded.treeHash)
    throw new TaoceptionError("project-gone", `${name} ${version} can no longer be prepared as it was`);
  return again.project;
}
