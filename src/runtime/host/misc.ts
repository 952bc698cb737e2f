import { TaoceptionError } from "../../platform/index.ts";
import { option, vec } from "../scale.ts";
import type { HostFunctions, Said, Surroundings } from "./host.ts";

const LEVELS: readonly Said["level"][] = ["error", "error", "warn", "info", "debug", "trace"];
/** Off is 0, errors 1. What is louder costs the runtime the time to write it. */
const MAX_LEVEL = 2;

/** Memory, logs and the rest (Polkadot specification, "Host API: Allocator", "Log" and "Miscellaneous"). */
export function misc({ guest, heap, say, versionOf }: Surroundings): HostFunctions {
  const text = (bytes: bigint) => Buffer.from(guest.bytes(bytes)).toString("utf8");
  const print = (printed: string) => say({ level: "info", target: "print", text: printed });
  return {
    ext_allocator_malloc_version_1: (size: number) => heap.malloc(size >>> 0),
    ext_allocator_free_version_1: (pointer: number) => heap.free(pointer >>> 0),
    ext_logging_log_version_1: (level: number, target: bigint, message: bigint) =>
      say({ level: LEVELS[level] ?? "trace", target: text(target), text: text(message) }),
    ext_logging_max_level_version_1: () => MAX_LEVEL,
    ext_misc_print_num_version_1: (value: bigint) => print(String(BigInt.asUintN(64, value))),
    ext_misc_print_utf8_version_1: (data: bigint) => print(text(data)),
    ext_misc_print_hex_version_1: (data: bigint) => print(`0x${guest.hex(data)}`),
    ext_misc_runtime_version_version_1(code: bigint) {
      const version = versionOf(guest.bytes(code));
      return guest.give(option(version && vec(version)));
    },
    ext_panic_handler_abort_on_panic_version_1(message: bigint) {
      throw new TaoceptionError("runtime-trap", `the runtime panicked: ${text(message)}`);
    },
  };
}
