import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Secret } from "../platform/index.ts";
import { type Model, openModel, scriptedModel } from "./index.ts";

// The real clients against an independent double of the providers' wire formats.
const server = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" });
beforeAll(async () => {
  server.on(
    { userMessage: "list the files" },
    { toolCalls: [{ name: "bash", arguments: JSON.stringify({ command: "ls" }) }] },
  );
  server.on({ userMessage: "judge" }, { content: JSON.stringify({ better: "yes" }) });
  server.on({ userMessage: "nonsense" }, { content: "not what was asked" });
  await server.start();
});
afterAll(() => server.stop());

async function compatible(): Promise<Model> {
  const opened = await openModel({
    baseUrl: `${server.url}/v1`,
    name: "any-model",
    openaiKey: new Secret("key"),
  });
  if (opened.model === null) throw new Error(opened.reason);
  return opened.model;
}
const signal = new AbortController().signal;

test("a turn asks for a tool over the wire", async () => {
  const model = await compatible();
  const tools = [{ name: "bash", description: "run a command", input: z.object({ command: z.string() }) }];
  const { calls, usage } = await model.turn({
    system: "You fix bugs.",
    messages: [{ role: "user", text: "list the files" }],
    tools,
    maxOutputTokens: 100,
    signal,
  });
  expect(calls).toMatchObject([{ name: "bash", input: { command: "ls" } }]);
  expect(usage.inputTokens).toBeGreaterThan(0);
  expect(usage.outputTokens).toBeGreaterThan(0);
});

test("an answer has the form it was asked for, or is an error", async () => {
  const model = await compatible();
  const schema = z.object({ better: z.enum(["yes", "no"]) });
  const good = await model.answer({ system: "s", prompt: "judge", schema, maxOutputTokens: 100, signal });
  expect(good.value).toEqual({ better: "yes" });
  await expect(
    model.answer({ system: "s", prompt: "nonsense", schema, maxOutputTokens: 100, signal }),
  ).rejects.toMatchObject({ code: "bad-answer" });
});

test("a server that is gone is an error of ours, not an answer", async () => {
  const opened = await openModel({ baseUrl: "http://127.0.0.1:9/v1", name: "m" });
  await expect(
    opened.model?.answer({
      system: "",
      prompt: "judge",
      schema: z.object({}),
      maxOutputTokens: 5,
      signal: AbortSignal.timeout(20_000),
    }),
  ).rejects.toThrow();
});

test("without a key there is no model, and it says which variables to set", async () => {
  expect(await openModel({})).toMatchObject({
    model: null,
    reason: expect.stringContaining("ANTHROPIC_API_KEY"),
  });
  expect(await openModel({ baseUrl: "http://127.0.0.1:9/v1" })).toMatchObject({ model: null });
});

test("a scripted model says its lines, then is unavailable", async () => {
  const model = scriptedModel([{ text: "hello" }]);
  const request = { system: "", messages: [], tools: [], maxOutputTokens: 1, signal };
  expect((await model.turn(request)).text).toBe("hello");
  await expect(model.turn(request)).rejects.toMatchObject({ code: "model-unavailable" });
});
