import { z } from "zod";
import { Secret } from "../platform/index.ts";
import type { Model } from "./model.ts";
import { overSdk } from "./sdk.ts";

/** Which model to ask, from configuration. The first of base URL, Anthropic key, OpenAI key decides. */
export const ModelConfiguration = z.object({
  anthropicKey: z.instanceof(Secret<string>).optional(),
  openaiKey: z.instanceof(Secret<string>).optional(),
  /** Any server that speaks OpenAI's chat API; `name` must then be given. */
  baseUrl: z.url().optional(),
  name: z.string().min(1).optional(),
});
export type ModelConfiguration = z.infer<typeof ModelConfiguration>;

const DEFAULTS = { anthropic: "claude-sonnet-4-5", openai: "gpt-5-mini" };

/** Open the configured model; null, with the reason, when nothing is configured. Providers are loaded only when used. */
export async function openModel(
  configuration: ModelConfiguration,
): Promise<{ model: Model } | { model: null; reason: string }> {
  const { anthropicKey, openaiKey, baseUrl, name } = configuration;
  if (baseUrl) {
    if (!name)
      return {
        model: null,
        reason: "a base URL for the model is set, but not which model to ask (LLM_MODEL)",
      };
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    const key = openaiKey?.reveal();
    const provider = createOpenAICompatible({
      name: "compatible",
      baseURL: baseUrl,
      supportsStructuredOutputs: true,
      ...(key ? { apiKey: key } : {}),
    });
    return { model: overSdk(name, provider(name)) };
  }
  if (anthropicKey) {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    const id = name ?? DEFAULTS.anthropic;
    return { model: overSdk(id, createAnthropic({ apiKey: anthropicKey.reveal() })(id)) };
  }
  if (openaiKey) {
    const { createOpenAI } = await import("@ai-sdk/openai");
    const id = name ?? DEFAULTS.openai;
    return { model: overSdk(id, createOpenAI({ apiKey: openaiKey.reveal() })(id)) };
  }
  return {
    model: null,
    reason: "no model is configured (ANTHROPIC_API_KEY, OPENAI_API_KEY or LLM_BASE_URL)",
  };
}
