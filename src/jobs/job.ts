import type { DstPolicy } from '../schedules/dst-policy.ts';
import type { Exception } from '../schedules/exceptions.ts';
import type { MissedPolicy } from '../schedules/missed.ts';
import type { OverlapPolicy } from '../schedules/overlap.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** A job as it is stored. Instants have whole milliseconds. */
export interface Job {
  id: number;
  namespaceId: number;
  /** The client's own name for the job, unique among the living jobs of a namespace. */
  key: string | null;
  name: string;
  description: string | null;
  type: string;
  payload: unknown;
  schedule: string;
  timezone: string;
  dst: DstPolicy;
  startAt: Date | null;
  endAt: Date | null;
  /** How many occurrences are started at most; null for no limit. */
  maxRuns: number | null;
  /** Occurrences start up to so much later than the schedule says, always by the same time. */
  spreadSeconds: number;
  /** Name of the calendar that says on which days occurrences run. */
  calendar: string | null;
  missed: MissedPolicy;
  overlap: OverlapPolicy;
  retry: RetryPolicy;
  timeoutMs: number;
  /** -100 to 100; among runs that are due the higher one goes first. */
  priority: number;
  /** The job is paused after so many failed runs in a row; null for never. */
  autoPauseAfter: number | null;
  /** Ids of the jobs to start when a run has succeeded, has not, or in either case. */
  onSuccess: number[];
  onFailure: number[];
  onFinish: number[];
  labels: Record<string, string>;
  isActive: boolean;
  /** Start of the latest run. */
  lastRun: Date | null;
  /** The first instant that is not planned yet; null when there is none, or nobody wants it. */
  nextRun: Date | null;
  pausedAt: Date | null;
  pausedReason: string | null;
  /** When the pause ends by itself; null when somebody has to end it. */
  pausedUntil: Date | null;
  /** Single occurrences that differ from the rule. */
  exceptions: Exception[];
  /** What `H` and the spread derive from; never changes. */
  seed: number;
  /** Occurrences that were started so far, against `maxRuns`. */
  runCount: number;
  /** The calendar's rules as JSON text; null without a calendar. */
  calendarRules: string | null;
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What a user may set. */
export type JobDefinition = Pick<
  Job,
  | 'key'
  | 'name'
  | 'description'
  | 'type'
  | 'payload'
  | 'schedule'
  | 'timezone'
  | 'dst'
  | 'startAt'
  | 'endAt'
  | 'maxRuns'
  | 'spreadSeconds'
  | 'calendar'
  | 'missed'
  | 'overlap'
  | 'retry'
  | 'timeoutMs'
  | 'priority'
  | 'autoPauseAfter'
  | 'onSuccess'
  | 'onFailure'
  | 'onFinish'
  | 'labels'
  | 'isActive'
>;
