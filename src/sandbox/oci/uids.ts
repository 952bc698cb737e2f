/**
 * A uid that no convention gives to anybody (systemd's table leaves these out), low enough for every engine's map of
 * uids. As an ordinary user the jobs are that user, so that what they write can be read and removed.
 */
const first = 60_706;
const size = 478;
const taken = new Set<number>();

/** Take a uid for a container; the caller must release it when the container is gone. */
export function takeUid(): { uid: number; release(): void } {
  const own = process.getuid?.() ?? 0;
  if (own !== 0) return { uid: own, release() {} };
  let uid = first + Math.floor(Math.random() * size); // other processes take theirs without asking
  for (let step = 0; taken.has(uid) && step < size; step += 1) uid = first + ((uid - first + 1) % size);
  taken.add(uid);
  return { uid, release: () => void taken.delete(uid) };
}
