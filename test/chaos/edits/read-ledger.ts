import pg from 'pg';
import type { TestDatabase } from '../../support/database.ts';
import type { Evidence, JobRow, RevisionRow, RunRow } from '../checker/evidence.ts';

/** The tables as they are at one moment, read by somebody who knows nothing of the service. */
export async function readLedger({
  url,
}: TestDatabase): Promise<Pick<Evidence, 'jobs' | 'revisions' | 'runs'>> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const { rows: jobs } = await client.query<JobRow>('SELECT * FROM jobs');
    const { rows: revisions } = await client.query<RevisionRow>('SELECT * FROM job_revisions');
    const { rows: runs } = await client.query<RunRow>('SELECT * FROM runs');
    return { jobs, revisions, runs };
  } finally {
    await client.end();
  }
}

/** How many runs that were due by then have no verdict yet. */
export async function openRows({ query }: TestDatabase, until: number): Promise<number> {
  const rows = await query(
    `SELECT FROM runs
      WHERE scheduled_for <= $1 AND status IN ('planned', 'queued', 'running')`,
    [new Date(until)],
  );
  return rows.length;
}
