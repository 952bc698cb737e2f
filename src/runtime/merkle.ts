import { blake2b } from "@noble/hashes/blake2.js";
import { compact, concat, u32, vec } from "./scale.ts";
import { type Node, put, type State } from "./trie.ts";

/** How values lie in the trie: since version 1 those of 33 bytes and more lie beside it, under their hash. */
export type StateVersion = 0 | 1;

const LONGEST_INLINE = 32;
const HASH = 32;

/** What a parent keeps of a node, by version: nodes do not change, so each is encoded once. */
const references = [new WeakMap<Node, Uint8Array>(), new WeakMap<Node, Uint8Array>()] as const;

/** The root of a state's trie (Polkadot specification, "Merkle proofs" and "State storage"). */
export function stateRoot(state: State, version: StateVersion): Uint8Array {
  return blake2_256(state === undefined ? Uint8Array.of(0) : encodeNode(state, version));
}

/** The root of a trie that has these values under their compact indexes, as blocks have it of extrinsics. */
export function orderedRoot(values: readonly Uint8Array[], version: StateVersion): Uint8Array {
  let trie: State;
  for (const [index, value] of values.entries())
    trie = put(trie, Buffer.from(compact(index)).toString("hex"), value);
  return stateRoot(trie, version);
}

/** A node's encoding if it is short, else its hash. */
function reference(node: Node, version: StateVersion): Uint8Array {
  const known = references[version].get(node);
  if (known) return known;
  const encoded = encodeNode(node, version);
  const made = encoded.length < HASH ? encoded : blake2_256(encoded);
  references[version].set(node, made);
  return made;
}

function encodeNode({ partial, value, children }: Node, version: StateVersion): Uint8Array {
  const hashed = version === 1 && value !== undefined && value.length > LONGEST_INLINE;
  const parts = [
    header(partial.length, { branches: children !== undefined, hashed, valued: value !== undefined }),
  ];
  parts.push(Buffer.from(partial.length % 2 === 1 ? `0${partial}` : partial, "hex"));
  if (children) {
    const bitmap = children.reduce((bits, child, index) => (child ? bits | (1 << index) : bits), 0);
    parts.push(u32(bitmap).subarray(0, 2));
  }
  if (value !== undefined) parts.push(hashed ? blake2_256(value) : vec(value));
  for (const child of children ?? []) if (child) parts.push(vec(reference(child, version)));
  return concat(parts);
}

/** What kind of node this is, in the upper bits of the first byte, and how many nibbles follow. */
function header(
  nibbles: number,
  { branches, hashed, valued }: { branches: boolean; hashed: boolean; valued: boolean },
): Uint8Array {
  const [prefix, bits] = hashed
    ? branches
      ? [0x10, 4]
      : [0x20, 5]
    : branches
      ? [valued ? 0xc0 : 0x80, 6]
      : [0x40, 6];
  const most = 2 ** bits - 1;
  if (nibbles < most) return Uint8Array.of(prefix | nibbles);
  const bytes = [prefix | most];
  let rest = nibbles - most;
  for (; rest >= 255; rest -= 255) bytes.push(255);
  return Uint8Array.of(...bytes, rest);
}

export function blake2_256(data: Uint8Array): Uint8Array {
  return blake2b(data, { dkLen: HASH });
}

/** The merkle value of the topmost node whose path begins with `prefix`: it changes when anything under it does. */
export function descendantValue(state: State, prefix: string, version: StateVersion): Uint8Array | undefined {
  let node = state;
  for (let at = 0; node !== undefined; ) {
    const { partial, children }: Node = node;
    const rest = prefix.slice(at);
    if (partial.startsWith(rest)) return reference(node, version);
    if (!rest.startsWith(partial)) return undefined;
    node = children?.[Number.parseInt(rest.charAt(partial.length), 16)];
    at += partial.length + 1;
  }
  return undefined;
}

/**
 * The nodes that prove what a state has under these keys: from the root down to each, and values that lie beside
 * their node. A node that lies within its parent is none of its own.
 */
export function readProof(state: State, keys: readonly string[], version: StateVersion): Uint8Array[] {
  const proof = new Map<string, Uint8Array>();
  const add = (bytes: Uint8Array) => void proof.set(Buffer.from(blake2_256(bytes)).toString("hex"), bytes);
  if (state === undefined) add(Uint8Array.of(0));
  for (const key of keys) {
    let node = state;
    for (let at = 0; node !== undefined; ) {
      const { partial, value, children }: Node = node;
      const encoded = encodeNode(node, version);
      if (node === state || encoded.length >= HASH) add(encoded);
      if (!key.startsWith(partial, at)) break;
      at += partial.length;
      const isKeys = at === key.length;
      if (isKeys && value !== undefined && version === 1 && value.length > LONGEST_INLINE) add(value);
      node = isKeys ? undefined : children?.[Number.parseInt(key.charAt(at), 16)];
      at += 1;
    }
  }
  return [...proof.values()];
}
