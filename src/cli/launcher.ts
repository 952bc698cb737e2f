import { fileURLToPath } from "node:url";
import type { Launcher } from "../platform/index.ts";
import type { Door } from "./door.ts";
import { GAVE_UP } from "./usage.ts";

/** What our own child processes inherit of the environment: never keys of services that they do not use. */
const INHERITED =
  /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|XDG_.*|SSL_CERT_.*|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|PIP_.*|UV_.*|.*_PROXY|.*_proxy|ANTHROPIC_API_KEY|OPENAI_API_KEY|LLM_BASE_URL|LLM_MODEL|TAOCEPTION_.*|DOCKER_(?:HOST|TLS_VERIFY|CERT_PATH))$/;

/**
 * Five processes share a laptop: V8 lets a heap grow as long as there is room, to three times of what it holds.
 * The ceiling is above what the largest packages of the ranking need; a miner passed 384 MB on jsonschema.
 */
const HEAP = ["--max-semi-space-size=4", "--max-old-space-size=512"];

/** How this very program is started again, for the subnet's parts; what they complain about goes to `stderr`. */
export function launcher(door: Door, stderr: NodeJS.WritableStream): Launcher {
  return {
    argv: [process.execPath, ...HEAP, fileURLToPath(new URL("./main.ts", import.meta.url))],
    environment: inherited(door.environment),
    gaveUp: GAVE_UP,
    stderr,
  };
}

function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => INHERITED.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}
