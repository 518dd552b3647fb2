import { HAS_FOLLOW_UPS } from '../jobs/job-columns.ts';
import { stateAfter } from '../runs/due-run.ts';
import { HANDED_BACK, WAITING } from '../runs/run.ts';
import { isStart, type LivingRuns } from '../schedules/overlap.ts';
import type { JudgedRun } from './judge-claims.ts';

const DUE_COLUMNS = `job_id, scheduled_for, ordinal, trigger, status, reason, attempt, fence, payload,
                     cause, priority, wake_at, ${HANDED_BACK} AS handed_back`;

/**
 * $1 now, $2 the states of a run that may be started, $3 how many.
 *
 * Takes due runs in order of priority, and oldest first among equals. Ordinary ones are served by
 * runs_wake_at_idx, the others by runs_priority_idx, which costs nothing where nobody has any.
 * The job's lock is what edits wait for, and what keeps two workers from judging the overlap of
 * one job at the same time.
 */
export const LOCK_DUE = `
  WITH high AS (
    SELECT ${DUE_COLUMNS} FROM runs
     WHERE wake_at <= $1 AND status = ANY($2::run_status[]) AND priority <> 0 AND priority > 0
     ORDER BY priority DESC, wake_at
     LIMIT $3
       FOR UPDATE SKIP LOCKED
  ), ordinary AS (
    SELECT ${DUE_COLUMNS} FROM runs
     WHERE wake_at <= $1 AND status = ANY($2::run_status[]) AND priority = 0
     ORDER BY wake_at
     LIMIT $3 - (SELECT count(*) FROM high)
       FOR UPDATE SKIP LOCKED
  ), low AS (
    SELECT ${DUE_COLUMNS} FROM runs
     WHERE wake_at <= $1 AND status = ANY($2::run_status[]) AND priority <> 0 AND priority < 0
     ORDER BY priority DESC, wake_at
     LIMIT $3 - (SELECT count(*) FROM high) - (SELECT count(*) FROM ordinary)
       FOR UPDATE SKIP LOCKED
  ), due AS (
    SELECT * FROM high UNION ALL SELECT * FROM ordinary UNION ALL SELECT * FROM low
  )
  SELECT due.job_id AS "jobId", due.scheduled_for AS "scheduledFor", due.ordinal, due.trigger,
         due.status, due.reason, due.attempt + 1 AS attempt, due.fence + 1 AS fence,
         due.handed_back AS "handedBack", due.cause,
         coalesce(due.payload, owner.payload) AS payload,
         owner.name AS "jobName", owner.type, owner.timeout_ms AS "timeoutMs", owner.retry,
         owner.revision, owner.overlap, owner.missed, owner.next_run AS "nextRun",
         owner.paused_at IS NOT NULL AS "isPaused", owner.max_runs AS "maxRuns",
         owner.run_count AS "runCount", owner.has_follow_ups AS "followUps"
    FROM due
   CROSS JOIN LATERAL (
         SELECT name, type, payload, timeout_ms, retry, revision, overlap, missed, next_run,
                paused_at, max_runs, run_count, ${HAS_FOLLOW_UPS} AS has_follow_ups
           FROM jobs
          WHERE id = due.job_id
            FOR NO KEY UPDATE SKIP LOCKED) AS owner
   ORDER BY due.priority DESC, due.wake_at, due.scheduled_for, due.ordinal`;

/** $1 ids of jobs, $2 now. Served by runs_job_id_idx, which holds living runs only. */
export const LIVING = `
  SELECT owner.id AS "jobId", living.*
    FROM unnest($1::integer[]) AS owner (id)
   CROSS JOIN LATERAL (
         SELECT (count(*) FILTER (WHERE status = 'running'))::integer AS running,
                (count(*) FILTER (WHERE status = 'queued' AND attempt > 0))::integer AS retrying,
                (count(*) FILTER (WHERE reason = '${WAITING}'
                                    AND trigger NOT IN ('missed', 'backfill')))::integer AS held,
                (count(*) FILTER (WHERE reason = '${WAITING}'))::integer AS "heldInAll",
                max(scheduled_for) FILTER (WHERE status <> 'running' AND attempt = 0
                                             AND ordinal = 0 AND wake_at <= $2
                                             AND (reason IS NULL OR reason = '${WAITING}'))
                  AS "latestDue",
                (array_agg(scheduled_for ORDER BY priority DESC, wake_at, scheduled_for)
                   FILTER (WHERE status <> 'running' AND attempt = 0 AND wake_at <= $2
                             AND trigger IN ('missed', 'backfill')))[1] AS "firstCatchUp"
           FROM runs
          WHERE job_id = owner.id AND wake_at IS NOT NULL) AS living`;

/** Where the count of a job's runs stops: a start that failed for it would keep all others waiting. */
const MAX_COUNT = 2 ** 31 - 1;

/**
 * $1 now, $2 the worker. Starts what is to be started, holds back what waits, and gives the others
 * their verdict. A run that has been started before keeps the revision that it was started from.
 */
export const SETTLE = `
  WITH owners AS (
    UPDATE jobs
       SET last_run = CASE WHEN owner.starts THEN $1 ELSE last_run END,
           run_count = least(run_count::bigint + owner.first_starts, ${MAX_COUNT}),
           has_held_back = owner.holds
      FROM unnest($3::integer[], $4::boolean[], $5::integer[], $6::boolean[])
        AS owner (job_id, starts, first_starts, holds)
     WHERE jobs.id = owner.job_id
  )
  UPDATE runs
     SET status = judged.status,
         reason = judged.reason,
         finished_at = CASE WHEN judged.wake_at IS NULL THEN $1::timestamptz END,
         queued_at = coalesce(queued_at, runs.wake_at),
         wake_at = judged.wake_at,
         started_at = CASE WHEN judged.status = 'running' THEN $1 ELSE started_at END,
         worker = CASE WHEN judged.status = 'running' THEN $2 ELSE worker END,
         attempt = CASE WHEN judged.status = 'running' THEN attempt + 1 ELSE attempt END,
         fence = fence + 1,
         revision = CASE WHEN judged.status = 'running' OR attempt = 0 THEN judged.revision
                         ELSE runs.revision END,
         error = NULL
    FROM unnest($7::integer[], $8::timestamptz[], $9::integer[], $10::integer[],
                $11::run_status[], $12::text[], $13::timestamptz[])
      AS judged (job_id, scheduled_for, ordinal, revision, status, reason, wake_at)
   WHERE runs.job_id = judged.job_id
     AND runs.scheduled_for = judged.scheduled_for
     AND runs.ordinal = judged.ordinal`;

/** The parameters of `SETTLE`. */
export function settlement(
  settled: readonly JudgedRun[],
  living: ReadonlyMap<number, LivingRuns & { heldInAll: number }>,
  { now, leaseUntil, worker }: { now: Date; leaseUntil: Date; worker: string },
): unknown[] {
  const owners = ownersOf(settled, living);
  const rows = settled.map(({ run, judgement }) => ({
    ...run,
    ...stateAfter(judgement, { now, leaseUntil }),
  }));
  return [
    now,
    worker,
    owners.map(({ jobId }) => jobId),
    owners.map(({ starts }) => starts),
    owners.map(({ firstStarts }) => firstStarts),
    owners.map(({ held }) => held > 0),
    rows.map(({ jobId }) => jobId),
    rows.map(({ scheduledFor }) => scheduledFor),
    rows.map(({ ordinal }) => ordinal),
    rows.map(({ revision }) => revision),
    rows.map(({ status }) => status),
    rows.map(({ reason }) => reason),
    rows.map(({ wakeAt }) => wakeAt),
  ];
}

interface Owner {
  jobId: number;
  starts: boolean;
  /** Occurrences that were started for the first time. */
  firstStarts: number;
  /** Runs of it that are held back afterwards. */
  held: number;
}

function ownersOf(
  settled: readonly JudgedRun[],
  living: ReadonlyMap<number, { heldInAll: number }>,
): Owner[] {
  const owners = new Map<number, Owner>();
  for (const { run, judgement } of settled) {
    const { jobId, ordinal, attempt, reason } = run;
    const held = living.get(jobId)?.heldInAll ?? 0;
    const owner = owners.get(jobId) ?? { jobId, starts: false, firstStarts: 0, held };
    owners.set(jobId, owner);
    const starts = isStart(judgement);
    if (starts) owner.starts = true;
    if (starts && ordinal === 0 && attempt === 1) owner.firstStarts += 1;
    if (reason === WAITING) owner.held -= 1;
    if (judgement === 'hold') owner.held += 1;
  }
  return [...owners.values()];
}
