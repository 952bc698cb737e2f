import { TaoceptionError } from "../platform/index.ts";
import type { Call, Model } from "./model.ts";

/** What a scripted model says next: a turn, or a value for `answer`. */
export type Line = { text?: string; calls?: Omit<Call, "id">[] } | { value: unknown };

/** A model that says the given lines in order, then fails: for tests and for trying an agent without a key. */
export function scriptedModel(lines: readonly Line[], heard: unknown[] = []): Model {
  let next = 0;
  const say = (request: unknown): Line => {
    heard.push(request);
    const line = lines[next];
    next += 1;
    if (line === undefined)
      throw new TaoceptionError("model-unavailable", "the script of the model has ended");
    return line;
  };
  const usage = { inputTokens: 1, outputTokens: 1, estimated: true };
  return {
    id: "scripted",
    turn: async ({ signal: _, ...request }) => {
      const line = say(structuredClone({ ...request, tools: request.tools.map(({ name }) => name) }));
      if ("value" in line)
        throw new TaoceptionError("bad-answer", "the script has an answer where a turn was asked for");
      return {
        text: line.text ?? "",
        calls: (line.calls ?? []).map((call, index) => ({ ...call, id: `call-${next}-${index}` })),
        usage,
      };
    },
    answer: async ({ system, prompt, schema }) => {
      const line = say({ system, prompt });
      const checked = schema.safeParse("value" in line ? line.value : undefined);
      if (!checked.success)
        throw new TaoceptionError("bad-answer", "the script's answer has not the form it was asked for");
      return { value: checked.data, usage };
    },
  };
}
