import { lstat, mkdir, readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Secret, TaoceptionError, writeAtomically } from "../../platform/index.ts";
import { cipherOf, decryptKeyfile, encryptKeyfile } from "./encryption.ts";
import { parseKeyfile, withoutSecret, writeKeyfile } from "./keyfile.ts";
import { type PasswordSources, passwordFor } from "./password.ts";
import type { StoredKey } from "./storedKey.ts";

/** Which wallet, as Bittensor's tools name it; every part has a usual value. */
export interface WalletName {
  /** The folder of all wallets; `~` is the user's home. */
  path?: string | undefined;
  name?: string | undefined;
  hotkey?: string | undefined;
}

/** Where the parts of a wallet lie. */
export interface WalletPlace {
  root: string;
  name: string;
  hotkeyName: string;
  coldkey: string;
  coldkeyPublic: string;
  hotkey: string;
  hotkeyPublic: string;
}

/** What stands in a folder of wallets. */
export interface Listed {
  name: string;
  coldkey: { ss58: string; encrypted: boolean } | null;
  hotkeys: { name: string; ss58: string }[];
}

const PUBLIC = "pub.txt";

/** The places of a wallet: named, else by BT_WALLET_PATH, BT_WALLET_NAME (or BT_WALLET) and BT_WALLET_HOTKEY, else the usual. */
export function walletPlace(named: WalletName, environment: NodeJS.ProcessEnv): WalletPlace {
  const given = named.path || environment.BT_WALLET_PATH || "~/.bittensor/wallets";
  const home = environment.HOME || homedir();
  const root = resolve(given.replace(/^~(?=$|\/)/, () => home));
  const name = named.name || environment.BT_WALLET_NAME || environment.BT_WALLET || "default";
  const hotkeyName = named.hotkey || environment.BT_WALLET_HOTKEY || "default";
  for (const part of [name, hotkeyName])
    if (part === "." || part === ".." || /[/\\\0]/.test(part))
      throw new TaoceptionError(
        "bad-wallet-name",
        `${JSON.stringify(part)} is no name of a wallet or hotkey`,
      );
  const folder = join(root, name);
  return {
    ...{ root, name, hotkeyName },
    coldkey: join(folder, "coldkey"),
    coldkeyPublic: join(folder, `coldkey${PUBLIC}`),
    hotkey: join(folder, "hotkeys", hotkeyName),
    hotkeyPublic: join(folder, "hotkeys", `${hotkeyName}${PUBLIC}`),
  };
}

/**
 * Read a keyfile, with its password where it is encrypted. TaoceptionError `no-key`, `bad-keyfile`, `no-password` where
 * nobody knows one, `wrong-password`.
 */
export async function readStoredKey(path: string, sources: PasswordSources): Promise<StoredKey> {
  const content = await contentOf(path);
  const told = (error: unknown) => {
    if (!(error instanceof TaoceptionError)) return error;
    return new TaoceptionError(error.code, `${path}: ${error.message}`, { cause: error.cause });
  };
  if (cipherOf(content) === null) return within(() => parseKeyfile(content), told);
  const password = await passwordFor(path, sources);
  if (password === null)
    throw new TaoceptionError("no-password", `${path} is encrypted, and there is no password for it`, {
      mend: "set BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE, or call this from a terminal",
    });
  const plain = await decryptKeyfile(content, password.reveal()).catch((error: unknown) => {
    throw told(error);
  });
  return within(() => parseKeyfile(plain), told);
}

/**
 * Write a key and its public part, both for the user alone to read; encrypted where a password is given. What is there
 * already is never written over: TaoceptionError `key-exists`.
 */
export async function writeStoredKey(
  { path, publicPath }: { path: string; publicPath: string },
  key: StoredKey,
  { password, cipher }: { password: Secret<string> | null; cipher?: "nacl" | "ansible" | "fernet" },
): Promise<void> {
  for (const each of [path, publicPath])
    if (await isThere(each))
      throw new TaoceptionError("key-exists", `${each} is there already: a key is never written over`, {
        mend: "take another name, or move it away yourself",
      });
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  const plain = writeKeyfile(key);
  const content = password === null ? plain : await encryptKeyfile(plain, password.reveal(), cipher);
  await writeAtomically(path, content, 0o600);
  await writeAtomically(publicPath, writeKeyfile(withoutSecret(key)), 0o600);
}

/** All wallets of a folder, in the order of their names. A coldkey that is encrypted is known by its public file. */
export async function listWallets(root: string): Promise<Listed[]> {
  const names = await foldersIn(root);
  return Promise.all(
    names.map(async (name) => {
      const { coldkey, coldkeyPublic } = walletPlace({ path: root, name }, {});
      const hotkeys = await hotkeysOf(join(root, name, "hotkeys"));
      const encrypted = await contentOf(coldkey).then(
        (content) => cipherOf(content) !== null,
        () => false,
      );
      const address = (await addressIn(coldkeyPublic)) ?? (await addressIn(coldkey));
      return { name, coldkey: address === null ? null : { ss58: address, encrypted }, hotkeys };
    }),
  );
}

async function hotkeysOf(folder: string): Promise<Listed["hotkeys"]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith(PUBLIC))
    .map(({ name }) => name);
  const found = await Promise.all(
    names.toSorted().map(async (name) => {
      const ss58 =
        (await addressIn(join(folder, `${name}${PUBLIC}`))) ?? (await addressIn(join(folder, name)));
      return ss58 === null ? [] : [{ name, ss58 }];
    }),
  );
  return found.flat();
}

/** The address that a file tells without a password; null where it tells none. */
async function addressIn(path: string): Promise<string | null> {
  try {
    const content = await contentOf(path);
    return cipherOf(content) === null ? parseKeyfile(content).address : null;
  } catch {
    return null;
  }
}

async function foldersIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .toSorted();
}

/** No keyfile is longer. */
const LONGEST = 64 * 1024;

async function contentOf(path: string): Promise<Buffer> {
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new TaoceptionError("no-key", `there is no key at ${path} (${cause.code})`, { cause });
  });
  if (content.length > LONGEST) throw new TaoceptionError("bad-keyfile", `${path} is too long for a keyfile`);
  return content;
}

function within<T>(work: () => T, told: (error: unknown) => unknown): T {
  try {
    return work();
  } catch (error) {
    throw told(error);
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
