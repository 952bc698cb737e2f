import type { Clock } from "./clock.ts";
import { TaoceptionError } from "./errors.ts";

/**
 * Run `attempt` until it gives a value, at most `times` times, waiting `firstMs`, then twice as long, and so on.
 * Only an error marked `retryable` is tried again; any other, and the last, is thrown as it is.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  { times, firstMs, clock, signal }: { times: number; firstMs: number; clock: Clock; signal?: AbortSignal },
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= times || !(error instanceof TaoceptionError) || !error.retryable) throw error;
      await clock.sleep(firstMs * 2 ** (tried - 1), signal);
    }
  }
}
