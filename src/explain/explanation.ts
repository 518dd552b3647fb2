import type { Exclusion } from '../schedules/agenda.ts';
import type { Run } from '../runs/run.ts';

/** What can be said about an instant of a job. Codes are stable. */
export const EXPLANATION_CODES = [
  'RAN',
  'RAN_LATE',
  'FAILED',
  'LOST',
  'CANCELLED',
  'SKIPPED',
  'RUNNING',
  'WAITING',
  'PLANNED',
  'AHEAD',
  'NOT_DUE',
  'PAUSED',
  'COMPLETED',
  'BEFORE_CREATION',
  'AFTER_DELETION',
  'PAST_RETENTION',
  'NOT_SETTLED',
] as const;
export type ExplanationCode = (typeof EXPLANATION_CODES)[number];

/** Why something did or did not happen at an instant, in words and as data. */
export interface Explanation {
  code: ExplanationCode;
  /** Whether the job was, or is, due at this instant; null where that cannot be known any more. */
  due: boolean | null;
  /** Whole sentences. */
  text: string;
}

/** The definition that was in force at an instant, as far as it can still be read. */
export interface InForce {
  revision: number;
  since: Date;
  isActive: boolean;
  /** Why an inactive one was: it has had its last occurrence, or somebody paused it. */
  isCompleted: boolean;
  /** When the pause began, if it was one. */
  pausedSince: Date | null;
  pausedReason: string | null;
  pausedUntil: Date | null;
  scheduleText: string;
  /** Whether a law may move the clock that the schedule goes by. */
  isZoneFixed: boolean;
  isDue: boolean;
  /** The nearest occurrences on either side. */
  before: Date | null;
  after: Date | null;
  /** What keeps this instant from being run, by what is known now. */
  exclusion: Exclusion | null;
  /** Why an exception of the job concerns this instant, in its owner's words. */
  exception: { movedTo: string | null; reason: string | null } | null;
  calendar: string | null;
  overlap: string;
  missed: string;
}

/** All that is known about one instant of a job. */
export interface Facts {
  at: Date;
  now: Date;
  createdAt: Date;
  deletedAt: Date | null;
  /** The first instant of the job that is not settled yet. */
  nextRun: Date | null;
  /** Since when the zone data in use are. */
  zoneDataSince: Date;
  /** Older history is dropped. */
  keptSince: Date;
  /** Null before the job existed, or when its zone has been dropped meanwhile. */
  inForce: InForce | null;
  /** The row of this very occurrence, or the one that covers it as part of a range. */
  run: Run | null;
  /** A run that was active when this one was skipped for it. */
  blockedBy: string | null;
}
