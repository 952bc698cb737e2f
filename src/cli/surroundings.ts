import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ModelConfiguration } from "../llm/index.ts";
import { Secret } from "../platform/index.ts";
import { findUv } from "../pypi/index.ts";

/** Where set-up puts its uv (`scripts/setup/places.mjs`). */
const broughtUv = fileURLToPath(new URL("../../.runtime/uv/bin/uv", import.meta.url));

/** The uv that set-up brought, else the one on PATH. */
export function toolUv(environment: NodeJS.ProcessEnv): Promise<string> {
  return findUv({ candidates: [broughtUv], path: environment.PATH });
}

/** Which model to ask, from the environment. Keys are secrets from here on. */
export function modelOf(environment: NodeJS.ProcessEnv): ModelConfiguration {
  const { ANTHROPIC_API_KEY, OPENAI_API_KEY, LLM_BASE_URL, LLM_MODEL } = environment;
  return ModelConfiguration.parse({
    ...(ANTHROPIC_API_KEY ? { anthropicKey: new Secret(ANTHROPIC_API_KEY) } : {}),
    ...(OPENAI_API_KEY ? { openaiKey: new Secret(OPENAI_API_KEY) } : {}),
    ...(LLM_BASE_URL ? { baseUrl: LLM_BASE_URL } : {}),
    ...(LLM_MODEL ? { name: LLM_MODEL } : {}),
  });
}

/** `NAME` or `NAME==VERSION`. */
export const packageNamed = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(==[A-Za-z0-9.!+_-]+)?$/, "give NAME or NAME==VERSION")
  .transform((text) => {
    const [name = "", version = null] = text.split("==");
    return { name, version };
  });
