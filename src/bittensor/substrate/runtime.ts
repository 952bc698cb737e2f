import { getDynamicBuilder, getLookupFn, type LookupEntry } from "@polkadot-api/metadata-builders";
import { decAnyMetadata, unifyMetadata } from "@polkadot-api/substrate-bindings";
import { TaoceptionError } from "../../platform/index.ts";

/** Which runtime a chain runs; both numbers are signed by whoever calls it. */
export interface RuntimeVersion {
  specName: string;
  specVersion: number;
  transactionVersion: number;
}

/** A storage item's key, and what a value under it means; `null` is one that is not there. */
export interface StorageItem {
  key: string;
  read(value: string | null): unknown;
}

/** Of a signed extension: what it wants in an extrinsic and under its signature; `undefined`: nothing. */
export interface Extension {
  name: string;
  extra: LookupEntry;
  implicit: LookupEntry;
}

/** What a runtime tells of itself: which calls, storage and questions there are, and how their bytes are read. */
export interface Runtime {
  version: RuntimeVersion;
  extensions: Extension[];
  hasCall(pallet: string, name: string): boolean;
  /** The bytes of a call. TaoceptionError `chain-lacks` where the runtime has none of that name. */
  encodeCall(pallet: string, name: string, fields: Record<string, unknown>): Uint8Array;
  /** An item of the storage, or `undefined` where the runtime has none of that name or with other keys. */
  storage(pallet: string, name: string, keys: unknown[]): StorageItem | undefined;
  /** A question to the runtime, or `undefined` where it does not answer such. */
  question(
    api: string,
    name: string,
    parameters: unknown[],
  ): { method: string; input: string; read(output: string): unknown } | undefined;
}

/** Read metadata (V14 to V16) as `Metadata_metadata_at_version` or `state_getMetadata` gives it. */
export function readRuntime(version: RuntimeVersion, encoded: Uint8Array): Runtime {
  try {
    return understand(version, encoded);
  } catch (cause) {
    throw new TaoceptionError("chain-unreadable", "the chain's metadata is not understood", { cause });
  }
}

function understand(version: RuntimeVersion, encoded: Uint8Array): Runtime {
  const metadata = unifyMetadata(decAnyMetadata(encoded));
  const lookup = getLookupFn(metadata);
  const builder = getDynamicBuilder(lookup);
  const palletOf = (name: string) => metadata.pallets.find((pallet) => pallet.name === name);
  const [extensions = []] = Object.values(metadata.extrinsic.signedExtensions);

  function hasCall(pallet: string, name: string): boolean {
    const calls = palletOf(pallet)?.calls;
    const type = calls === undefined ? undefined : lookup(typeof calls === "number" ? calls : calls.type);
    return type?.type === "enum" && Object.hasOwn(type.value, name);
  }

  return {
    version,
    extensions: extensions.map(({ identifier, type, additionalSigned }) => ({
      name: identifier,
      extra: lookup(type),
      implicit: lookup(additionalSigned),
    })),
    hasCall,
    encodeCall(pallet, name, fields) {
      if (!hasCall(pallet, name)) throw lacks(`call ${pallet}.${name}`, version);
      const { codec, location } = builder.buildCall(pallet, name);
      return Buffer.concat([Uint8Array.from(location), codec.enc(fields)]);
    },
    storage(pallet, name, keys) {
      if (!palletOf(pallet)?.storage?.items.some((item) => item.name === name)) return undefined;
      const { keys: key, value, len, fallback } = builder.buildStorage(pallet, name);
      if (len !== keys.length) return undefined;
      return {
        key: key.enc(...keys),
        read: (bytes) => (bytes === null ? fallback : value.dec(bytes)),
      };
    },
    question(api, name, parameters) {
      const method = metadata.apis
        .find((found) => found.name === api)
        ?.methods.find((it) => it.name === name);
      if (method?.inputs.length !== parameters.length) return undefined;
      const { args, value } = builder.buildRuntimeCall(api, name);
      return {
        method: `${api}_${name}`,
        input: `0x${Buffer.from(args.enc(parameters)).toString("hex")}`,
        read: (output) => value.dec(output),
      };
    },
  };
}

/** That this chain's runtime does not offer something. */
export function lacks(what: string, { specName, specVersion }: RuntimeVersion): TaoceptionError {
  return new TaoceptionError("chain-lacks", `the chain has no ${what} (${specName} ${specVersion})`);
}
