import { call, type Host, type Runtime } from "./call.ts";
import type { StateVersion } from "./merkle.ts";
import { readScale } from "./scale.ts";

/** What a runtime tells of itself. */
export interface RuntimeVersion {
  specName: string;
  implName: string;
  authoringVersion: number;
  specVersion: number;
  implVersion: number;
  /** Hashed names of its APIs, as hex, and their versions. */
  apis: [name: string, version: number][];
  transactionVersion: number;
  stateVersion: StateVersion;
}

/** Ask a runtime for its version (`sp_version::RuntimeVersion`). */
export function versionOf(runtime: Runtime, host: Host): RuntimeVersion {
  const { output } = call(
    runtime,
    { state: undefined, method: "Core_version", input: new Uint8Array() },
    host,
  );
  const reader = readScale(output);
  const text = () => Buffer.from(reader.vec()).toString("utf8");
  const [specName, implName] = [text(), text()];
  const [authoringVersion, specVersion, implVersion] = [reader.u32(), reader.u32(), reader.u32()];
  const apis = reader.list((): [string, number] => [
    `0x${Buffer.from(reader.bytes(8)).toString("hex")}`,
    reader.u32(),
  ]);
  // both came later than the others
  const transactionVersion = reader.left() >= 4 ? reader.u32() : 1;
  const stateVersion = reader.left() >= 1 && reader.byte() === 1 ? 1 : 0;
  return {
    specName,
    implName,
    authoringVersion,
    specVersion,
    implVersion,
    apis,
    transactionVersion,
    stateVersion,
  };
}
