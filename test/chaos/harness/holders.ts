import type { TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import type { Member } from './fleet.ts';

/** Runs that a member has under way, of these jobs or of all. */
export async function heldBy(
  database: Pick<TestDatabase, 'query'>,
  member: Member,
  jobIds?: readonly number[],
): Promise<number> {
  const rows = await holders(database, jobIds);
  return rows.find(({ worker }) => member.isNamed(worker))?.runs ?? 0;
}

/** The jobs of which a member has runs under way. */
export async function jobsHeldBy(
  database: Pick<TestDatabase, 'query'>,
  member: Member,
): Promise<number[]> {
  const rows = await database.query<{ worker: string; jobId: number }>(
    `SELECT DISTINCT worker, job_id AS "jobId" FROM runs
      WHERE status = 'running' AND wake_at IS NOT NULL`,
  );
  return rows.filter(({ worker }) => member.isNamed(worker)).map(({ jobId }) => jobId);
}

/**
 * The member that has the most runs under way, as soon as one of them has any: who is hit by a
 * fault then, has something to lose.
 */
export async function busiest(
  database: Pick<TestDatabase, 'query'>,
  members: readonly Member[],
): Promise<Member> {
  const alive = () => members.filter(({ process }) => process.isAlive);
  const found = await eventually(async () => {
    const rows = await holders(database);
    const names = rows.map(({ worker }) => alive().find((member) => member.isNamed(worker)));
    return names.find((member) => member !== undefined);
  });
  return found as Member;
}

/** Who has runs under way, and how many, most of them first. */
async function holders(
  database: Pick<TestDatabase, 'query'>,
  jobIds?: readonly number[],
): Promise<{ worker: string; runs: number }[]> {
  return database.query(
    `SELECT worker, count(*)::integer AS runs FROM runs
      WHERE status = 'running' AND wake_at IS NOT NULL
        AND ($1::integer[] IS NULL OR job_id = ANY($1))
      GROUP BY worker
      ORDER BY runs DESC`,
    [jobIds ?? null],
  );
}
