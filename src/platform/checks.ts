/** One thing `doctor` looked at: whether it holds, what was seen, and the exact command or step that mends it. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
  mend?: string;
}
