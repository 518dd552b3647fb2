import type { DstPolicy } from '../schedules/dst-policy.ts';
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
  retry: RetryPolicy;
  timeoutMs: number;
  labels: Record<string, string>;
  isActive: boolean;
  /** Start of the latest run. */
  lastRun: Date | null;
  /** The first instant that is not planned yet; null when there is none, or nobody wants it. */
  nextRun: Date | null;
  pausedAt: Date | null;
  pausedReason: string | null;
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
  | 'retry'
  | 'timeoutMs'
  | 'labels'
  | 'isActive'
>;
