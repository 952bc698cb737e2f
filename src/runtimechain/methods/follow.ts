import { RpcError } from "../../platform/index.ts";
import type { Block, RuntimeVersion } from "../../runtime/index.ts";
import { hex } from "../blocks.ts";
import type { RuntimeNode } from "../node.ts";
import type { Peer } from "../rpc.ts";

/** Of one connection, and blocks that one subscription may hold. */
const MOST_FOLLOWS = 4;
const MOST_PINNED = 1_024;
const EVENT = "chainHead_v1_followEvent";

/** A client that is told of every block, and may ask of those that it has not let go (`unpin`). */
export interface Follow {
  readonly pinned: Map<string, Block>;
  /** Tell it of an operation that it began; the operation's id. */
  operate(events: (operationId: string) => object[]): string;
}

export interface Follows {
  start(withRuntime: boolean, peer: Peer): string;
  find(id: string, peer: Peer): Follow | undefined;
}

/** Who follows, by connection. */
export function openFollows(node: RuntimeNode): Follows {
  const { blocks } = node;
  const all = new WeakMap<Peer, Map<string, Follow>>();
  const runtimeOf = (block: Block) => ({ type: "valid", spec: specJson(node.runtimeOf(block).version) });

  return {
    find: (id, peer) => all.get(peer)?.get(id),
    start(withRuntime, peer) {
      const follows = all.get(peer) ?? new Map<string, Follow>();
      all.set(peer, follows);
      if (follows.size >= MOST_FOLLOWS)
        throw new RpcError(-32_800, "too many chainHead_v1_follow subscriptions");
      return peer.subscribe(EVENT, (notify, id) => {
        const pinned = new Map<string, Block>();
        let last = blocks.finalized();
        let operations = 0;
        follows.set(id, {
          pinned,
          operate(events) {
            operations += 1;
            const operationId = `o${operations}`;
            for (const event of events(operationId)) notify(event);
            return operationId;
          },
        });
        function tell(block: Block): void {
          const [blockHash, parentBlockHash] = [hex(block.hash), hex(block.header.parentHash)];
          const isNew = node.runtimeOf(block) !== node.runtimeOf(last);
          last = block;
          pinned.set(blockHash, block);
          const newRuntime = withRuntime ? { newRuntime: isNew ? runtimeOf(block) : null } : {};
          notify({ event: "newBlock", blockHash, parentBlockHash, ...newRuntime });
        }
        const best = () => notify({ event: "bestBlockChanged", bestBlockHash: hex(last.hash) });
        const runtime = withRuntime ? { finalizedBlockRuntime: runtimeOf(last) } : {};
        pinned.set(hex(last.hash), last);
        notify({ event: "initialized", finalizedBlockHashes: [hex(last.hash)], ...runtime });
        for (let at = last.header.number + 1; at <= blocks.head().header.number; at += 1) {
          const block = blocks.at(at);
          if (block) tell(block);
        }
        best();
        const stop = node.onBlock((block, final) => {
          if (pinned.size >= MOST_PINNED) {
            notify({ event: "stop" });
            peer.unsubscribe(id);
            return;
          }
          tell(block);
          best();
          const finalizedBlockHashes = final.map(({ hash }) => hex(hash));
          if (final.length > 0) notify({ event: "finalized", finalizedBlockHashes, prunedBlockHashes: [] });
        });
        return () => {
          stop();
          follows.delete(id);
        };
      });
    },
  };
}

function specJson({
  specName,
  implName,
  specVersion,
  implVersion,
  transactionVersion,
  apis,
}: RuntimeVersion): object {
  return { specName, implName, specVersion, implVersion, transactionVersion, apis: Object.fromEntries(apis) };
}
