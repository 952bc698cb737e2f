import type { Container } from "dockerode";

/** Kill and remove a container, whatever state it is in. */
export async function discard(container: Container): Promise<void> {
  await container.kill().catch(() => {}); // asked to remove a running one, Podman would wait ten seconds
  for (let tries = 0; tries < 3; tries += 1) {
    const gone = await container.remove({ force: true, v: true }).then(
      () => true,
      (error: { statusCode?: number }) => error.statusCode === 404,
    );
    if (gone) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
