import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as migrateDrizzle } from "drizzle-orm/node-postgres/migrator";
import type { Pool } from "pg";
import { guarded } from "./failure.ts";

/** Bring the schema `record` to what `migrations/` says. Several processes may do so at once. */
export async function migrate(pool: Pool): Promise<void> {
  await guarded("migrating the record", async () => {
    const client = await pool.connect();
    try {
      await client.query("select pg_advisory_lock(hashtextextended('record.migrations', 0))");
      await migrateDrizzle(drizzle(client), {
        migrationsFolder: fileURLToPath(new URL("migrations", import.meta.url)),
        migrationsSchema: "record",
        migrationsTable: "migrations",
      });
    } finally {
      client.release(true); // closing the session is what gives the lock back, whatever happened
    }
  });
}
