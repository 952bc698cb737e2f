import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";

/**
 * The newest block's number, empty blocks included, so that a restarted chain does not count from an earlier one.
 * It survives the death of the process; that of the machine may lose it, and then some empty blocks come again.
 */
export interface Height {
  /** What was written last, or 0. */
  read(): number;
  write(number: number): void;
  [Symbol.dispose](): void;
}

export function openHeight(path: string): Height {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  return {
    read() {
      // the number stands there twice: a line that is half old and half new counts as none
      const [first = "", second = ""] = readFileSync(path, "utf8").trim().split(" ");
      return first === second && /^\d{16}$/.test(first) ? Number(first) : 0;
    },
    write(number) {
      const digits = String(number).padStart(16, "0");
      writeSync(file, `${digits} ${digits}\n`, 0);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
