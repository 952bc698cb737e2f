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

const MARK = "$ANSIBLE_VAULT";
const HEAD = "$ANSIBLE_VAULT;1.1;AES256";
const LINE = 80;
const derive = promisify(pbkdf2);

/** Ansible Vault 1.1 (older wallets): PBKDF2, AES-256-CTR, an HMAC over what was encrypted; all of it in hex, twice. */
export const vault: Cipher = {
  name: "ansible",
  mark: MARK,
  async encrypt(plain, password) {
    const salt = randomBytes(32);
    const { key, mac, counter } = await keysOf(password, salt);
    const cipher = createCipheriv("aes-256-ctr", key, counter);
    const sealed = Buffer.concat([cipher.update(padded(plain)), cipher.final()]);
    const parts = [salt, createHmac("sha256", mac).update(sealed).digest(), sealed].map((part) =>
      part.toString("hex"),
    );
    const body = Buffer.from(parts.join("\n")).toString("hex");
    return Buffer.from(`${[HEAD, ...(body.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [])].join("\n")}\n`);
  },
  async decrypt(content, password) {
    const [head = "", ...lines] = Buffer.from(content).toString("latin1").split(/\r?\n/);
    if (head.trim() !== HEAD) return null;
    const parts = Buffer.from(lines.join("").trim(), "hex").toString("latin1").split("\n");
    const [salt, tag, sealed] = parts.map((part) => Buffer.from(part, "hex"));
    if (!salt || !tag || !sealed || tag.length !== 32) return null;
    const { key, mac, counter } = await keysOf(password, salt);
    if (!timingSafeEqual(createHmac("sha256", mac).update(sealed).digest(), tag)) return null;
    const cipher = createDecipheriv("aes-256-ctr", key, counter);
    return unpadded(Buffer.concat([cipher.update(sealed), cipher.final()]));
  },
};

async function keysOf(password: string, salt: Uint8Array) {
  const bytes = await derive(password, salt, 10_000, 80, "sha256");
  return { key: bytes.subarray(0, 32), mac: bytes.subarray(32, 64), counter: bytes.subarray(64) };
}

/** PKCS#7 to blocks of 16. */
function padded(plain: Uint8Array): Buffer {
  const missing = 16 - (plain.length % 16);
  return Buffer.concat([plain, Buffer.alloc(missing, missing)]);
}

function unpadded(plain: Buffer): Buffer | null {
  const added = plain.at(-1) ?? 0;
  return added >= 1 && added <= 16 && added <= plain.length ? plain.subarray(0, plain.length - added) : null;
}
