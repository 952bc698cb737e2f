import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { explain, TaoceptionError, writeAtomically } from "../platform/index.ts";
import { type Keypair, keypairFromSeed } from "./keys.ts";
import { cipherOf } from "./wallets/encryption.ts";
import { parseKeyfile } from "./wallets/keyfile.ts";
import { signerOf } from "./wallets/storedKey.ts";

/** Read a plain keyfile of any form. TaoceptionError `bad-keyfile` where it is none, or cannot sign. */
export async function readKeyfile(path: string): Promise<Keypair> {
  const bad = (why: string, cause?: unknown) =>
    new TaoceptionError("bad-keyfile", `${path} is no keyfile that can sign: ${why}`, { cause });
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw bad(`it cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  if (cipherOf(content) !== null)
    throw bad("it is encrypted, as coldkeys are: a neuron signs with its hotkey");
  let keypair: Keypair | null;
  try {
    keypair = signerOf(parseKeyfile(content));
  } catch (cause) {
    throw bad(explain(cause));
  }
  if (keypair === null) throw bad("it is the public part alone");
  return keypair;
}

/** The local subnet's keypair of that name: read, or made (mode 0600) on first use. */
export async function localKeypair(
  folder: string,
  name: string,
): Promise<{ keypair: Keypair; path: string }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  const exists = await readFile(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  if (!exists) {
    const seed = randomBytes(32);
    const { address } = keypairFromSeed(seed);
    await writeAtomically(
      path,
      JSON.stringify({ secretSeed: `0x${seed.toString("hex")}`, ss58Address: address }),
      0o600,
    );
  }
  return { keypair: await readKeyfile(path), path };
}
