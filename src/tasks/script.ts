import type { Outcome } from "./calls.ts";
import type { Difference } from "./differences.ts";

/**
 * Stand-alone scripts, most natural first, of which the first that holds on the pristine tree and fails at the
 * base is used: plain equality, equality of what is printed (1 is not True), and errors that come late.
 */
export function scriptsFor({ call, expected }: Difference): string[] {
  const lines = [...call.prelude];
  if ("raised" in expected) {
    const kind = expected.raised;
    if (expected.module !== "builtins") lines.unshift(`from ${expected.module} import ${kind}`);
    const attempt = (text: string) =>
      [
        ...lines,
        "",
        "try:",
        `    ${call.statement ? text : `result = ${text}`}`,
        `except ${kind}:`,
        "    pass",
        "else:",
        `    raise AssertionError("no ${kind}${call.statement ? '"' : ': {!r}".format(result)'})`,
        "",
      ].join("\n");
    return call.statement ? [attempt(call.call)] : [attempt(call.call), attempt(`list(${call.call})`)];
  }
  if (expected.how === "first") lines.unshift("from itertools import islice");
  const subject = expected.observed && call.variable !== null ? call.variable : call.call;
  const before = expected.observed ? [call.call] : [];
  if (expected.how === "opaque") return [[...lines, "", call.call, ""].join("\n")];
  const looked = {
    value: subject,
    first: `list(islice(${subject}, 5))`,
    list: `list(${subject})`,
    repr: `repr(${subject})`,
    dict: `dict(${subject})`,
    tuple: `tuple(${subject})`,
    set: `set(${subject})`,
    str: `str(${subject})`,
    int: `int(${subject})`,
    float: `float(${subject})`,
  }[expected.how];
  const single = /^(?:None|True|False)$/.test(expected.text);
  const compare = single ? `result is ${expected.text}` : `result == ${expected.text}`;
  const exact = `repr(result) == repr(${expected.text})`;
  const conditions = /set\(|\{[^:{}]+\}/.test(expected.text) ? [compare] : [compare, exact]; // a set has no order
  return conditions.map((condition) =>
    [...lines, "", ...before, `result = ${looked}`, `assert ${condition}, result`, ""].join("\n"),
  );
}

/** What came or should come, as a user would paste it; addresses of objects say nothing to anybody. */
export function shown(outcome: Outcome): string {
  if (!("raised" in outcome)) return outcome.how === "opaque" ? "no error" : outcome.text;
  const message = outcome.message.replace(/\b0x[0-9a-f]{6,}/g, "0x...").replaceAll("/work/", "");
  return message === "" ? outcome.raised : `${outcome.raised}: ${message}`;
}
