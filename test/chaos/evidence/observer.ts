import pg from 'pg';

/**
 * Has the database note every change of a run in the moment in which it is made: who changed what,
 * at what time by the database's own clock. One insert for each changed row, without index and
 * without query, so that it weighs little and asks nothing of the settings of the session that
 * makes the change. A table that survives a crash of the server, since scenarios crash it; a
 * trigger on the partitioned table, which partitions that are made later inherit. The number says
 * in what order changes were made, also when the clock is set back.
 */
const WATCH = `
  CREATE SCHEMA observer;
  CREATE TABLE observer.changes (
    number        bigint GENERATED ALWAYS AS IDENTITY,
    at            timestamptz NOT NULL,
    job_id        integer     NOT NULL,
    scheduled_for timestamptz NOT NULL,
    ordinal       integer     NOT NULL,
    status_before text        NOT NULL,
    status        text,
    fence_before  integer     NOT NULL,
    fence         integer     NOT NULL,
    lease_end     timestamptz,
    attempt       integer     NOT NULL,
    worker        text,
    session       integer     NOT NULL
  );

  CREATE FUNCTION observer.note() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      INSERT INTO observer.changes VALUES (
        DEFAULT, clock_timestamp(), OLD.job_id, OLD.scheduled_for, OLD.ordinal,
        OLD.status, NULL, OLD.fence, OLD.fence,
        CASE WHEN OLD.status = 'running' THEN OLD.wake_at END,
        OLD.attempt, OLD.worker, pg_backend_pid());
      RETURN NULL;
    END IF;
    INSERT INTO observer.changes VALUES (
      DEFAULT, clock_timestamp(), OLD.job_id, OLD.scheduled_for, OLD.ordinal,
      OLD.status, NEW.status, OLD.fence, NEW.fence,
      CASE WHEN OLD.status = 'running' THEN OLD.wake_at END,
      NEW.attempt, CASE WHEN NEW.status = 'running' THEN NEW.worker ELSE OLD.worker END,
      pg_backend_pid());
    RETURN NULL;
  END $$;

  CREATE TRIGGER observer AFTER UPDATE OR DELETE ON runs
    FOR EACH ROW EXECUTE FUNCTION observer.note();`;

/** Begins to watch. Comes before the service starts: it wants the ledger for itself for a moment. */
export async function installObserver({ url }: { url: string }): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(WATCH);
  } finally {
    await client.end();
  }
}
