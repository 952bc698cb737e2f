import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { atMost, badFile, type Raw } from "./rawRows.ts";

const MOST_BYTES = 4 * 1024 ** 3;
const MOST_PAGE_BYTES = 1024 ** 3;

/**
 * The rows of a `.parquet` file, of these columns only; a column that is not there is left out of every row.
 * Snappy, gzip, zstd and brotli are read.
 */
export async function readParquet(path: string, columns: readonly string[]): Promise<Raw[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import(
    "hyparquet"
  );
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    atMost(Number(metadata.num_rows), path);
    const chunks = metadata.row_groups.flatMap((group) => group.columns);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const wanted = columns.filter((column) => names.includes(column));
    let bytes = 0;
    for (const { meta_data } of chunks)
      if (wanted.includes(meta_data?.path_in_schema[0] ?? ""))
        bytes += Number(meta_data?.total_uncompressed_size);
    if (!(bytes <= MOST_BYTES)) throw badFile(path, "holds more than 4 GiB", "split it");
    if (wanted.length === 0) return [];
    const rows = await parquetReadObjects({ file, metadata, columns: wanted, compressors });
    return rows.map((value, at) => ({ where: `${path}, row ${at + 1}`, value }));
  } catch (cause) {
    if (cause instanceof Error && cause.name === "TaoceptionError") throw cause;
    throw badFile(path, "is not a whole Parquet file", "write it anew, or give .jsonl", cause);
  }
}

const bounded = (length: number) => ({ maxOutputLength: Math.min(length, MOST_PAGE_BYTES) });
const compressors = {
  GZIP: (page: Uint8Array, length: number) => gunzipSync(page, bounded(length)),
  ZSTD: (page: Uint8Array, length: number) => zstdDecompressSync(page, bounded(length)),
  BROTLI: (page: Uint8Array, length: number) => brotliDecompressSync(page, bounded(length)),
};
