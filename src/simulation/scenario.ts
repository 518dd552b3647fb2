import type { ScheduleFields } from '../jobs/job-schedule.ts';
import type { Job } from '../jobs/job.ts';
import type { EndedAttempt } from '../jobs/retry-policy.ts';
import type { Outage } from './outages.ts';

/** What of a job its ledger depends on. */
export type SimulatedJob = ScheduleFields &
  Pick<Job, 'maxRuns' | 'missed' | 'overlap' | 'retry' | 'timeoutMs'>;

/** How an attempt ends. */
export type AttemptKind = EndedAttempt['kind'];

/** A job and what happens to it from one instant to another. */
export interface Scenario {
  job: SimulatedJob;
  /** The job is created at this instant: its first occurrence comes after it. */
  from: Date;
  /** The last instant that is looked at. */
  to: Date;
  outages: readonly Outage[];
  /** How long each attempt of a run lasts, in milliseconds; again from the first after the last. */
  durations: readonly number[];
  /** How each attempt ends, whichever run it belongs to; likewise. */
  outcomes: readonly AttemptKind[];
  /** The settings of the engine. */
  planAheadMs: number;
  leaseMs: number;
}
