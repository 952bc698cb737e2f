import { Readable } from "node:stream";
import { type Keypair, route, type SignedServer, serveWire } from "../bittensor/index.ts";
import { type Blobs, type Clock, type Logger, packTree } from "../platform/index.ts";
import { Commit, type Hash, Reveal, Tree } from "../protocol/index.ts";
import { hearCommit, hearReveal, mayFetch } from "./hear.ts";
import type { Journal } from "./journal.ts";

/** A reveal holds a patch of at most a million characters, as JSON. */
const REVEAL_BYTES = 4 * 1024 * 1024;

/** Serve what miners ask of a validator: the trees of their challenges, and where to put their answers. */
export function serveMiners(
  options: {
    keypair: Keypair;
    host: string;
    port: number;
    admit: (hotkey: string) => Promise<boolean>;
    /** Miners that speak v10 are heard too. */
    legacy: boolean;
  },
  world: { journal: Journal; blobs: Blobs; clock: Clock; startedAt: number; logger: Logger },
): Promise<SignedServer> {
  const { journal, blobs, clock, logger } = world;
  const routes = [
    route({
      method: "GET",
      path: "/tree/:hash",
      handle: async ({ sender, parameters: { hash = "" } }) => {
        if (!(await mayFetch(sender, hash, { journal }))) return { status: 404, json: { error: "no-tree" } };
        return { status: 200, stream: Readable.from(packTree(await treeOf(hash, blobs), blobs)) };
      },
    }),
    route({
      method: "POST",
      path: "/commit",
      body: Commit,
      handle: async ({ sender, body }) => said(await hearCommit(sender, body, world)),
    }),
    route({
      method: "POST",
      path: "/reveal",
      body: Reveal,
      maxBytes: REVEAL_BYTES,
      handle: async ({ sender, body }) => said(await hearReveal(sender, body, world)),
    }),
  ];
  return serveWire({ ...options, routes, clock, logger });
}

const said = ({ status, ...json }: { status: number; closed: boolean; reason: string }) => ({ status, json });

async function treeOf(hash: Hash, blobs: Blobs): Promise<Tree> {
  return Tree.parse(JSON.parse(new TextDecoder().decode(await blobs.get(hash))));
}
