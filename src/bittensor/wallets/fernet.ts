import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import type { Cipher } from "./cipher.ts";

/** A Fernet token's version byte and the zeros of its time, in base64. */
const MARK = "gAAAAA";
/** btwallet's salt for its oldest files. */
const SALT = "Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins";
const ROUNDS = 10_000_000;
const VERSION = 0x80;
const derive = promisify(pbkdf2);

/** The oldest wallets: PBKDF2 of ten million rounds (seconds), then a Fernet token (AES-128-CBC, HMAC-SHA256). */
export const fernet: Cipher = {
  name: "fernet",
  mark: MARK,
  async encrypt(plain, password) {
    const { mac, key } = await keysOf(password);
    const head = Buffer.alloc(9);
    head.writeUInt8(VERSION, 0);
    head.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
    const start = randomBytes(16);
    const cipher = createCipheriv("aes-128-cbc", key, start);
    const signed = Buffer.concat([head, start, cipher.update(plain), cipher.final()]);
    const token = Buffer.concat([signed, createHmac("sha256", mac).update(signed).digest()]);
    return Buffer.from(token.toString("base64").replaceAll("+", "-").replaceAll("/", "_"));
  },
  async decrypt(content, password) {
    const token = Buffer.from(Buffer.from(content).toString("latin1").trim(), "base64url");
    const [signed, tag] = [token.subarray(0, -32), token.subarray(-32)];
    if (signed.length < 41 || signed.at(0) !== VERSION) return null;
    const { mac, key } = await keysOf(password);
    if (!timingSafeEqual(createHmac("sha256", mac).update(signed).digest(), tag)) return null;
    const cipher = createDecipheriv("aes-128-cbc", key, signed.subarray(9, 25));
    try {
      return Buffer.concat([cipher.update(signed.subarray(25)), cipher.final()]);
    } catch {
      return null;
    }
  },
};

async function keysOf(password: string) {
  const bytes = await derive(password, SALT, ROUNDS, 32, "sha256");
  return { mac: bytes.subarray(0, 16), key: bytes.subarray(16) };
}
