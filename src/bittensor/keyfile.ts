import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { TaoceptionError, writeAtomically } from "../platform/index.ts";
import { type Keypair, keypairFromSeed } from "./keys.ts";

/** The fields of a plain keyfile that are read and written here; others may stand beside them. */
const Keyfile = z.object({ secretSeed: z.string().regex(/^0x[0-9a-f]{64}$/), ss58Address: z.string() });

/** Read a plain keyfile. The address in it must be its seed's, else TaoceptionError `bad-keyfile`. */
export async function readKeyfile(path: string): Promise<Keypair> {
  let keyfile: z.infer<typeof Keyfile>;
  try {
    keyfile = Keyfile.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new TaoceptionError("bad-keyfile", `${path} is not a plain keyfile`, { cause });
  }
  const keypair = keypairFromSeed(Buffer.from(keyfile.secretSeed.slice(2), "hex"));
  if (keypair.address !== keyfile.ss58Address)
    throw new TaoceptionError("bad-keyfile", `${path}: the address is not its seed's`);
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
