import type { Mutant } from './mutant.ts';

/** Services that are right as long as nobody comes in between, each of which the races find. */
export const RACE_MUTANTS: Mutant[] = [
  {
    name: 'accepts the end of an attempt that was taken over',
    statement: 'completions.finish',
    from: 'AND runs.fence = ended.fence',
    to: '',
  },
  {
    name: 'accepts the end of an attempt whose lease is over',
    statement: 'completions.finish',
    from: 'runs.wake_at > $13',
    to: '$13::timestamptz IS NOT NULL',
  },
  {
    name: 'hands back what was taken over',
    statement: 'WITH returned AS',
    from: 'AND runs.fence = held.fence',
    to: '',
  },
  {
    name: 'claims without the lock of the job',
    statement: 'claims.lockDue',
    from: 'FOR NO KEY UPDATE SKIP LOCKED',
    to: '',
  },
  {
    name: 'waits for the lock of the job while it holds that of a run',
    statement: 'claims.lockDue',
    from: 'FOR NO KEY UPDATE SKIP LOCKED',
    to: 'FOR NO KEY UPDATE',
  },
  {
    name: 'cancels without a look at what has happened meanwhile',
    statement: 'interventions.lockRun',
    from: 'FOR UPDATE',
    to: '',
  },
  {
    name: 'cancels and tells nobody',
    statement: "SELECT pg_notify('scheduler_cancelled', $1)",
    from: "pg_notify('scheduler_cancelled', $1)",
    to: '$1::text',
  },
  {
    name: 'changes a job without its lock',
    statement: 'jobs.lock',
    from: 'FOR NO KEY UPDATE',
    to: '',
  },
  {
    name: 'plans a job that somebody is changing',
    statement: 'planner.lockDue',
    from: 'FOR NO KEY UPDATE SKIP LOCKED',
    to: '',
  },
  {
    name: 'rescues a run that has ended meanwhile',
    statement: 'AS rescued (job_id, scheduled_for, ordinal, fence, status, error, attempt)',
    from: `AND runs.fence = rescued.fence
          AND runs.status = 'running'
          AND (runs.wake_at <= $1) IS TRUE`,
    to: 'AND $5::integer[] IS NOT NULL',
    isRare: true,
  },
  {
    name: 'keeps the fencing number when it takes a run away',
    statement: 'AS rescued (job_id, scheduled_for, ordinal, fence, status, error, attempt)',
    from: 'fence = runs.fence + 1',
    to: 'fence = runs.fence',
  },
  {
    name: 'releases nothing that it holds back',
    statement: 'heldBack.release',
    from: 'AND wake_at > $2',
    to: "AND wake_at > $2::timestamptz + interval '1 year'",
  },
];
