import { stat } from "node:fs/promises";
import { type Blobs, TaoceptionError } from "../platform/index.ts";
import { openTester, type Preparing, type Project, prepare, type Source } from "../python/index.ts";
import { makeTasks } from "../tasks/index.ts";
import type { MakeTasks } from "./stages/make.ts";
import type { PreparePackage } from "./stages/prepare.ts";

/** What a validator does to packages. */
export interface Workshop {
  preparePackage: PreparePackage;
  makeTasks: MakeTasks;
}

/** Candidates that are tried at the same time. */
const AT_ONCE = 2;
/** How long a round tries to make its tasks: a package with slow tests then gives fewer. */
const PATIENCE_MS = 90_000;

/**
 * Open the workshop. What packages are made of lies in the blobs of `preparing`, what tasks add to it in `blobs`
 * (which find both). `folder` takes the place of every package, for work on a project of one's own.
 */
export function openWorkshop(
  preparing: Preparing,
  { blobs, folder }: { blobs: Blobs; folder?: string | undefined },
): Workshop {
  const { clock, signal } = preparing;
  return {
    async preparePackage({ name, version }) {
      const release: Source = { kind: "release", name, ...(version === null ? {} : { version }) };
      return prepare(folder === undefined ? release : { kind: "folder", path: folder }, preparing);
    },
    async makeTasks(recorded, options) {
      const project = await present(recorded, folder, preparing);
      await using tester = await openTester(project, preparing);
      return await makeTasks(
        project,
        { count: options.count, seed: options.seed, concurrency: AT_ONCE, patienceMs: PATIENCE_MS },
        { tester, blobs, clock, rate: options.rate, ...(signal ? { signal } : {}) },
      );
    },
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
