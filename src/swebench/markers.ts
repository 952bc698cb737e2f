/** Lines by which an evaluation's script and the harness mark its log. Format: swebench 5.0.2. */
export const START = ">>>>> Start Test Output";
export const END = ">>>>> End Test Output";
export const EXIT_CODE = ">>>>> Test Exit Code";

/** Where one of these stands anywhere in a log, the run is void. */
export const VOID = [
  ">>>>> Patch Apply Failed",
  ">>>>> Reset Failed",
  ">>>>> Tests Errored",
  ">>>>> Tests Timed Out",
] as const;
