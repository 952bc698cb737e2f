import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runChild, TaoceptionError } from "../platform/index.ts";

/** Variables of the person's environment; never read from the process here. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The package index that this machine is configured with. Addresses may hold credentials: do not print them. */
export interface Index {
  /** Simple-API roots without a closing slash, in the order in which they are asked. */
  urls: string[];
}

/**
 * Where uv is: the first of `candidates` that can be run, else the first on PATH.
 * TaoceptionError `missing-program` when there is none.
 */
export async function findUv({
  candidates,
  path,
}: {
  candidates: readonly string[];
  path?: string | undefined;
}): Promise<string> {
  const onPath = (path ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const program of [...candidates, ...onPath.map((folder) => join(folder, "uv"))])
    if (await canRun(program)) return program;
  throw new TaoceptionError("missing-program", "uv was not found", {
    mend: "run the project's set-up again, or install uv and put it on PATH",
  });
}

async function canRun(program: string): Promise<boolean> {
  return access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Ask uv which index it is configured with (its own files and variables). Where uv is not configured and pip
 * is, pip's setting counts: uv does not read it. TaoceptionError `bad-index` when no usable address comes out.
 */
export async function indexUrl(uv: string, environment: Environment): Promise<Index> {
  const [configured, pip] = await Promise.all([ask(uv, environment, []), pipAddresses(environment)]);
  const chosen =
    pip.length > 0 && sameAddresses(configured, await ask(uv, withoutUv(environment), ["--no-config"]))
      ? pip
      : configured;
  const urls = chosen.map((url) => url.replace(/\/+$/, ""));
  if (urls.length === 0 || !urls.every((url) => /^https?:\/\//.test(url)))
    throw new TaoceptionError("bad-index", "the configured package index is not an http(s) address", {
      mend: "set UV_DEFAULT_INDEX (or pip's index-url) to an index that speaks the simple API",
    });
  return { urls };
}

function sameAddresses(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((url, at) => url === b[at]);
}

async function ask(uv: string, environment: Environment, extra: readonly string[]): Promise<string[]> {
  const env = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const argv = [
    uv,
    "pip",
    "compile",
    ...extra,
    "--offline",
    "--no-python-downloads",
    "--emit-index-url",
    "-",
  ];
  const asked = await runChild(argv as [string, ...string[]], { env, timeoutMs: 30_000 });
  if (asked.exitCode !== 0)
    throw new TaoceptionError("bad-index", `uv could not tell its index: ${asked.stderr.trim().slice(-300)}`);
  // uv prints `--index-url URL` and `--extra-index-url URL` lines; the extra ones go first when it looks a name up.
  const lines = asked.stdout.split("\n").map((line) => line.trim());
  const after = (flag: string) =>
    lines.filter((line) => line.startsWith(`${flag} `)).map((line) => line.slice(flag.length + 1).trim());
  return [...after("--extra-index-url"), ...after("--index-url")];
}

function withoutUv(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("UV_")));
}

/** pip's index addresses, later places winning over earlier ones as pip has it: machine, user, variables. */
async function pipAddresses(environment: Environment): Promise<string[]> {
  const home = environment.HOME ?? "";
  const places = [
    "/etc/xdg/pip/pip.conf",
    "/etc/pip.conf",
    ...(home === "" ? [] : [join(home, ".pip", "pip.conf")]),
    join(environment.XDG_CONFIG_HOME ?? join(home, ".config"), "pip", "pip.conf"),
    ...(environment.PIP_CONFIG_FILE ? [environment.PIP_CONFIG_FILE] : []),
  ];
  let index = "";
  let extra = "";
  for (const place of places) {
    const settings = readIni(await readFile(place, "utf8").catch(() => ""));
    index = settings["index-url"] ?? index;
    extra = settings["extra-index-url"] ?? extra;
  }
  index = environment.PIP_INDEX_URL ?? index;
  extra = environment.PIP_EXTRA_INDEX_URL ?? extra;
  if (index.trim() === "") return [];
  return [...extra.split(/\s+/), index.trim()].filter((url) => url !== "");
}

/** The settings of `[global]` and `[install]`; a value may go on in indented lines. */
function readIni(text: string): Record<string, string> {
  const settings: Record<string, string> = {};
  let section = "";
  let last = "";
  for (const line of text.split("\n")) {
    const heading = /^\[(.+)\]\s*$/.exec(line);
    const setting = /^([A-Za-z][\w-]*)\s*[=:]\s*(.*)$/.exec(line);
    if (heading) section = heading[1] ?? "";
    else if (section !== "global" && section !== "install") continue;
    else if (setting) {
      last = (setting[1] ?? "").toLowerCase().replaceAll("_", "-");
      settings[last] = (setting[2] ?? "").trim();
    } else if (/^\s+\S/.test(line) && last !== "") settings[last] += ` ${line.trim()}`;
  }
  return settings;
}
