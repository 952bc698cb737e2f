import {
  APICallError,
  generateText,
  type LanguageModel,
  type ModelMessage,
  NoObjectGeneratedError,
  Output,
  type ToolSet,
  tool,
} from "ai";
import { TaoceptionError } from "../platform/index.ts";
import { type Call, estimateTokens, type Message, type Model, type Usage } from "./model.ts";

/** Our `Model` over any model of the AI SDK. */
export function overSdk(id: string, model: LanguageModel): Model {
  return {
    id,
    async turn({ system, messages, tools, maxOutputTokens, signal }) {
      const declared: ToolSet = Object.fromEntries(
        tools.map(({ name, description, input }) => [name, tool({ description, inputSchema: input })]),
      );
      const reply = await called(id, () =>
        generateText({
          model,
          instructions: system,
          messages: messages.map(toSdk),
          tools: declared,
          maxOutputTokens,
          maxRetries: 2,
          abortSignal: signal,
        }),
      );
      const calls: Call[] = reply.toolCalls.map(({ toolCallId, toolName, input }) => ({
        id: toolCallId,
        name: toolName,
        input,
      }));
      return {
        text: reply.text,
        calls,
        usage: usageOf(reply.usage, system + JSON.stringify(messages), reply.text + JSON.stringify(calls)),
      };
    },
    async answer({ system, prompt, schema, maxOutputTokens, signal }) {
      const reply = await called(id, () =>
        generateText({
          model,
          instructions: system,
          prompt,
          output: Output.object({ schema }),
          maxOutputTokens,
          maxRetries: 2,
          abortSignal: signal,
        }),
      );
      const checked = schema.safeParse(reply.output);
      if (!checked.success)
        throw new TaoceptionError("bad-answer", `${id} did not answer in the form it was asked for`, {
          cause: checked.error,
        });
      return {
        value: checked.data,
        usage: usageOf(reply.usage, system + prompt, JSON.stringify(reply.output)),
      };
    },
  };
}

async function called<T>(id: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") throw cause;
    if (NoObjectGeneratedError.isInstance(cause))
      throw new TaoceptionError("bad-answer", `${id} did not answer in the form it was asked for`, { cause });
    const retryable = APICallError.isInstance(cause) ? cause.isRetryable : true;
    throw new TaoceptionError("model-unavailable", `${id} did not answer`, { cause, retryable });
  }
}

function usageOf(
  reported: { inputTokens: number | undefined; outputTokens: number | undefined },
  asked: string,
  said: string,
): Usage {
  const { inputTokens, outputTokens } = reported;
  if (inputTokens && outputTokens) return { inputTokens, outputTokens, estimated: false };
  return {
    inputTokens: inputTokens || estimateTokens(asked),
    outputTokens: outputTokens || estimateTokens(said),
    estimated: true,
  };
}

function toSdk(message: Message): ModelMessage {
  if (message.role === "user") return { role: "user", content: message.text };
  if (message.role === "tool")
    return {
      role: "tool",
      content: message.results.map(({ id, name, output }) => ({
        type: "tool-result",
        toolCallId: id,
        toolName: name,
        output: { type: "text", value: output },
      })),
    };
  return {
    role: "assistant",
    content: [
      ...(message.text ? [{ type: "text" as const, text: message.text }] : []),
      ...message.calls.map(({ id, name, input }) => ({
        type: "tool-call" as const,
        toolCallId: id,
        toolName: name,
        input,
      })),
    ],
  };
}
