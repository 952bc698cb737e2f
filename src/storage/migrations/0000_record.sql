-- The record: events that only ever grow, each holding the hash of the one before, and documents by hash.
-- A body is canonical JSON text (type json, not jsonb): the hash covers these very bytes, and jsonb refuses
-- strings with NUL or half a surrogate pair, which a hostile peer may send.
CREATE TABLE record.events (
  seq bigint PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  type text NOT NULL,
  round bigint,
  key text UNIQUE,
  body json NOT NULL,
  previous bytea NOT NULL,
  hash bytea NOT NULL
);
--> statement-breakpoint
CREATE INDEX events_by_round ON record.events (round, type, seq) WHERE round IS NOT NULL;
--> statement-breakpoint
CREATE INDEX events_by_type ON record.events (type, seq) WHERE round IS NULL;
--> statement-breakpoint
CREATE TABLE record.documents (
  hash bytea PRIMARY KEY,
  kind text NOT NULL,
  -- zstd; compressing it once more would be in vain
  body bytea NOT NULL
);
--> statement-breakpoint
ALTER TABLE record.documents ALTER COLUMN body SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE FUNCTION record.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the record only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = '2F002';
END $$;
--> statement-breakpoint
CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON record.events
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse();
--> statement-breakpoint
CREATE TRIGGER documents_stay BEFORE UPDATE OR TRUNCATE ON record.documents
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse();
--> statement-breakpoint
-- Append bodies in order, each once per key; answers with one row a body, `fresh` when it was appended now.
-- The lock is held until after the commit is visible, so sequence numbers have no gaps and are seen in order.
-- The hash is sha256 of the canonical JSON of {at, body, previous, seq}.
CREATE FUNCTION record.append(moment timestamptz(3), bodies text[], types text[], rounds bigint[], keys text[])
RETURNS TABLE (fresh boolean, seq bigint, at timestamptz, key text, body json, previous bytea, hash bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  last_seq bigint;
  last_hash bytea;
  told text := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  next_hash bytea;
  grown boolean := false;
  found_row record.events;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('record.events', 0));
  SELECT e.seq, e.hash INTO last_seq, last_hash FROM record.events e ORDER BY e.seq DESC LIMIT 1;
  last_seq := coalesce(last_seq, 0);
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  FOR i IN 1 .. cardinality(bodies) LOOP
    IF keys[i] IS NOT NULL THEN
      SELECT * INTO found_row FROM record.events e WHERE e.key = keys[i];
      IF FOUND THEN
        RETURN QUERY SELECT false, found_row.seq, found_row.at::timestamptz, found_row.key, found_row.body,
          found_row.previous, found_row.hash;
        CONTINUE;
      END IF;
    END IF;
    next_hash := sha256(convert_to(
      '{"at":"' || told || '","body":' || bodies[i] || ',"previous":"' || encode(last_hash, 'hex')
      || '","seq":' || (last_seq + 1) || '}', 'UTF8'));
    INSERT INTO record.events (seq, at, type, round, key, body, previous, hash)
    VALUES (last_seq + 1, moment, types[i], rounds[i], keys[i], bodies[i]::json, last_hash, next_hash);
    RETURN QUERY SELECT true, last_seq + 1, moment::timestamptz, keys[i], bodies[i]::json, last_hash, next_hash;
    last_seq := last_seq + 1;
    last_hash := next_hash;
    grown := true;
  END LOOP;
  IF grown THEN PERFORM pg_notify('record_events', last_seq::text); END IF;
END $$;
