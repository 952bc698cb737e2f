import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { TaoceptionError } from "../platform/index.ts";
import { canonicalJson, type Hash, hashBytes } from "../protocol/index.ts";
import { guarded } from "./failure.ts";
import { documents } from "./schema.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const DOCUMENT_BYTES = 64 * 1024 * 1024;
const LEVEL = 9;

/** Things by the sha256 of their bytes: what steps hand on, patches, task records. `kind` is for people alone. */
export interface Documents {
  /** Store a JSON value; its hash is `hashValue(value)`, since its bytes are its canonical JSON. */
  putDocument(kind: string, value: unknown): Promise<Hash>;
  /** The JSON value of that hash. TaoceptionError `missing-document`, or `corrupt-document`. */
  getDocument(hash: Hash): Promise<unknown>;
  putBytes(kind: string, bytes: Uint8Array | string): Promise<Hash>;
  getBytes(hash: Hash): Promise<Uint8Array>;
}

export function openDocuments({ database }: { database: NodePgDatabase }): Documents {
  async function putBytes(kind: string, given: Uint8Array | string): Promise<Hash> {
    const bytes = typeof given === "string" ? Buffer.from(given) : given;
    if (bytes.length > DOCUMENT_BYTES)
      throw new TaoceptionError("bad-document", `a ${kind} of ${bytes.length} bytes is too large`);
    const hash = hashBytes(bytes);
    await guarded(`storing a ${kind}`, async () => {
      const key = Buffer.from(hash, "hex");
      const known = await database
        .select({ kind: documents.kind })
        .from(documents)
        .where(eq(documents.hash, key));
      if (known.length > 0) return;
      const body = await compress(bytes, {
        params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
      });
      await database.insert(documents).values({ hash: key, kind, body }).onConflictDoNothing();
    });
    return hash;
  }

  async function getBytes(hash: Hash): Promise<Uint8Array> {
    const [row] = await guarded("reading a document", () =>
      database
        .select({ body: documents.body })
        .from(documents)
        .where(eq(documents.hash, Buffer.from(hash, "hex"))),
    );
    if (!row) throw new TaoceptionError("missing-document", `there is no document ${hash}`);
    const bytes = await decompress(row.body, { maxOutputLength: DOCUMENT_BYTES }).catch(() => undefined);
    if (bytes === undefined || hashBytes(bytes) !== hash)
      throw new TaoceptionError("corrupt-document", `document ${hash} does not match its name`);
    return bytes;
  }

  return {
    putDocument: (kind, value) => putBytes(kind, canonicalJson(value)),
    getDocument: async (hash) => JSON.parse(new TextDecoder().decode(await getBytes(hash))),
    putBytes,
    getBytes,
  };
}
