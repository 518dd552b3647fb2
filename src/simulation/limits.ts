import type { AttemptKind } from './scenario.ts';

/** What a simulation takes. */
export const MAX_WINDOW_DAYS = 366;
export const MAX_OUTAGES = 100;
/** Entries of `durations` and `outcomes`. */
export const MAX_LIST = 1_000;
/** How long an attempt lasts at most: more than any limit of an attempt. */
export const MAX_LENGTH_MS = 86_400_000;
export const OUTCOMES: readonly AttemptKind[] = ['succeeded', 'retry', 'failed'];

/** Rows that its ledger holds. */
export const MAX_ROWS = 10_000;
/** Steps that it takes: looks at runs, and changes of them. */
export const MAX_STEPS = 100_000;
