import type pg from 'pg';

/** A row of the ledger at some moment, as far as the laws ask about it. Instants are in ms. */
export interface RunRow {
  jobId: number;
  id: string;
  at: number;
  ordinal: number;
  trigger: string;
  status: string;
  reason: string | null;
  attempt: number;
  fence: number;
  revision: number | null;
  /** How attempts ended after which the run went on, and when. */
  attempts: { attempt: number; outcome: string; finishedAt: string }[];
  wakeAt: number | null;
  finishedAt: number | null;
  result: { attempt: number } | null;
  rangeFrom: number | null;
}

/** What a statement has done to a row: made it, changed it, or removed it. */
export interface Change {
  was: RunRow | null;
  is: RunRow | null;
}

/** Notes all that happens to rows, in order; what is rolled back has not happened. */
const KEEP = `
  CREATE TABLE history (place bigserial, was jsonb, became jsonb);
  CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO history (was, became) VALUES (to_jsonb(OLD), to_jsonb(NEW));
    RETURN NULL;
  END $$;
  CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON runs
     FOR EACH ROW EXECUTE FUNCTION keep_history()`;

export async function keepHistory(pool: pg.Pool): Promise<void> {
  await pool.query(KEEP);
}

export async function readHistory(pool: pg.Pool): Promise<Change[]> {
  const { rows } = await pool.query<{ was: StoredRow | null; became: StoredRow | null }>({
    name: 'history',
    text: 'SELECT was, became FROM history ORDER BY place',
  });
  return rows.map(({ was, became }) => ({ was: was && rowOf(was), is: became && rowOf(became) }));
}

/** Jobs, runs, and what has happened to them. */
export async function forgetEverything(pool: pg.Pool): Promise<void> {
  await pool.query('DELETE FROM runs');
  await pool.query(`
    WITH forgotten AS (DELETE FROM jobs), also AS (DELETE FROM job_revisions)
    DELETE FROM history`);
}

/** Runs that have no verdict yet. */
export async function livingRuns(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ run: string }>({
    name: 'living',
    text: `SELECT job_id || ' ' || scheduled_for || ' is ' || status AS run
             FROM runs WHERE wake_at IS NOT NULL`,
  });
  return rows.map(({ run }) => run);
}

/** When a job was deleted. */
export async function deletionOf(pool: pg.Pool, jobId: number): Promise<number> {
  const text = 'SELECT deleted_at AS at FROM jobs WHERE id = $1';
  const { rows } = await pool.query<{ at: Date }>({ name: 'deletion', text, values: [jobId] });
  return rows[0]?.at.getTime() ?? Number.NaN;
}

/** The rows as they are now. */
export function rowsAfter(history: readonly Change[]): RunRow[] {
  const rows = new Map<string, RunRow>();
  for (const { was, is } of history) {
    if (is) rows.set(is.id, is);
    else if (was) rows.delete(was.id);
  }
  return [...rows.values()];
}

interface StoredRow {
  job_id: number;
  scheduled_for: string;
  ordinal: number;
  trigger: string;
  status: string;
  reason: string | null;
  attempt: number;
  fence: number;
  revision: number | null;
  attempts: RunRow['attempts'] | null;
  wake_at: string | null;
  finished_at: string | null;
  result: RunRow['result'];
  range_from: string | null;
}

function rowOf(row: StoredRow): RunRow {
  const at = Date.parse(row.scheduled_for);
  const { job_id: jobId, ordinal, trigger, status, reason, attempt, fence, revision } = row;
  return {
    ...{ jobId, at, ordinal, trigger, status, reason, attempt, fence, revision },
    id: ordinal === 0 ? `${jobId}-${at}` : `${jobId}-${at}-${ordinal}`,
    attempts: row.attempts ?? [],
    wakeAt: timeOf(row.wake_at),
    finishedAt: timeOf(row.finished_at),
    result: row.result,
    rangeFrom: timeOf(row.range_from),
  };
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
