import { z } from "zod";
import { Address } from "../bittensor/index.ts";
import { ModelConfiguration } from "../llm/index.ts";
import { Secret } from "../platform/index.ts";

/** The kinds of values that flags, arguments and variables have. Each says what it wants in its own words. */

/** A whole number given as text, within bounds. */
export function whole(least: number, most: number) {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  return z
    .string()
    .transform((text) => (/^\d{1,16}$/.test(text) ? Number(text) : Number.NaN))
    .refine((value) => value >= least && value <= most, `give a whole number ${bounds}`);
}

const RAO = 1_000_000_000n;

/** TAO as a decimal number, in rao. */
export const tao = z
  .string()
  .regex(/^\d{1,8}(\.\d{1,9})?$/, "give TAO as a number, such as 12.5")
  .transform((text) => {
    const [whole = "0", part = ""] = text.split(".");
    return BigInt(whole) * RAO + BigInt(part.padEnd(9, "0"));
  })
  .refine((rao) => rao > 0n, "give more than 0 TAO");

/** rao as TAO, in decimals. */
export function taoOf(rao: bigint): string {
  const part = (rao % RAO).toString().padStart(9, "0").replace(/0+$/, "");
  return part === "" ? `${rao / RAO}` : `${rao / RAO}.${part}`;
}

/** Somebody on the chain. */
export const address = z.string().refine((text) => Address.safeParse(text).success, "give an SS58 address");

/** Where something is served over HTTP. */
export const httpUrl = z.url({
  protocol: /^https?$/,
  hostname: /./,
  error: "give an http(s) address, such as http://127.0.0.1:9944",
});

/** A Postgres, as its clients take it. It may hold a password: it is never told. */
export const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: "give an address such as postgresql://user:password@host/database",
});

/** `NAME` or `NAME==VERSION`. */
export const packageNamed = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}(==[A-Za-z0-9.!+_-]{1,100})?$/,
    "give a package as NAME or NAME==VERSION",
  )
  .transform((text) => {
    const [name = "", version = null] = text.split("==");
    return { name, version };
  });

/** From TAOCEPTION_LOG. */
export const logLevel = z
  .enum(["debug", "info", "warn", "error", "silent"], "give debug, info, warn, error or silent")
  .default("warn");

/** Which model to ask, from variables. */
export const modelFields = {
  anthropicKey: z.string().optional(),
  openaiKey: z.string().optional(),
  modelUrl: httpUrl.optional(),
  modelName: z.string().optional(),
};

/** Keys are secrets from here on. */
export function modelOf(fields: z.infer<z.ZodObject<typeof modelFields>>): ModelConfiguration {
  const { anthropicKey, openaiKey, modelUrl, modelName } = fields;
  return ModelConfiguration.parse({
    ...(anthropicKey ? { anthropicKey: new Secret(anthropicKey) } : {}),
    ...(openaiKey ? { openaiKey: new Secret(openaiKey) } : {}),
    ...(modelUrl ? { baseUrl: modelUrl } : {}),
    ...(modelName ? { name: modelName } : {}),
  });
}

/** A rule over several fields: told beside what is wrong with each of them, not only once all are right. */
export function rule(message: string, path: string[] = []) {
  return { message, path, when: () => true };
}

type Sources = { package?: unknown; path?: unknown };
export const notBoth = ({ package: only, path }: Sources) => only === undefined || path === undefined;
export const NOT_BOTH = rule("give either --package or --path, not both");
