import { statfs } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import { type Check, explain, runChild, TaoceptionError } from "../platform/index.ts";
import { indexUrl } from "../pypi/index.ts";
import { toolUv } from "./surroundings.ts";

/** uv, the index it is configured with, and whether that can be reached. The address may hold a password: it is not told. */
export async function checkUv(environment: NodeJS.ProcessEnv): Promise<Check[]> {
  let uv: string;
  try {
    uv = await toolUv(environment);
  } catch (error) {
    return [{ name: "uv", ok: false, detail: explain(error), mend: "npm run setup" }];
  }
  const [version, network] = await Promise.all([checkVersion(uv), checkIndex(uv, environment)]);
  return [version, network];
}

async function checkVersion(uv: string): Promise<Check> {
  const name = "uv";
  try {
    const { exitCode, stdout, stderr } = await runChild([uv, "--version"], { timeoutMs: 4_000 });
    if (exitCode === 0) return { name, ok: true, detail: stdout.trim() };
    return { name, ok: false, detail: stderr.trim() || `exit code ${exitCode}`, mend: "npm run setup" };
  } catch (error) {
    return { name, ok: false, detail: explain(error), mend: "npm run setup" };
  }
}

async function checkIndex(uv: string, environment: NodeJS.ProcessEnv): Promise<Check> {
  const name = "package index";
  try {
    const { urls } = await indexUrl(uv, environment);
    return await checkReach(name, urls.at(-1) ?? "");
  } catch (error) {
    const known = error instanceof TaoceptionError;
    const mend = known && error.mend ? error.mend : "correct uv's or pip's index setting";
    return { name, ok: false, detail: known ? error.message : explain(error), mend };
  }
}

const LEAST_BYTES = 2 * 1024 ** 3;

export async function checkDisk(name: string, folder: string): Promise<Check> {
  for (let at = folder; ; at = dirname(at)) {
    const seen = await statfs(at).catch(() => null);
    if (seen === null && dirname(at) !== at) continue; // it is not there yet
    const free = seen ? seen.bavail * seen.bsize : 0;
    const ok = free >= LEAST_BYTES;
    const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${at}`;
    return ok ? { name, ok, detail } : { name, ok, detail, mend: "free 2 GiB, or choose another folder" };
  }
}

const REACH_MS = 3_000;

function checkReach(name: string, url: string): Promise<Check> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const mend =
    "check the connection, or set UV_DEFAULT_INDEX to an index that this machine reaches without a proxy; " +
    "`tasks` and `evaluate` take --offline for what was fetched before";
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === "https:" ? 443 : 80) });
    const end = (ok: boolean, detail: string) => {
      clearTimeout(timer); // of its own: a name that is looked up in vain is no silence of the socket
      socket.destroy();
      resolve({ name, ok, detail, ...(ok ? {} : { mend }) });
    };
    const timer = setTimeout(() => end(false, `it does not answer within ${REACH_MS / 1000} s`), REACH_MS);
    socket.once("connect", () => end(true, "it can be reached"));
    socket.once("error", (error) => end(false, `it cannot be reached: ${error.message}`));
  });
}
