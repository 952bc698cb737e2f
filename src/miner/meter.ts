/** What a miner tells of its work while it goes on. */
export interface Meter {
  /** A challenge came; the reason is that of the answer to it. */
  received(reason: string): void;
  solved(status: string, ms: number): void;
  answered(state: string): void;
}

/** For a miner whose work nobody counts. */
export const noMeter: Meter = { received() {}, solved() {}, answered() {} };
