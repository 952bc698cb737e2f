import { randomBytes } from "node:crypto";
import pg from "pg";
import { Secret, TaoceptionError } from "../platform/index.ts";
import { guarded } from "./failure.ts";

/** One role for all workers of a database; its password is made anew at each call, so that old ones end. */
const ROLE = "taoception_worker";
const CONNECTIONS = 12;

/**
 * Make the role for worker processes, which sees one schema's tables (that of durable work, after its first
 * launch) and nothing else: no record, no documents, no new objects. Gives the connection for them.
 */
export async function createWorkerRole({
  connection,
  schema = "dbos",
}: {
  connection: Secret<string>;
  schema?: string;
}): Promise<Secret<string>> {
  const password = randomBytes(24).toString("hex");
  const client = new pg.Client({ connectionString: connection.reveal() });
  client.on("error", () => {}); // shows in the queries
  return guarded("making the workers' role", async () => {
    try {
      await client.connect();
      const on = client.escapeIdentifier(schema);
      const { rowCount: found } = await client.query("select from pg_namespace where nspname = $1", [schema]);
      if (!found)
        throw new TaoceptionError("no-schema", `there is no schema ${schema}: launch durable work first`);
      const { rowCount: known } = await client.query("select from pg_roles where rolname = $1", [ROLE]);
      await client.query("begin");
      if (!known) await client.query(`create role ${ROLE} login nosuperuser nocreatedb nocreaterole`);
      await client.query(`alter role ${ROLE} connection limit ${CONNECTIONS} password '${password}'`);
      await client.query(`alter role ${ROLE} set statement_timeout = '30s'`);
      await client.query(`alter role ${ROLE} set idle_in_transaction_session_timeout = '30s'`);
      await client.query(`grant usage on schema ${on} to ${ROLE}`);
      await client.query(`grant select, insert, update, delete on all tables in schema ${on} to ${ROLE}`);
      await client.query(`grant usage, select on all sequences in schema ${on} to ${ROLE}`);
      await client.query(`grant execute on all functions in schema ${on} to ${ROLE}`);
      await client.query("commit");
    } finally {
      await client.end().catch(() => {});
    }
    const url = new URL(connection.reveal());
    url.username = ROLE;
    url.password = password;
    return new Secret(url.toString());
  });
}
