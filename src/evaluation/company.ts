/** Lets work share a machine, or have it to itself. */
export interface Company {
  /** Work beside other work. `had` tells, while it runs and after it, whether there was any. */
  share<T>(work: (had: () => boolean) => Promise<T>): Promise<T>;
  /** Work that begins when all before it has ended, and that holds up whatever comes later. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Whoever asks first is let in first, so that neither kind waits for ever. */
export function openCompany(): Company {
  /** Resolves when the last one alone, and everything before it, has ended. */
  let free: Promise<unknown> = Promise.resolve();
  const coming = new Set<Promise<void>>();
  const inside = new Set<{ had: boolean }>();

  return {
    async share(work) {
      const before = free;
      const over = Promise.withResolvers<void>();
      coming.add(over.promise);
      const guest = { had: false };
      try {
        await before;
        for (const other of inside) guest.had = other.had = true;
        inside.add(guest);
        return await work(() => guest.had);
      } finally {
        inside.delete(guest);
        coming.delete(over.promise);
        over.resolve();
      }
    },
    async alone(work) {
      const before = Promise.all([free, ...coming]);
      const own = Promise.withResolvers<void>();
      free = before.then(() => own.promise);
      await before;
      try {
        return await work();
      } finally {
        own.resolve();
      }
    },
  };
}
