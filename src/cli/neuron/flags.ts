import { isIP } from "node:net";
import { type Command, Option } from "commander";
import { z } from "zod";
import { chainFields, chainFlags, ONE_CHAIN, oneChain } from "../chainOptions.ts";
import { logLevel, rule, whole } from "../fields.ts";
import { walletFields, walletFlags } from "../walletOptions.ts";
import { foreignFields, foreignFlags } from "./foreign.ts";

const address = z
  .string()
  .refine((text) => isIP(text) !== 0, "give an IP address")
  .optional();
const port = whole(0, 65_535);
const yes = z.boolean().default(false);

/** What every neuron is told of who it is, where its chain is, where it serves and what it logs. */
export const neuronFields = {
  home: z.string().optional(),
  cache: z.string().optional(),
  keyfile: z.string().optional(),
  ...walletFields,
  ...chainFields,
  netuid: port,
  "axon.ip": address,
  "axon.port": port,
  "axon.external_ip": address,
  "axon.external_port": port.optional(),
  "wire.legacy": yes,
  local: yes,
  "metrics.port": port.optional(),
  "metrics.host": address,
  "logging.info": yes,
  "logging.debug": yes,
  "logging.trace": yes,
  "logging.logging_dir": z.string().optional(),
  attached: yes,
  logLevel,
  ...foreignFields,
};

export type NeuronOptions = z.infer<z.ZodObject<typeof neuronFields>>;

type Given = Partial<NeuronOptions>;

const oneKey = (given: Given) =>
  given.keyfile === undefined || Object.keys(walletFields).every((name) => !given[name as keyof Given]);
const reachable = (given: Given) => given.local === true || given["axon.external_ip"] !== undefined;

/** The rules over several of them, told beside what is wrong with each. */
export function neuronRules<T extends z.ZodType<Given>>(schema: T): T {
  return schema
    .refine(oneKey, rule("give either --keyfile or --wallet.*, not both"))
    .refine(oneChain, ONE_CHAIN("chain"))
    .refine(
      reachable,
      rule("give the IP address at which others reach this machine (--axon.external_ip), or --local"),
    );
}

/** Their flags, under the names that Bittensor's own neurons have; `what` is the program's word for its state. */
export function neuronFlags(command: Command, what: string): Command {
  command
    .optionsGroup("Who it is:")
    .option("--keyfile <file>", "its hotkey, as a plain keyfile, in place of a wallet");
  walletFlags(command);
  chainFlags(command.optionsGroup("Its chain:").option("--netuid <n>", "the subnet", "1"), "chain")
    .optionsGroup("Where it serves:")
    .option("--axon.port <port>", "0 = the port of last time, or a free one", "0")
    .option("--axon.ip <ip>", "the address to listen at (default: all; with --local alone 127.0.0.1)")
    .option("--axon.external_ip <ip>", "the address at which others reach this machine")
    .option("--axon.external_port <port>", "the port at which they do, where it is another one")
    .option("--wire.legacy", "speak v10 (axon and dendrite) too")
    .option("--local", "a subnet on one machine: loopback addresses are fine")
    .optionsGroup("What it keeps and tells:")
    .option("--home <dir>", `where ${what} lies (TAOCEPTION_HOME; default: the user's data folder)`)
    .option("--cache <dir>", "what can be fetched again (TAOCEPTION_CACHE; default: the user's cache folder)")
    .option("--metrics.port <port>", "serve /healthz and /metrics there; 0 = a free port")
    .option("--metrics.host <ip>", "at this address (default: 127.0.0.1)")
    .option("--logging.info", "log what it does")
    .option("--logging.debug", "log everything; --logging.trace, too")
    .option("--logging.logging_dir <dir>", "the same as --home")
    .option("--attached", "end when standard input closes");
  command.addOption(new Option("--logging.trace").hideHelp());
  return foreignFlags(command);
}

/** Let a command take a flag under a name that others know it by, too; the help tells its own alone. */
export function aliasFlag(
  command: Command,
  alias: string,
  own: string,
  translate: (value: string) => string = (value) => value,
): void {
  command.addOption(new Option(`--${alias} <value>`, `the same as --${own}`).hideHelp());
  command.on(`option:${alias}`, (value: string) => void command.setOptionValue(own, translate(value)));
}
