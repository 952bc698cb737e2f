import { argon2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import type { Cipher } from "./cipher.ts";

const MARK = "$NACL";
const NONCE = 24;
/** Fixed in every wallet (btwallet, `NACL_SALT`): equal passwords give equal keys. */
const SALT = Buffer.from("137183dff15a09bc9c90b5518739e9b1", "hex");
/** libsodium's `SENSITIVE` for argon2i: 512 MiB, eight passes. */
const COST = { memory: 524_288, passes: 8, parallelism: 1, tagLength: 32 };
const derive = promisify(argon2);

/** btwallet's own: argon2i, then libsodium's secretbox (XSalsa20-Poly1305). Takes seconds and 512 MiB on purpose. */
export const nacl: Cipher = {
  name: "nacl",
  mark: MARK,
  async encrypt(plain, password) {
    const nonce = randomBytes(NONCE);
    const sealed = xsalsa20poly1305(await keyOf(password), nonce).encrypt(plain);
    return Buffer.concat([Buffer.from(MARK), nonce, sealed]);
  },
  async decrypt(content, password) {
    const nonce = content.subarray(MARK.length, MARK.length + NONCE);
    const sealed = content.subarray(MARK.length + NONCE);
    if (sealed.length < 16) return null;
    try {
      return Buffer.from(xsalsa20poly1305(await keyOf(password), nonce).decrypt(sealed));
    } catch {
      return null;
    }
  },
};

const keyOf = (password: string) =>
  derive("argon2i", { message: Buffer.from(password), nonce: SALT, ...COST });
