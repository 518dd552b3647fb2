import type pg from 'pg';
import { jobLine, runLine, type Told } from './shown.ts';

/** All rows of the database as they stand, each as JSON text. */
export interface Contents {
  jobs: string[];
  runs: string[];
}

const EVERYTHING = `
  SELECT ARRAY(SELECT (to_jsonb(jobs) || jsonb_build_object('actions', ARRAY(
                         SELECT action FROM job_revisions WHERE job_id = jobs.id
                          ORDER BY revision)))::text
                 FROM jobs ORDER BY id) AS jobs,
         ARRAY(SELECT to_json(runs)::text FROM runs
                ORDER BY job_id, scheduled_for, ordinal) AS runs`;

/** One look at everything, which costs one round trip. */
export async function readContents(pool: pg.Pool): Promise<Contents> {
  const { rows } = await pool.query<Contents>({ name: 'contents', text: EVERYTHING });
  return rows[0] as Contents;
}

/** Instants are text here, and numbers in the lines. */
type Row<Text extends string, Others> = Record<Text, string | null> & Others;

type JobRow = Row<
  'deleted_at' | 'paused_at' | 'paused_until' | 'next_run' | 'last_run',
  {
    id: number;
    is_active: boolean;
    paused_reason: string | null;
    run_count: number;
    revision: number;
    actions: string[];
  }
>;

export type RunRow = Row<
  'wake_at' | 'finished_at' | 'range_from',
  {
    job_id: number;
    scheduled_for: string;
    ordinal: number;
    trigger: string;
    status: string;
    reason: string | null;
    attempt: number;
    fence: number;
    attempts: { outcome: string }[] | null;
    priority: number;
    revision: number | null;
    payload: { n: number } | null;
    range_count: number | null;
  }
>;

/** The same lines as those of a model. */
export function linesIn({ jobs, runs }: Contents, told: Told): string[] {
  return [
    ...jobs.map((text) => jobRowLine(JSON.parse(text) as JobRow, told)),
    ...runs.map((text) => runRowLine(JSON.parse(text) as RunRow, told)),
  ];
}

function jobRowLine(row: JobRow, told: Told): string {
  if (row.revision !== row.actions.length) return `${row.id} has revision ${row.revision}`;
  return jobLine(
    {
      id: row.id,
      isActive: row.is_active,
      isDeleted: row.deleted_at !== null,
      pausedAt: timeOf(row.paused_at),
      pausedUntil: timeOf(row.paused_until),
      pausedReason: row.paused_reason,
      nextRun: timeOf(row.next_run),
      lastRun: timeOf(row.last_run),
      starts: row.run_count,
      revisions: row.actions,
    },
    told,
  );
}

function runRowLine(row: RunRow, told: Told): string {
  return runLine(
    {
      jobId: row.job_id,
      at: timeOf(row.scheduled_for) as number,
      ordinal: row.ordinal,
      trigger: row.trigger,
      status: row.status,
      reason: row.reason,
      attempt: row.attempt,
      past: (row.attempts ?? []).map(({ outcome }) => outcome),
      wakeAt: timeOf(row.wake_at),
      finishedAt: timeOf(row.finished_at),
      priority: row.priority,
      revision: row.revision,
      payload: row.payload?.n ?? null,
      range: row.range_from === null ? null : rangeOf(row),
    },
    told,
  );
}

function rangeOf({ range_from, range_count }: RunRow): { from: number; count: number } {
  return { from: timeOf(range_from) as number, count: range_count as number };
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
