/**
 * A state of a chain: a radix tree over the nibbles of its keys, which is Substrate's state trie too (`merkle.ts`).
 * Nodes never change, so a state costs what differs from the one that it was made of, and going back costs nothing.
 * Keys are lower-case hex; their order as strings is the order of their bytes.
 */
export interface Node {
  /** The nibbles between the parent's branch and this node. */
  readonly partial: string;
  readonly value: Uint8Array | undefined;
  /** 16 of them, or none under a leaf. */
  readonly children: readonly (Node | undefined)[] | undefined;
}

/** The empty state is `undefined`. */
export type State = Node | undefined;

export function get(state: State, key: string): Uint8Array | undefined {
  let node = state;
  let at = 0;
  while (node !== undefined) {
    if (!key.startsWith(node.partial, at)) return undefined;
    at += node.partial.length;
    if (at === key.length) return node.value;
    node = node.children?.[nibble(key, at)];
    at += 1;
  }
  return undefined;
}

/** The state with this value under the key. `value` is kept: it must not be written to any more. */
export function put(state: State, key: string, value: Uint8Array, at = 0): Node {
  if (state === undefined) return { partial: key.slice(at), value, children: undefined };
  const { partial, children } = state;
  const shared = common(partial, key, at);
  const end = at + shared;
  if (shared === partial.length) {
    if (end === key.length) return { partial, value, children };
    const index = nibble(key, end);
    return withChild(state, index, put(children?.[index], key, value, end + 1));
  }
  const below = { ...state, partial: partial.slice(shared + 1) };
  const branch = { partial: partial.slice(0, shared), value: undefined, children: undefined };
  const split = withChild(branch, nibble(partial, shared), below);
  if (end === key.length) return { ...split, value };
  return withChild(split, nibble(key, end), put(undefined, key, value, end + 1));
}

/** The state without this key. */
export function remove(state: State, key: string, at = 0): State {
  if (state === undefined || !key.startsWith(state.partial, at)) return state;
  const end = at + state.partial.length;
  if (end === key.length) return state.value === undefined ? state : joined({ ...state, value: undefined });
  const index = nibble(key, end);
  const child = state.children?.[index];
  const left = remove(child, key, end + 1);
  return left === child ? state : joined(withChild(state, index, left));
}

/** The first key after this one, which need not be there itself. */
export function nextKey(state: State, key: string, prefix = ""): string | undefined {
  if (state === undefined) return undefined;
  const path = prefix + state.partial;
  if (path > key) return firstKey(state, prefix);
  if (!key.startsWith(path)) return undefined;
  const from = path.length === key.length ? 0 : nibble(key, path.length);
  for (let index = from; index < 16; index += 1) {
    const found = nextKey(state.children?.[index], key, path + index.toString(16));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Keys that begin with `prefix` and come after `start`, in order, at most so many. */
export function keysUnder(
  state: State,
  prefix: string,
  { after = "", most = Number.POSITIVE_INFINITY } = {},
): string[] {
  const keys: string[] = [];
  const isAfter = after !== "" && after >= prefix;
  let key = isAfter || get(state, prefix) === undefined ? nextKey(state, isAfter ? after : prefix) : prefix;
  for (; key?.startsWith(prefix) && keys.length < most; key = nextKey(state, key)) keys.push(key);
  return keys;
}

/** A branch that lost something: gone if nothing is left, one with its only child if it branches no more. */
function joined(node: Node): State {
  if (node.value !== undefined) return node;
  const left = (node.children ?? []).flatMap((child, index) => (child ? [{ child, index }] : []));
  const [only] = left;
  if (only === undefined) return undefined;
  if (left.length > 1) return node;
  return { ...only.child, partial: node.partial + only.index.toString(16) + only.child.partial };
}

function withChild({ partial, value, children }: Node, index: number, child: State): Node {
  const copy = children === undefined ? new Array<State>(16).fill(undefined) : children.slice();
  copy[index] = child;
  return { partial, value, children: copy.some((each) => each !== undefined) ? copy : undefined };
}

function firstKey(node: Node, prefix: string): string | undefined {
  const path = prefix + node.partial;
  if (node.value !== undefined) return path;
  const index = node.children?.findIndex((child) => child !== undefined) ?? -1;
  const child = node.children?.[index];
  return child && firstKey(child, path + index.toString(16));
}

function common(partial: string, key: string, at: number): number {
  let length = 0;
  while (length < partial.length && partial.charCodeAt(length) === key.charCodeAt(at + length)) length += 1;
  return length;
}

function nibble(key: string, at: number): number {
  const code = key.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}
