import type pg from 'pg';

/** An occurrence of a job of the bare loop. */
export interface BareRun {
  id: number;
  dueAt: Date;
  startedAt?: Date;
}

export const PLANNED = 0;
export const RUNNING = 1;
const SUCCEEDED = 2;

export interface Move {
  now: Date;
  limit: number;
  /** From one instant of a job to its next. */
  periodMs: number;
  /** What the rows of the ledger begin as. */
  status: typeof PLANNED | typeof RUNNING;
}

/** Takes due jobs, moves each to its next instant and writes its row, in one transaction. */
export async function takeJobs(client: pg.ClientBase, move: Move): Promise<BareRun[]> {
  await client.query('BEGIN');
  const { rows } = await client.query<BareRun>({
    name: 'take',
    text: `SELECT id, next_run AS "dueAt" FROM bare_jobs
            WHERE next_run <= $1 ORDER BY next_run LIMIT $2
              FOR UPDATE SKIP LOCKED`,
    values: [move.now, move.limit],
  });
  if (rows.length > 0) {
    await client.query({
      name: 'move',
      text: `WITH moved AS (
               UPDATE bare_jobs SET next_run = moved.next_run
                 FROM unnest($1::integer[], $3::timestamptz[]) AS moved (id, next_run)
                WHERE bare_jobs.id = moved.id
             )
             INSERT INTO bare_runs (job_id, scheduled_for, status)
             SELECT id, due_at, $4 FROM unnest($1::integer[], $2::timestamptz[]) AS due (id, due_at)
                 ON CONFLICT DO NOTHING`,
      values: [
        rows.map(({ id }) => id),
        rows.map(({ dueAt }) => dueAt),
        rows.map(({ dueAt }) => new Date(dueAt.getTime() + move.periodMs)),
        move.status,
      ],
    });
  }
  await client.query('COMMIT');
  return rows;
}

/** Claims rows that have been planned, oldest first. */
export async function claimRuns(
  client: pg.ClientBase,
  now: Date,
  limit: number,
): Promise<BareRun[]> {
  const { rows } = await client.query<BareRun>({
    name: 'claim',
    text: `WITH due AS (
             SELECT job_id, scheduled_for FROM bare_runs
              WHERE status = 0 AND scheduled_for <= $1 ORDER BY scheduled_for LIMIT $2
                FOR UPDATE SKIP LOCKED
           )
           UPDATE bare_runs SET status = ${RUNNING}, started_at = $1 FROM due
            WHERE bare_runs.job_id = due.job_id AND bare_runs.scheduled_for = due.scheduled_for
           RETURNING due.job_id AS id, due.scheduled_for AS "dueAt"`,
    values: [now, limit],
  });
  return rows;
}

/** Writes the ends of a batch. */
export async function completeRuns(client: pg.ClientBase, runs: BareRun[]): Promise<void> {
  await client.query({
    name: 'complete',
    text: `UPDATE bare_runs
              SET status = ${SUCCEEDED}, started_at = done.started_at, finished_at = $4
             FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
               AS done (job_id, scheduled_for, started_at)
            WHERE bare_runs.job_id = done.job_id AND bare_runs.scheduled_for = done.scheduled_for`,
    values: [
      runs.map(({ id }) => id),
      runs.map(({ dueAt }) => dueAt),
      runs.map(({ startedAt }) => startedAt),
      new Date(),
    ],
  });
}
