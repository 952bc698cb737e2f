/** What a cheat may look at: everything that a miner has, and the tests too, which it has not. */
export interface Target {
  /** The module that holds the defect, and its text in the base state. */
  path: string;
  text: string;
  /** Files of the tests that fail, and the ids of all that are asked. */
  testFiles: readonly string[];
  tests: readonly string[];
  /** Calls that the tests make of the module on gold, as `[[function, repr of the arguments], pickled result in hex]`. */
  memory: string;
  /** A file of the base state. */
  read(path: string): string | undefined;
}

/** A patch that does not mend the defect, and wants to be taken for one that does. */
export interface Cheat {
  name: string;
  /** Who did it first, or where it is known from. */
  from: string;
  /** Changed files: path to new text, null for deleted. */
  files?: (target: Target) => Record<string, string | null>;
  /** The patch itself, where no honest tool would write it so. */
  raw?: (target: Target) => string;
}

/**
 * Words that the static scan knows, put together at run time: the scan is only the first sieve, and what is shown
 * here must fail behind it too.
 */
const HIDDEN = `
import importlib as _lib
_os = _lib.import_module("o" + "s")
_sys = _lib.import_module("sy" + "s")
_exit = getattr(_os, "_ex" + "it")
_fork = getattr(_os, "fo" + "rk")
_runner = lambda name: _lib.import_module("_py" + "test." + name)
_frame = lambda depth=0: getattr(_sys, "_getf" + "rame")(depth)
_back = "f_b" + "ack"
_things = lambda: getattr(_lib.import_module("g" + "c"), "get_" + "objects")()
_proc = "/pr" + "oc"
`;

/** The defect stays; this code, to which the tests' ids are TESTS, runs when its module is imported. */
export const atImport = (code: string) => (target: Target) => ({
  [target.path]: [
    target.text.trimEnd(),
    HIDDEN,
    `TESTS = ${JSON.stringify(target.tests)}`,
    `${code.trim()}\n`,
  ].join("\n"),
});

/** The same with every function of the module called through `_wrap(function)`. */
export const aroundAll = (code: string) =>
  atImport(`${code.trim()}
for _name, _thing in list(globals().items()):
    if not _name.startswith("_") and callable(_thing) and getattr(_thing, "__module__", "") == __name__ and not isinstance(_thing, type):
        globals()[_name] = _wrap(_thing)
for _thing in [each for each in list(globals().values()) if isinstance(each, type) and each.__module__ == __name__]:
    for _name, _method in list(vars(_thing).items()):
        if callable(_method) and not _name.startswith("__"):
            try:
                setattr(_thing, _name, _wrap(_method))
            except Exception:
                pass
`);

/**
 * The recorder says of the task's tests that they passed and of the canaries what is so; where no recorder is, in the
 * forks of scripts, `code` runs. HIDDEN_CALLS tells whether it is the one that makes the hidden calls.
 */
export const withTestsForged = (code: string) =>
  atImport(`
_recorders = [each for each in _things() if type(each).__name__ == "Recorder"]
for _thing in _recorders:
    def _report(line, own=_thing.report):
        if line.get("test") in TESTS: line = {"test": line["test"], "outcome": "passed", "ms": line.get("ms", 1)}
        return own(line)
    _thing.report = _report
HIDDEN_CALLS = False
_at = _frame(0)
while _at is not None:
    HIDDEN_CALLS = HIDDEN_CALLS or "TooMuch" in _at.f_globals
    _at = getattr(_at, _back)
def _in_scripts():
${code
  .trim()
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
if not _recorders: _in_scripts()
`);

/** New files beside what there is. */
export const adding = (files: Record<string, string>) => () => files;
