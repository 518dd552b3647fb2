import { partitionOf } from '../../../src/scheduler/partitions.repository.ts';
import type { StageDatabase } from './stage.ts';

/** In one statement, which may take ten seconds. */
const BATCH = 100_000;

/** A week of the past, and what became due in it. */
export interface OldWeek {
  /** An instant in it, in milliseconds since 1970. */
  at: number;
  runs: number;
  /** Their jobs have the ids from 1 to this one. */
  jobs: number;
}

/** Makes a partition for a week of long ago, full of runs, and answers its name. */
export async function makeOldWeek(
  { query }: StageDatabase,
  { at, runs, jobs }: OldWeek,
): Promise<string> {
  const { name, from, to } = partitionOf(new Date(at));
  await query(
    `CREATE TABLE ${name} PARTITION OF runs
        FOR VALUES FROM ('${from.toISOString()}') TO ('${to.toISOString()}')`,
  );
  for (let written = 0; written < runs; written += BATCH) {
    await query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, attempt,
                         started_at, finished_at)
       SELECT number % $4 + 1, at, 1, 'succeeded', 'schedule', 1, at, at
         FROM generate_series($2::integer + 1, $2 + $3::integer) AS number,
              LATERAL (SELECT $1::timestamptz + number / $4::integer * interval '1 second')
                AS instant (at)`,
      [from, written, BATCH, jobs],
    );
  }
  return name;
}
