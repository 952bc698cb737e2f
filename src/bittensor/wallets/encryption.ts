import { TaoceptionError } from "../../platform/index.ts";
import type { Cipher } from "./cipher.ts";
import { fernet } from "./fernet.ts";
import { nacl } from "./nacl.ts";
import { vault } from "./vault.ts";

/** All that wallets have ever used; new files are written with the first. */
const CIPHERS: readonly [Cipher, ...Cipher[]] = [nacl, vault, fernet];

/** How a keyfile is encrypted; null when it is not. */
export function cipherOf(content: Uint8Array): Cipher | null {
  const start = Buffer.from(content.subarray(0, 64)).toString("latin1");
  return CIPHERS.find(({ mark }) => start.startsWith(mark)) ?? null;
}

/** Encrypt a keyfile's content, as btwallet does unless another way is named. */
export function encryptKeyfile(
  plain: Uint8Array,
  password: string,
  name: Cipher["name"] = "nacl",
): Promise<Buffer> {
  const cipher = CIPHERS.find((each) => each.name === name) ?? nacl;
  return cipher.encrypt(plain, password);
}

/** A keyfile's content in plain; what is not encrypted is given back. TaoceptionError `wrong-password`. */
export async function decryptKeyfile(content: Uint8Array, password: string): Promise<Buffer> {
  const cipher = cipherOf(content);
  if (!cipher) return Buffer.from(content);
  const plain = await cipher.decrypt(content, password);
  if (plain) return plain;
  throw new TaoceptionError("wrong-password", "the password does not open the key, or the file was changed");
}
