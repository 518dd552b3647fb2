import type { Mutant } from './mutant.ts';

/** Services that break a rule, each of which the model of the state machine has to tell apart. */
export const MACHINE_MUTANTS: Mutant[] = [
  {
    name: 'accepts the end of an attempt whose lease is over',
    statement: 'completions.finish',
    from: 'runs.wake_at > $13',
    to: '$13::timestamptz IS NOT NULL',
  },
  {
    name: 'accepts the end of an attempt that was taken over',
    statement: 'completions.finish',
    from: 'AND runs.fence = ended.fence',
    to: '',
  },
  {
    name: 'renews a lease that is over',
    statement: 'completions.renew',
    from: 'runs.wake_at > $6',
    to: '$6::timestamptz IS NOT NULL',
  },
  {
    name: 'hands back what was taken over',
    statement: 'WITH returned AS',
    from: 'AND runs.fence = held.fence',
    to: '',
    isRare: true,
  },
  {
    name: 'does not note what it hands back',
    statement: 'WITH returned AS',
    from: "attempts = coalesce(attempts, '[]') || held.past",
    to: 'attempts = attempts',
  },
  {
    name: 'counts no attempt that goes on with a run',
    statement: 'claims.settle',
    from: "CASE WHEN judged.status = 'running' THEN attempt + 1",
    to: "CASE WHEN judged.status = 'running' THEN 1",
  },
  {
    name: 'rescues a moment too late',
    statement: "coalesce((cause ->> 'depth')::integer, 0) AS depth",
    from: 'wake_at <= $1',
    to: 'wake_at < $1',
  },
  {
    name: 'takes no account of runs between two attempts',
    statement: 'claims.living',
    from: "status = 'queued' AND attempt > 0",
    to: "status = 'queued' AND attempt > 1",
  },
  {
    name: 'forgets that it holds runs back',
    statement: 'claims.settle',
    from: 'has_held_back = owner.holds',
    to: 'has_held_back = false',
  },
  {
    name: 'releases the newest run first',
    statement: 'heldBack.release',
    from: 'ORDER BY priority DESC, scheduled_for, ordinal',
    to: 'ORDER BY priority DESC, scheduled_for DESC, ordinal',
  },
  {
    name: 'leaves in a pause what waits for another attempt',
    statement: 'AND ($5 OR (ordinal = 0',
    from: "AND ($5 OR (ordinal = 0 AND status <> 'running'))",
    to: 'AND $5',
    isRare: true,
  },
  {
    name: 'ends by a pause what is under way',
    statement: 'AND ($5 OR (ordinal = 0',
    from: "AND ($5 OR (ordinal = 0 AND status <> 'running'))",
    to: 'AND ($5 OR ordinal = 0)',
  },
  {
    name: 'withdraws what is due already',
    statement: "status = 'planned'\n          AND scheduled_for > $2",
    from: 'scheduled_for > $2',
    to: "scheduled_for > $2::timestamptz - interval '1 minute'",
  },
  {
    name: 'leaves what an edit has done away with',
    statement: "status = 'planned'\n          AND scheduled_for > $2",
    from: 'scheduled_for > $2',
    to: "scheduled_for > $2::timestamptz + interval '1 minute'",
  },
  {
    name: 'settles an outage in parts',
    statement: 'planner.takeBack',
    from: "AND trigger = 'schedule'",
    to: 'AND false',
  },
  {
    name: 'plans again what was cancelled ahead of its time',
    statement: 'planner.save',
    from: 'ON CONFLICT (job_id, scheduled_for, ordinal) DO NOTHING',
    to: `ON CONFLICT (job_id, scheduled_for, ordinal)
         DO UPDATE SET status = 'planned', wake_at = excluded.wake_at`,
    isRare: true,
  },
  {
    name: 'loses the payload of a run that is tried again',
    statement: 'interventions.retry',
    from: '$4, $4, payload, cause',
    to: '$4, $4, NULL::jsonb, cause',
  },
  {
    name: 'retries runs of a deleted job',
    statement: 'interventions.lockRun',
    from: 'AND deleted_at IS NULL) AS "isJobDeleted"',
    to: ') AS "isJobDeleted"',
  },
  {
    name: 'ends no pause in the moment that it is to end',
    statement: 'resumer.lockNext',
    from: 'paused_until <= $1',
    to: 'paused_until < $1',
  },
  {
    name: 'does not count failures',
    statement: 'followUps.count',
    from: 'failures_in_row = counted.failures',
    to: 'failures_in_row = 0',
  },
  {
    name: 'starts the next job although that is paused',
    statement: "'chain'",
    from: 'paused_at IS NOT NULL AND coalesce(paused_until > $4, true) AS is_paused',
    to: 'false AS is_paused',
  },
  {
    name: 'misses an instant when it counts a range',
    statement: 'INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, reason',
    from: '$6, $7, $2, $8)',
    to: '$6, $7, $2, $8 - 1)',
  },
];
