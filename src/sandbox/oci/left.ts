import type { OciChoice } from "../choice.ts";
import { answer, reachEngine } from "./engine.ts";
import { ownContainers } from "./owner.ts";

/** What a process leaves on an engine. */
export interface Left {
  /** Names of this process's own containers that are still there. */
  containers: string[];
  /** Those of the images asked for that the engine has. */
  images: string[];
}

/** What this process has left on the engine, with those of these images that are there. Throws `no-engine`. */
export async function leftOnEngine(
  images: readonly string[],
  choice: Omit<OciChoice, "image"> = {},
): Promise<Left> {
  const engine = await reachEngine(choice);
  const [there, containers] = await Promise.all([
    answer(engine.docker.listImages(), "list images"),
    ownContainers(engine),
  ]);
  const tags = new Set(there.flatMap(({ RepoTags }) => RepoTags ?? []));
  return { containers, images: [...new Set(images)].filter((image) => tags.has(image)) };
}
