import type { StageDatabase } from './stage.ts';

const NAME = 'idle';
/** As many as a statement can write or take away within the time that it has. */
const BATCH = 50_000;

/**
 * Writes jobs that are due in a year, past the API and without history: they are there, and nothing
 * else. Comes before everything else, and answers the ids that they have: from 1 to this one.
 */
export async function insertIdleJobs({ query }: StageDatabase, count: number): Promise<number> {
  for (let written = 0; written < count; written += BATCH) {
    await query(
      `INSERT INTO jobs (name, schedule, dst, retry, timeout_ms, next_run)
       SELECT $2, '@yearly', '{}', '{}', 30000, now() + interval '1 year'
         FROM generate_series(1, $1::integer)`,
      [Math.min(BATCH, count - written), NAME],
    );
  }
  // The server would get round to it by itself, in the middle of what is measured.
  await query('ANALYZE jobs');
  return count;
}

/** Takes them away again, with all that has become of them: the checker need not hear of them. */
export async function removeIdleJobs({ query }: StageDatabase, count: number): Promise<void> {
  for (let removed = 0; removed < count; removed += BATCH) {
    const ids = [removed, removed + BATCH];
    await query('DELETE FROM job_revisions WHERE job_id > $1 AND job_id <= $2', ids);
    await query('DELETE FROM jobs WHERE name = $3 AND id > $1 AND id <= $2', [...ids, NAME]);
  }
}
