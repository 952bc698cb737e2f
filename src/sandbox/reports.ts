import { boundedJson } from "../platform/index.ts";
import { Gathered } from "./gather.ts";

/** Bytes that a job may report in all; twin of REPORT_BYTES in inside/template.py. */
const reportBytes = 16 * 1024 * 1024;
const reportCount = 200_000;
/** Arrays and objects of all reports of a job together. A nested one costs fifty times what it costs to write. */
const reportBrackets = 1_000_000;

/**
 * Gathers the lines of a job's private channel as they come. `flooded` is called once when they are too many, and
 * nothing is kept from there on; `nonsense` when more bytes come than an honest template lets through.
 */
export function reportKeeper({ flooded, nonsense }: { flooded(): void; nonsense(): void }) {
  const open = new Gathered();
  const reports: unknown[] = [];
  let size = 0;
  let brackets = reportBrackets;
  let tooMany = false;
  const take = () => {
    // the last line of a job that was killed, or a forger's, is left out
    const read = open.size > 0 ? boundedJson(open.bytes(), { brackets }) : undefined;
    open.drop(open.size);
    if (!read) return;
    brackets -= read.brackets;
    reports.push(read.value);
    if (reports.length < reportCount) return;
    tooMany = true;
    flooded();
  };
  return {
    add(chunk: Buffer) {
      size += chunk.length;
      if (size > reportBytes) return nonsense();
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0 && !tooMany; at = chunk.indexOf(10, from)) {
        open.add(chunk.subarray(from, at));
        take();
        from = at + 1;
      }
      if (!tooMany) open.add(chunk.subarray(from));
    },
    flooded: () => tooMany,
    /** All of them; a last line without an end counts when it is whole. */
    reports() {
      if (!tooMany) take();
      return reports;
    },
  };
}
