import { z } from "zod";
import type { Call, Message, Model } from "../../llm/index.ts";
import { explain } from "../../platform/index.ts";
import type { Shell } from "./shell.ts";

/** What a run may cost. Checked before every question to the model. */
export interface LoopLimits {
  steps: number;
  tokens: number;
  commandSeconds: number;
}

/** One line of a trajectory. */
export type Step =
  | { kind: "said"; text: string; calls: Call[]; tokens: number }
  | { kind: "ran"; command: string; exit: number | null; output: string }
  | {
      kind: "ended";
      why: "submitted" | "steps" | "tokens" | "malformed" | "model" | "aborted";
      detail: string;
    };

const KEPT = 5_000;
const STRIKES = 3;

const SYSTEM = `You mend a defect in a Python project. You work in a shell: each command starts fresh in the project's folder, without network, and without a memory of earlier "cd" or variables.
Read the report, reproduce it with its script, find the cause in the source, and change the source so that the script passes and the project's tests still do. Change as little as the mend needs. Do not edit tests or configuration: such changes are thrown away, and a patch with them is refused.
When you are done, call submit.`;

const Command = z.object({ command: z.string().min(1).max(20_000) });
const tools = [
  {
    name: "bash",
    description: "Run one bash command in the project's folder.",
    input: Command,
  },
  {
    name: "submit",
    description: "The work is done: hand in the changes as they are now.",
    input: z.object({}),
  },
];

/**
 * The simplest agent that works: one shell, a linear history, limits. It never decides what the patch is:
 * that is the difference in the tree when the loop ends, for whatever reason it ends.
 */
export async function loop(
  report: string,
  limits: LoopLimits,
  {
    model,
    shell,
    signal,
    onStep,
  }: { model: Model; shell: Shell; signal: AbortSignal; onStep: (step: Step) => void },
): Promise<void> {
  const messages: Message[] = [{ role: "user", text: report }];
  const end = (why: (Step & { kind: "ended" })["why"], detail = "") => onStep({ kind: "ended", why, detail });
  let tokens = 0;
  let strikes = 0;
  for (let step = 0; ; step += 1) {
    if (signal.aborted) return end("aborted");
    if (step >= limits.steps) return end("steps");
    if (tokens >= limits.tokens) return end("tokens");
    let turn: Awaited<ReturnType<Model["turn"]>>;
    try {
      turn = await model.turn({ system: SYSTEM, messages, tools, maxOutputTokens: 4_000, signal });
    } catch (error) {
      return end(signal.aborted ? "aborted" : "model", explain(error));
    }
    const { text, calls, usage } = turn;
    tokens += usage.inputTokens + usage.outputTokens;
    onStep({ kind: "said", text, calls, tokens });
    messages.push({ role: "assistant", text, calls });
    if (calls.some(({ name }) => name === "submit")) return end("submitted");
    if (calls.length === 0) {
      strikes += 1;
      if (strikes >= STRIKES) return end("malformed");
      messages.push({ role: "user", text: "Call bash to go on, or submit when the work is done." });
      continue;
    }
    const results: { id: string; name: string; output: string }[] = [];
    for (const { id, name, input } of calls) results.push({ id, name, output: await answerTo(name, input) });
    messages.push({ role: "tool", results });
  }

  async function answerTo(name: string, input: unknown): Promise<string> {
    const parsed = name === "bash" ? Command.safeParse(input) : undefined;
    if (!parsed?.success) return `There is no such call: bash takes {"command": "…"}.`;
    const { command } = parsed.data;
    const { exit, output } = await shell.run(command, limits.commandSeconds);
    onStep({ kind: "ran", command, exit, output: elide(output) });
    return `${exit === null ? `stopped after ${limits.commandSeconds} seconds` : `exit status ${exit}`}\n${elide(output)}`;
  }
}

/** Head and tail of a long output, with how much is left out between them. */
function elide(text: string): string {
  if (text.length <= 2 * KEPT) return text;
  return `${text.slice(0, KEPT)}\n… ${text.length - 2 * KEPT} characters left out …\n${text.slice(-KEPT)}`;
}
