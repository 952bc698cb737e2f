import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../platform/index.ts";
import { Answer, Challenge, Hash, hashBytes } from "../protocol/index.ts";

/** One accepted challenge in a miner's own store, and how far it has come. */
export const Job = z.object({
  challenge: Challenge,
  validator: z.string(),
  receivedAt: z.number(),
  state: z.enum(["received", "solved", "committed", "revealed", "expired"]),
  salt: Hash.nullable(),
  answer: Answer.nullable(),
});
export type Job = z.infer<typeof Job>;

/** The miner's memory: one small file a job, written whole or not at all, so that a killed miner goes on. */
export interface Jobs {
  get(task: string): Promise<Job | undefined>;
  put(job: Job): Promise<void>;
  list(): Promise<Job[]>;
  /** Forget jobs whose deadline passed more than `olderMs` ago. */
  sweep(now: number, olderMs: number): Promise<void>;
}

/** Open the memory of the one miner that this folder belongs to. What a killed one had half written goes. */
export async function openJobs(folder: string): Promise<Jobs> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder))
    if (name.endsWith(".part")) await rm(join(folder, name), { force: true });
  const place = (task: string) => join(folder, `${hashBytes(task).slice(0, 32)}.json`);
  const read = async (path: string): Promise<Job | undefined> => {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const job = Job.safeParse(jsonOf(text));
    return job.success ? job.data : undefined; // of another version, or broken: as if it had never come
  };
  const list = async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
    const jobs = await Promise.all(names.map((name) => read(join(folder, name))));
    return jobs.filter((job) => job !== undefined).sort((a, b) => a.receivedAt - b.receivedAt);
  };
  return {
    get: (task) => read(place(task)),
    put: (job) => writeAtomically(place(job.challenge.task), JSON.stringify(job), 0o600),
    list,
    sweep: async (now, olderMs) => {
      for (const job of await list())
        if (Date.parse(job.challenge.deadline) + olderMs < now)
          await rm(place(job.challenge.task), { force: true });
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
