import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { answer, askAsOrdinary } from "./checkout.ts";
import type { Probed } from "./probes.ts";

const isRoot = process.getuid?.() === 0;
const program = join(import.meta.dirname, "probes.ts");

/** The probes run in a session that holds a key, as after an SSH login. */
const asOurselves = () =>
  answer<Probed>(
    spawn("python3", [join(import.meta.dirname, "inside/in_session.py"), process.execPath, program], {
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
const session = readFileSync(join(import.meta.dirname, "inside/in_session.py"), "utf8");
const asOrdinary = () =>
  askAsOrdinary<Probed>(["test/evaluation/probes.ts"], ["/usr/bin/python3", "-c", session]);

const users: [string, () => Promise<Probed>][] = [
  [isRoot ? "root" : "an ordinary user", asOurselves],
  ...(isRoot ? [["an ordinary user", asOrdinary] as (typeof users)[number]] : []),
];

describe.each(users)("what hostile code finds in sandboxes of %s", (_, ask) => {
  let probed: Probed;
  beforeAll(async () => {
    probed = await ask();
  }, 60_000);

  test("a dependency that is imported before the fork has no rights, no files and no network", () => {
    const { uids, groups, descriptors, ...rest } = probed.preloaded;
    expect(rest).toEqual({
      capabilities: ["0000000000000000"],
      noNewPrivs: "1",
      shadow: "FileNotFoundError",
      becomesRoot: false,
      mounts: false,
      chroots: false,
      // an ordinary user's bubblewrap has the same user; its environment was cleared, its root is the sandbox
      initsEnvironment: expect.stringMatching(
        /^(PermissionError|PATH=[^\0]*\0TAOCEPTION_SANDBOX_OF=[0-9a-f-]{36}\0)$/,
      ),
      initsRoot: expect.stringMatching(/^(PermissionError|FileNotFoundError)$/),
      writes: [],
      keyOfTheLogin: false,
      interfaces: ["lo"],
    });
    expect(uids).not.toContain(0);
    // of its template it holds the channel, which it shares a process with, and nothing else
    expect((descriptors as string[]).filter((each) => each !== "/dev/null")).toEqual(["socket"]);
    if (probed.uid === 0) expect(groups).toEqual([]);
  });

  test("what one fork leaves, the next does not find, nor one beside it", () => {
    const ways = ["file /tmp/left", "file /work/left", "process", "unix socket", "shared memory"];
    expect(probed.left).toEqual(
      expect.arrayContaining([...ways, "message queue", "user keyring", "session keyring"]),
    );
    expect(probed.found).toEqual([]);
    expect(probed.foundBeside).toEqual([]);
  });

  test("nor does a later job find what another left", () => {
    expect(probed.leftByJob).toEqual(expect.arrayContaining(["file /tmp/left", "process", "user keyring"]));
    expect(probed.foundByJob).toEqual([]);
  });

  test("a fork cannot speak into its template's channel, nor reach the process above it", () => {
    expect(probed.forger).toEqual({ exitCode: 7, reports: ["own", { reached: [], held: 5 }] });
    expect(probed.after).toEqual({ exitCode: 0, reports: [[]] });
  });

  test("the probes ran as whom it says", () => {
    expect(probed.uid === 0).toBe(isRoot && ask === asOurselves);
  });
});
