/** Let work of one name wait for all that was asked for under it before: extrinsics of one signer go out one by one. */
export function inTurn(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const turn = (turns.get(name) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => {});
    turns.set(name, settled);
    void settled.then(() => {
      if (turns.get(name) === settled) turns.delete(name);
    });
    return turn;
  };
}
