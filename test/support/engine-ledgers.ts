import { FakeClock } from '../../src/common/clock.ts';
import { RunDto } from '../../src/runs/dto/run.dto.ts';
import type { Run } from '../../src/runs/run.ts';
import type { Case, Course } from './course.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { EngineDriver } from './engine-driver.ts';

/**
 * What the real engine on a real database makes of the jobs, all of them together in one: the
 * ledger of each at the end of the course, oldest instant first.
 */
export async function ledgersOf(cases: readonly Case[], course: Course): Promise<RunDto[][]> {
  const database = await createDatabase();
  const driver = new EngineDriver(database, new FakeClock(course.from));
  try {
    const ids: number[] = [];
    for (const one of cases) ids.push(await driver.add(one));
    await driver.live(course);
    const rows = await rowsUpTo(database, course.to);
    return ids.map((id) => rows.filter(({ jobId }) => jobId === id).map(RunDto.from));
  } finally {
    await driver.abandon();
    await database.drop();
  }
}

async function rowsUpTo(database: TestDatabase, to: Date): Promise<Run[]> {
  return database.query<Run>(
    `SELECT job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal,
            nominal_for AS "nominalFor", trigger, status, reason, attempt,
            coalesce(attempts, '[]') AS attempts, started_at AS "startedAt",
            finished_at AS "finishedAt", range_from AS "rangeFrom", range_to AS "rangeTo",
            range_count AS "rangeCount"
       FROM runs
      WHERE scheduled_for <= $1
      ORDER BY job_id, scheduled_for, ordinal`,
    [to],
  );
}
