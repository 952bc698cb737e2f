import { TaoceptionError } from "../platform/index.ts";
import { get, keysUnder, nextKey, put, remove, type State } from "./trie.ts";

/** Changes over a state, with nested transactions: each remembers the state that it began with. */
export interface Overlay {
  state(): State;
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): void;
  remove(key: string): void;
  /** Remove keys with this prefix, at most so many; how many were, and whether there are more. */
  clear(prefix: string, most: number): { removed: number; more: boolean };
  nextKey(key: string): string | undefined;
  begin(): void;
  commit(): void;
  rollback(): void;
}

/** TaoceptionError `bad-transaction` when one is ended that was not begun. */
export function openOverlay(start: State): Overlay {
  let state = start;
  const begun: State[] = [];
  function end(): State {
    if (begun.length === 0)
      throw new TaoceptionError(
        "bad-transaction",
        "the runtime ends a storage transaction that it did not begin",
      );
    return begun.pop();
  }
  return {
    state: () => state,
    get: (key) => get(state, key),
    put(key, value) {
      state = put(state, key, value);
    },
    remove(key) {
      state = remove(state, key);
    },
    clear(prefix, most) {
      const keys = keysUnder(state, prefix, { most: most + 1 });
      const gone = keys.slice(0, most);
      for (const key of gone) state = remove(state, key);
      return { removed: gone.length, more: keys.length > gone.length };
    },
    nextKey: (key) => nextKey(state, key),
    begin: () => void begun.push(state),
    commit: () => void end(),
    rollback() {
      state = end();
    },
  };
}
