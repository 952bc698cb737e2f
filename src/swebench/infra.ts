import { DIGIT, textOfAny } from "./pythonText.ts";

/** Why a run probably says nothing of the patch; `sure` where a patch cannot have caused it. */
export interface Fault {
  reason: string;
  sure: boolean;
}

/** In the order in which they are tried; the first that a log shows is told. Source: swebench 5.0.2. */
const SIGNS: readonly (readonly [reason: string, sure: boolean, pattern: RegExp])[] = [
  ["browser_launch_failed", true, /Failed to (?:launch|connect to the bus)/],
  ["display_unavailable", true, /cannot open display|Missing X server|unable to open X display/],
  ["out_of_memory", true, /Cannot allocate memory|OutOfMemoryError|(?<![^\n])Killed(?![^\n])/],
  ["container_unavailable", true, /Error response from daemon|Cannot connect to the Docker daemon/],
  ["network_unreachable", true, /Could not resolve host|Temporary failure in name resolution/],
  ["missing_module", false, /Cannot find module|MODULE_NOT_FOUND|ModuleNotFoundError/],
  ["no_tests_collected", false, /no tests ran|collected 0 items/],
  ["tests_timed_out", false, new RegExp(`Timeout error: ${DIGIT}+ seconds exceeded`, "u")],
];

/**
 * The fault that logs show, if any: `test_output.txt` and, for the run report, `run_instance.log` after it.
 * It is advice; it changes no verdict.
 */
export function faultIn(logs: readonly Uint8Array[]): Fault | null {
  const text = logs.map(textOfAny).join("\n");
  for (const [reason, sure, pattern] of SIGNS) if (pattern.test(text)) return { reason, sure };
  return null;
}
