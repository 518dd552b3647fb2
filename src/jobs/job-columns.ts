import type { Job, JobDefinition } from './job.ts';

/** The columns that hold what a user sets. */
export const DEFINITION_COLUMNS = {
  key: 'key',
  name: 'name',
  description: 'description',
  type: 'type',
  payload: 'payload',
  schedule: 'schedule',
  timezone: 'timezone',
  dst: 'dst',
  startAt: 'start_at',
  endAt: 'end_at',
  maxRuns: 'max_runs',
  spreadSeconds: 'spread_seconds',
  calendar: 'calendar',
  missed: 'missed',
  overlap: 'overlap',
  retry: 'retry',
  timeoutMs: 'timeout_ms',
  priority: 'priority',
  autoPauseAfter: 'auto_pause_after',
  onSuccess: 'on_success',
  onFailure: 'on_failure',
  onFinish: 'on_finish',
  labels: 'labels',
  isActive: 'is_active',
} as const satisfies Record<keyof JobDefinition, string>;

const OTHER_COLUMNS = {
  id: 'id',
  namespaceId: 'namespace_id',
  lastRun: 'last_run',
  nextRun: 'next_run',
  pausedAt: 'paused_at',
  pausedReason: 'paused_reason',
  pausedUntil: 'paused_until',
  exceptions: 'exceptions',
  seed: 'seed',
  runCount: 'run_count',
  revision: 'revision',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const satisfies Partial<Record<keyof Job, string>>;

/** The rules of a job's calendar as JSON text; one look-up by key, and none without a calendar. */
export const CALENDAR_RULES = `(
  SELECT jsonb_build_object('mode', mode, 'dates', dates, 'weekdays', weekdays, 'ranges', ranges)::text
    FROM calendars
   WHERE calendars.namespace_id = jobs.namespace_id AND calendars.name = jobs.calendar)`;

/** What the instants of a job derive from, its calendar apart. */
export const RULE_COLUMNS = listed({
  schedule: 'schedule',
  timezone: 'timezone',
  dst: 'dst',
  startAt: 'start_at',
  endAt: 'end_at',
  createdAt: 'created_at',
  spreadSeconds: 'spread_seconds',
  seed: 'seed',
  exceptions: 'exceptions',
});

/** What the instants of a job derive from, in the form of a select list over `jobs`. */
export const SCHEDULE_COLUMNS = `${RULE_COLUMNS}, ${CALENDAR_RULES} AS "calendarRules"`;

/** The columns of `jobs` under the names of `Job`, in the form of a select list. */
export const JOB_COLUMNS = `
  ${listed({ ...OTHER_COLUMNS, ...DEFINITION_COLUMNS })}, ${CALENDAR_RULES} AS "calendarRules"`;

/** Whether the end of a run of a job may start other jobs, or pause the job itself. */
export const HAS_FOLLOW_UPS = `
  (jobs.auto_pause_after IS NOT NULL
    OR jobs.on_success || jobs.on_failure || jobs.on_finish <> '{}')`;

function listed(columns: Record<string, string>): string {
  return Object.entries(columns)
    .map(([name, column]) => `jobs.${column} AS "${name}"`)
    .join(', ');
}

/** The values of a definition, in the order of `DEFINITION_COLUMNS`, as the driver takes them. */
export function definitionValues(definition: JobDefinition): unknown[] {
  const { payload } = definition;
  const stored: JobDefinition = {
    ...definition,
    // The driver would take an array for an array of PostgreSQL, and text for text that is JSON.
    payload: payload === null || payload === undefined ? null : JSON.stringify(payload),
  };
  return Object.keys(DEFINITION_COLUMNS).map((name) => stored[name as keyof JobDefinition]);
}
