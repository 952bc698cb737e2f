import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { type Keypair, readKeyfile, readStoredKey, signerOf } from "../../bittensor/index.ts";
import { type Logger, openLogger, TaoceptionError } from "../../platform/index.ts";
import { askHidden } from "../askHidden.ts";
import { attach } from "../attach.ts";
import { endpointIn } from "../chainOptions.ts";
import type { Door } from "../door.ts";
import { cacheFolder, homeFolder } from "../home.ts";
import { placeOf } from "../walletOptions.ts";
import type { NeuronOptions } from "./flags.ts";
import { foreignGiven } from "./foreign.ts";
import { preflight } from "./preflight.ts";

/** What a neuron's program begins with, made of its flags. */
export interface Neuron {
  keypair: Keypair;
  /** Where the chain answers. */
  chain: string;
  netuid: number;
  home: string;
  cache: string;
  /** Where it listens, and where the chain says that it does. */
  host: string;
  port: number;
  external: { host: string | undefined; port: number | undefined };
  local: boolean;
  legacy: boolean;
  /** Where /healthz and /metrics are served; null = nowhere. */
  metrics: { host: string; port: number } | null;
}

/**
 * Read a neuron's key, and say where everything of it is. State lies in a folder of its own below the home:
 * `neurons/<network>/<netuid>/<wallet>/<hotkey>/<program>`, or with a keyfile its address in place of wallet and hotkey;
 * whoever names a keyfile and a home means that very folder.
 */
export async function openNeuron(
  options: NeuronOptions,
  program: "miner" | "validator",
  name: string,
  door: Door,
): Promise<{ neuron: Neuron; logger: Logger; signal: AbortSignal }> {
  const { environment, stderr } = door;
  const { netuid, local, keyfile } = options;
  for (const line of foreignGiven(options)) stderr.write(`taoception: ${line}\n`);
  const { url, network } = endpointIn(options, environment);
  const home = options.home ?? options["logging.logging_dir"];
  const base = homeFolder(home, environment);
  const place = placeOf(options, environment);
  const keypair =
    keyfile === undefined ? await hotkeyOf(place.hotkey, door) : await readKeyfile(resolve(keyfile));
  const whose = keyfile === undefined ? [place.name, place.hotkeyName] : [keypair.address];
  const own = join(base, "neurons", network, String(netuid), ...whose, program);
  const external = options["axon.external_ip"];
  const everywhere = isIP(external ?? "") === 6 ? "::" : "0.0.0.0";
  const signal = options.attached ? attach(door) : door.signal;
  // a program of a subnet is started by one that has looked, and is to wait for a chain that comes back
  if (!options.attached) await preflight({ chain: url, netuid, keypair }, signal);
  return {
    neuron: {
      ...{ keypair, chain: url, netuid, local, legacy: options["wire.legacy"] },
      home: keyfile !== undefined && home !== undefined ? base : own,
      cache: cacheFolder(options.cache, environment),
      host: options["axon.ip"] ?? (local && external === undefined ? "127.0.0.1" : everywhere),
      port: options["axon.port"],
      external: { host: external, port: options["axon.external_port"] },
      metrics:
        options["metrics.port"] === undefined
          ? null
          : { host: options["metrics.host"] ?? "127.0.0.1", port: options["metrics.port"] },
    },
    logger: openLogger(name, levelOf(options)),
    signal,
  };
}

/** A wallet's hotkey, its password asked for where it is encrypted. */
async function hotkeyOf(path: string, door: Door): Promise<Keypair> {
  const ask = (of: string) => askHidden(`password for ${of}: `, door);
  const key = await readStoredKey(path, { environment: door.environment, ask }).catch((error: unknown) => {
    if (!(error instanceof TaoceptionError) || error.code !== "no-key") throw error;
    throw new TaoceptionError("no-key", error.message, {
      mend: "name the wallet by --wallet.name and --wallet.hotkey, or make one: `taoception wallet new`",
    });
  });
  const keypair = signerOf(key);
  if (keypair === null)
    throw new TaoceptionError("bad-keyfile", `${path} is the public part alone: it cannot sign`);
  return keypair;
}

function levelOf(options: NeuronOptions): NeuronOptions["logLevel"] {
  if (options["logging.debug"] || options["logging.trace"]) return "debug";
  return options["logging.info"] ? "info" : options.logLevel;
}
