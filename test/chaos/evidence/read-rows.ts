import pg from 'pg';
import type { Evidence, JobRow, ObservedChange, RevisionRow, RunRow } from '../checker/evidence.ts';

type Rows = Pick<Evidence, 'jobs' | 'revisions' | 'runs' | 'changes'>;

/** Rows that are under way from the server at a time. */
const BATCH = 20_000;

/** An instant of whole milliseconds, as so many since 1970; and one with its microseconds. */
const ms = (column: string) => `round(date_part('epoch', ${column}) * 1000) AS ${column}`;
const exactMs = (column: string) => `date_part('epoch', ${column}) * 1000 AS ${column}`;

/** Columns of a JSON object that are kept. */
const parts = (json: string, names: readonly string[]) =>
  names.map((name) => `'${name}', ${json} -> '${name}'`).join(', ');

const JOBS = `
  SELECT id, is_active, ${ms('next_run')}, ${ms('created_at')}, ${ms('deleted_at')}
    FROM jobs`;

const DEFINITION = [
  ...['type', 'schedule', 'timezone', 'startAt', 'endAt', 'maxRuns', 'spreadSeconds', 'isActive'],
  ...['pausedUntil', 'autoPauseAfter', 'overlap', 'missed', 'exceptions'],
];
const REVISIONS = `
  SELECT job_id, revision, action, actor, ${ms('at')},
         jsonb_build_object(${parts('definition', DEFINITION)},
                            'marker', definition #> '{payload,headers,marker}') AS definition
    FROM job_revisions`;

const ATTEMPT = ['attempt', 'startedAt', 'finishedAt', 'outcome', 'worker'];
const RUNS = `
  SELECT job_id, ${ms('scheduled_for')}, ordinal, status, trigger, reason, attempt, revision,
         ${ms('started_at')}, ${ms('finished_at')},
         CASE WHEN attempts IS NOT NULL THEN (
           SELECT jsonb_agg(jsonb_build_object(${parts('past', ATTEMPT)},
                                               'error', left(past ->> 'error', 200)))
             FROM jsonb_array_elements(attempts) AS past) END AS attempts,
         ${ms('range_from')}, range_count
    FROM runs`;

const CHANGES = `
  SELECT ${exactMs('at')}, job_id, ${ms('scheduled_for')}, ordinal, status_before AS "from",
         status AS "to", fence_before, fence, ${ms('lease_end')}, attempt, worker, session
    FROM observer.changes
   ORDER BY number`;

/** The tables as they are at one moment, read by somebody who knows nothing of the service. */
export async function readRows(url: string): Promise<Rows> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // For the order of a million changes.
    await client.query(`SET LOCAL work_mem = '256MB'`);
    return {
      jobs: await read<JobRow>(client, JOBS, []),
      revisions: await read<RevisionRow>(client, REVISIONS, ['action', 'actor']),
      runs: await read<RunRow>(client, RUNS, ['status', 'trigger', 'reason']),
      changes: (await isWatched(client))
        ? await read<ObservedChange>(client, CHANGES, ['from', 'to', 'worker'])
        : [],
    };
  } finally {
    await client.end();
  }
}

/**
 * Reads what a query finds, however much that is.
 * @param words columns with few different values, of which one copy each is kept.
 */
async function read<Row extends object>(
  client: pg.Client,
  query: string,
  words: readonly (keyof Row)[],
): Promise<Row[]> {
  const kept = new Map<unknown, Row[keyof Row]>();
  const found: Row[] = [];
  await client.query(`DECLARE found NO SCROLL CURSOR FOR ${query}`);
  for (let isLast = false; !isLast;) {
    const { rows } = await client.query<Row>(`FETCH ${BATCH} FROM found`);
    for (const row of rows) {
      for (const name of words) {
        const word = row[name];
        if (!kept.has(word)) kept.set(word, word);
        row[name] = kept.get(word) as Row[keyof Row];
      }
      found.push(row);
    }
    isLast = rows.length < BATCH;
  }
  await client.query('CLOSE found');
  return found;
}

async function isWatched(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ watched: boolean }>(
    `SELECT to_regclass('observer.changes') IS NOT NULL AS watched`,
  );
  return rows[0]?.watched ?? false;
}
