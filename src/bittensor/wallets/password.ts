import { readFile } from "node:fs/promises";
import { sep } from "node:path";
import { Secret } from "../../platform/index.ts";

/** Where a password may come from; `ask` is the person at the terminal, where there is one. */
export interface PasswordSources {
  explicit?: Secret<string> | undefined;
  environment: NodeJS.ProcessEnv;
  ask?: ((path: string) => Promise<string | null>) | undefined;
}

/** The variable that btwallet keeps one keyfile's password in. */
export function passwordVariable(path: string): string {
  return `BT_PW_${path.replaceAll(sep, "_").replaceAll(".", "_")}`.toUpperCase();
}

/**
 * A keyfile's password, in the order of Bittensor's own tools: given, BT_WALLET_PASSWORD, the file's own variable
 * (base64 of the password XOR the variable's name: hidden from a glance, not from anybody), the file that
 * BT_WALLET_PASSWORD_FILE names, the person. Null where none of them has one.
 */
export async function passwordFor(
  path: string,
  { explicit, environment, ask }: PasswordSources,
): Promise<Secret<string> | null> {
  if (explicit) return explicit;
  const { BT_WALLET_PASSWORD: given, BT_WALLET_PASSWORD_FILE: file } = environment;
  if (given) return new Secret(given);
  const name = passwordVariable(path);
  const hidden = environment[name];
  if (hidden) return new Secret(unhide(hidden, name));
  if (file) return new Secret((await readFile(file, "utf8")).replace(/\r?\n$/, ""));
  const typed = await ask?.(path);
  return typed === null || typed === undefined ? null : new Secret(typed);
}

function unhide(hidden: string, name: string): string {
  const key = Buffer.from(name);
  const plain = Buffer.from(hidden, "base64").map((byte, at) => byte ^ (key[at % key.length] ?? 0));
  return Buffer.from(plain).toString("utf8");
}
