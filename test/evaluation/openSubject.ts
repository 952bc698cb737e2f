import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTester, type Tester } from "../../src/python/index.ts";
import { openSandbox, type Sandbox, type SandboxChoice } from "../../src/sandbox/index.ts";
import { pytestLayer } from "./layer.ts";
import { makeSubject, type Subject } from "./subject.ts";

/** The subject with a warm tester of it, in a folder of its own. */
export interface OpenSubject extends AsyncDisposable {
  folder: string;
  subject: Subject;
  sandbox: Sandbox;
  tester: Tester;
}

export async function openSubject(choice: SandboxChoice = {}): Promise<OpenSubject> {
  const folder = await mkdtemp(join(tmpdir(), "subject-"));
  await using opening = new AsyncDisposableStack();
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const subject = await makeSubject(folder, await pytestLayer());
  const sandbox = opening.use(await openSandbox(choice));
  const tester = opening.use(await openTester(subject.project, { sandbox }));
  const opened = opening.move();
  return { folder, subject, sandbox, tester, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
