import type { z } from "zod";

/** What was said so far. Tool results answer the calls of the assistant message before them, by id. */
export type Message =
  | { role: "user"; text: string }
  | { role: "assistant"; text: string; calls: Call[] }
  | { role: "tool"; results: { id: string; name: string; output: string }[] };

/** The model asks for a tool to be run. `input` is what the model wrote: check it before use. */
export interface Call {
  id: string;
  name: string;
  input: unknown;
}

/** Tokens of one request. `estimated` when the endpoint reported none and they were counted from the text. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  estimated: boolean;
}

export interface Tool {
  name: string;
  description: string;
  input: z.ZodType;
}

/** A language model, whoever serves it. Errors are TaoceptionErrors `model-unavailable` (often retryable). */
export interface Model {
  readonly id: string;
  /** One turn of a conversation with tools; tools are not run here. */
  turn(request: {
    system: string;
    messages: readonly Message[];
    tools: readonly Tool[];
    maxOutputTokens: number;
    signal: AbortSignal;
  }): Promise<{ text: string; calls: Call[]; usage: Usage }>;
  /** One answer of a given shape; an answer of another shape is an error `bad-answer`. */
  answer<T>(request: {
    system: string;
    prompt: string;
    schema: z.ZodType<T>;
    maxOutputTokens: number;
    signal: AbortSignal;
  }): Promise<{ value: T; usage: Usage }>;
}

/** A rough count where an endpoint reports no usage, so that budgets always end: four characters a token. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
