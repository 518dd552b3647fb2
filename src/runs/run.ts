import type { RunStatus } from './run-state.ts';

export const RUN_TRIGGERS = ['schedule', 'manual', 'missed', 'backfill', 'chain', 'retry'] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** Why a run was skipped. */
export type SkipReason =
  'overlap' | 'missed' | 'paused' | 'calendar' | 'exception' | 'quota' | 'expired';

/** The reason of a queued run that is held back until another one of its job ends. */
export const WAITING = 'waiting';

/** The reason of a cancelled run whose instant is none of its job's by newer zone data. */
export const ZONE_DATA = 'zone-data';

/**
 * What names a run: its job, its instant, and 0 for the occurrence itself or the number of the
 * start by hand at that instant.
 */
export interface RunKey {
  jobId: number;
  scheduledFor: Date;
  ordinal: number;
}

/** The run whose end has started another one, and what it answered. */
export interface RunCause {
  runId: string;
  jobId: number;
  status: RunStatus;
  result: unknown;
  /** 1 for the first run of a chain that was started by another one. */
  depth: number;
}

/** A try of a run that is over while the run itself went on. */
export interface Attempt {
  attempt: number;
  startedAt: string;
  finishedAt: string;
  outcome: 'retry' | 'lost' | 'handed-back' | 'succeeded' | 'failed' | 'cancelled';
  error: string | null;
  worker: string | null;
}

/**
 * SQL over the column `attempts`: how many of them a stopping worker has handed back. These were
 * nobody's fault, so they do not count against the attempts that a retry policy allows.
 */
export const HANDED_BACK = `CASE WHEN attempts IS NULL THEN 0 ELSE (
  SELECT count(*)::integer FROM jsonb_array_elements(attempts) AS past
   WHERE past ->> 'outcome' = 'handed-back') END`;

/** A row of the ledger. Instants have whole milliseconds. */
export interface Run extends RunKey {
  namespaceId: number;
  status: RunStatus;
  trigger: RunTrigger;
  reason: string | null;
  /** The job's revision that the latest attempt was started from. */
  revision: number | null;
  /** Number of the latest attempt; 0 before the first. */
  attempt: number;
  /** Attempts before the latest one. */
  attempts: Attempt[];
  /** When the engine has to look at the run again: its start, or the end of its lease. */
  wakeAt: Date | null;
  queuedAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  worker: string | null;
  error: string | null;
  result: unknown;
  log: string[];
  /** The instant that the schedule names, where the run is for another one: spread, or moved. */
  nominalFor: Date | null;
  /** Null for a run that no other one has started. */
  cause: RunCause | null;
  /** Set on a row that covers a range of skipped instants, `scheduledFor` being the last of them. */
  rangeFrom: Date | null;
  rangeTo: Date | null;
  rangeCount: number | null;
}
