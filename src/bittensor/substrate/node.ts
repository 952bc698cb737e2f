import { z } from "zod";
import { type Clock, retry, TaoceptionError } from "../../platform/index.ts";
import { type Runtime, type RuntimeVersion, readRuntime, type StorageItem } from "./runtime.ts";
import type { Ask } from "./socket.ts";

export const BlockHash = z.string().regex(/^0x[0-9a-f]{64}$/);
const Bytes = z.string().regex(/^0x([0-9a-f]{2})*$/);
const Header = z.object({
  number: z
    .string()
    .regex(/^0x[0-9a-f]{1,12}$/)
    .transform((text) => Number.parseInt(text, 16)),
});
const Version = z.object({
  specName: z.string().max(100),
  specVersion: z.number().int().min(0).max(0xffff_ffff),
  transactionVersion: z.number().int().min(0).max(0xffff_ffff),
});
const Changes = z.array(z.object({ changes: z.array(z.tuple([z.string(), Bytes.nullable()])) }));
/** The newest format of metadata that is understood; it has the runtime's questions, as 14 has not. */
const METADATA = 15;

/** A chain's state after one block. */
export interface View {
  block: { number: number; hash: string };
  runtime: Runtime;
  /** Values of the storage by their names; what the runtime has no place for is `undefined`. One request. */
  read<K extends string>(items: Record<K, StorageItem | undefined>): Promise<Record<K, unknown>>;
  /** A runtime's answer; `undefined` where it does not answer such questions. */
  call(api: string, name: string, parameters: unknown[]): Promise<unknown>;
}

/** A node as one who reads and submits sees it. */
export interface Node {
  ask: Ask;
  /** Hash of block 0; `again` asks even if it is known. TaoceptionError `other-chain` if it ever changes. */
  genesis(again?: boolean): Promise<string>;
  finalized(): Promise<View>;
  /** The state after a block. What a block itself wrote is read as the runtime of its parent wrote it. */
  at(block: { number: number; hash: string }, parent?: string): Promise<View>;
  numberOf(hash: string): Promise<number>;
  /** What the next block will be made by. */
  newestRuntime(): Promise<Runtime>;
}

/** Questions are asked again for some seconds where the node is away. */
export function openNode(
  asking: Ask,
  {
    clock,
    signal,
    readMetadata = loaded,
  }: {
    clock: Clock;
    signal?: AbortSignal | undefined;
    /** For tests without a runtime. */
    readMetadata?: (version: RuntimeVersion, at: string[], ask: Ask) => Promise<Runtime>;
  },
): Node {
  const ask: Ask = (method, parameters, result) =>
    retry(() => asking(method, parameters, result), {
      times: 8,
      firstMs: 100,
      clock,
      ...(signal ? { signal } : {}),
    });
  const runtimes = new Map<string, Promise<Runtime>>();
  let known: string | undefined;
  let last: View | undefined;

  async function genesis(again = false): Promise<string> {
    if (known !== undefined && !again) return known;
    const told = await ask("chain_getBlockHash", [0], BlockHash);
    known ??= told;
    if (told === known) return told;
    throw new TaoceptionError("other-chain", "another chain answers where the one was that was spoken to", {
      mend: "start anew if that is meant",
    });
  }

  async function runtimeAt(hash: string | null): Promise<Runtime> {
    const version: RuntimeVersion = await ask("state_getRuntimeVersion", hash ? [hash] : [], Version);
    const key = JSON.stringify(version);
    const found = runtimes.get(key);
    if (found) return found;
    const loading = readMetadata(version, hash ? [hash] : [], ask);
    runtimes.set(key, loading);
    loading.catch(() => runtimes.delete(key));
    const [oldest] = runtimes.keys();
    if (runtimes.size > 2 && oldest) runtimes.delete(oldest);
    return loading;
  }

  const numberOf = async (hash: string) => (await ask("chain_getHeader", [hash], Header)).number;

  async function at(block: View["block"], parent?: string): Promise<View> {
    const runtime = await runtimeAt(parent ?? block.hash);
    return {
      block,
      runtime,
      async read(items) {
        const entries = Object.entries(items) as [string, StorageItem | undefined][];
        const keys = entries.flatMap(([, item]) => (item ? [item.key] : []));
        const told = await ask("state_queryStorageAt", [keys, block.hash], Changes);
        const values = new Map(told.flatMap(({ changes }) => changes));
        return Object.fromEntries(
          entries.map(([name, item]) => [
            name,
            item && understood(() => item.read(values.get(item.key) ?? null)),
          ]),
        ) as never;
      },
      async call(api, name, parameters) {
        const question = runtime.question(api, name, parameters);
        if (question === undefined) return undefined;
        const output = await ask("state_call", [question.method, question.input, block.hash], Bytes);
        return understood(() => question.read(output));
      },
    };
  }

  return {
    ask,
    genesis,
    numberOf,
    at,
    newestRuntime: () => runtimeAt(null),
    async finalized() {
      const hash = await ask("chain_getFinalizedHead", [], BlockHash);
      if (last?.block.hash === hash) return last;
      last = await at({ number: await numberOf(hash), hash });
      return last;
    },
  };
}

async function loaded(version: RuntimeVersion, at: string[], ask: Ask): Promise<Runtime> {
  return readRuntime(version, await metadata(at, ask));
}

/** Chains before V15 know but one format. */
async function metadata(at: string[], ask: Ask): Promise<Uint8Array> {
  const wanted = Buffer.alloc(4);
  wanted.writeUInt32LE(METADATA);
  const asked = ask(
    "state_call",
    ["Metadata_metadata_at_version", `0x${wanted.toString("hex")}`, ...at],
    Bytes,
  );
  const newer = await asked.catch((error: unknown) => {
    if (error instanceof TaoceptionError && error.code === "chain-refused") return "0x00";
    throw error;
  });
  if (newer.startsWith("0x01")) return inner(Buffer.from(newer.slice(4), "hex"));
  return Buffer.from((await ask("state_getMetadata", at, Bytes)).slice(2), "hex");
}

/** What is in a `Vec<u8>`: its length, as SCALE's compact form has it, is taken off. */
function inner(bytes: Buffer): Uint8Array {
  const mode = (bytes[0] ?? 0) & 3;
  return bytes.subarray(mode === 3 ? 5 + ((bytes[0] ?? 0) >> 2) : 2 ** mode);
}

function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TaoceptionError("chain-unreadable", "the chain's answer is not what its metadata promises", {
      cause,
    });
  }
}
