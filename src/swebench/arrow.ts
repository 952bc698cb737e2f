import { explain } from "../platform/index.ts";
import { CompressedBody } from "./arrow/cells.ts";
import { arrowRows } from "./arrow/rows.ts";
import { badFile, bytesOf, MOST_ROWS, type Raw } from "./rawRows.ts";

/** The rows of a file that holds an Arrow stream, of these columns only. */
export async function readArrow(path: string, columns: readonly string[]): Promise<Raw[]> {
  const bytes = await bytesOf(path);
  try {
    return arrowRows(bytes, columns, MOST_ROWS).map((value, at) => ({
      where: `${path}, row ${at + 1}`,
      value,
    }));
  } catch (cause) {
    const [wrong, mend] =
      cause instanceof CompressedBody
        ? ["is a compressed Arrow file, which is not read", "save the dataset anew with save_to_disk"]
        : [
            `is not a whole Arrow file: ${explain(cause)}`,
            "save the dataset anew with save_to_disk, or give .parquet or .jsonl",
          ];
    throw badFile(path, wrong, mend, cause);
  }
}
