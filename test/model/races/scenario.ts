import fc from 'fast-check';

/** How an attempt ends by itself; null: only when it is told to. */
export type Outcome = 'succeeded' | 'retry' | 'failed' | null;

/** What a client asks for; `nth` chooses among the runs that it knows of. */
export type Request =
  | { ask: 'cancel' | 'retry'; nth: number }
  | { ask: 'trigger' | 'pause' | 'pause shortly' | 'resume' | 'delete' | 'backfill' }
  | { ask: 'edit'; patch: 'payload' | 'schedule' | 'overlap' | 'maxRuns' };

/** Something that somebody does while others do something else. */
export type Act =
  | { who: 'A' | 'B'; does: 'claim' | 'renew' | 'hand back' }
  | { who: 'scheduler'; does: 'rescue' | 'plan' | 'resume' | 'reconcile' }
  | { who: 'client'; does: Request }
  /** So many seconds pass. */
  | { who: 'clock'; does: number };

/**
 * Where the first run of the job is when it begins: not claimed; with A; with A whose lease is
 * over; with B, while A does not know; or in the queue again.
 */
type Beginning = 'due' | 'running' | 'expired' | 'taken over' | 'handed back';

/** A job, what has happened to it, and all that happens at the same time from then on. */
export interface Scenario {
  job: {
    overlap: 'skip' | 'queue' | 'replace' | 'allow';
    maxAttempts: number;
    onLost: 'retry' | 'fail';
    autoPauseAfter: number | null;
    /** Whether ends of its runs start another job. */
    isChained: boolean;
  };
  beginning: Beginning;
  /** Starts by hand that wait beside the first run. */
  triggered: number;
  /** Whether the planner has come to the instant of this moment yet. */
  isPlanned: boolean;
  acts: Act[];
  /** Of the attempts, in the order in which they begin. */
  outcomes: Outcome[];
}

export const PERIOD_S = 10;
export const LEASE_S = 15;
const FEWEST_ACTS = 2;
const MOST_ACTS = 5;
const OUTCOMES = 4;

export function aScenario(): fc.Arbitrary<Scenario> {
  return fc.record({
    job: fc.record({
      overlap: fc.constantFrom('skip', 'skip', 'queue', 'replace', 'allow'),
      maxAttempts: fc.constantFrom(1, 2),
      onLost: fc.constantFrom('retry', 'fail'),
      autoPauseAfter: fc.constantFrom(null, null, 1),
      isChained: fc.constantFrom(false, false, true),
    }),
    beginning: fc.constantFrom('due', 'running', 'expired', 'taken over', 'handed back'),
    triggered: fc.constantFrom(0, 0, 1, 2),
    isPlanned: fc.boolean(),
    acts: fc.array(anAct(), { minLength: FEWEST_ACTS, maxLength: MOST_ACTS, size: 'max' }),
    outcomes: fc.array(anOutcome(), { minLength: OUTCOMES, maxLength: OUTCOMES }),
  });
}

function anOutcome(): fc.Arbitrary<Outcome> {
  return fc.constantFrom<Outcome[]>('succeeded', 'succeeded', 'retry', 'failed', null);
}

function anAct(): fc.Arbitrary<Act> {
  const work = ['claim', 'claim', 'claim', 'renew', 'hand back'] as const;
  const care = ['rescue', 'rescue', 'plan', 'plan', 'resume', 'reconcile'] as const;
  const worker = fc.record({
    who: fc.constantFrom('A' as const, 'B' as const),
    does: fc.constantFrom(...work),
  });
  const scheduler = fc.record({
    who: fc.constant('scheduler' as const),
    does: fc.constantFrom(...care),
  });
  const client = fc.record({ who: fc.constant('client' as const), does: aRequest() });
  const clock = fc.record({
    who: fc.constant('clock' as const),
    does: fc.constantFrom(1, PERIOD_S, LEASE_S),
  });
  return fc.oneof(
    { weight: 6, arbitrary: worker },
    { weight: 3, arbitrary: scheduler },
    { weight: 5, arbitrary: client },
    { weight: 1, arbitrary: clock },
  );
}

function aRequest(): fc.Arbitrary<Request> {
  const others = ['trigger', 'pause', 'pause shortly', 'resume', 'delete', 'backfill'] as const;
  const patches = ['payload', 'schedule', 'overlap', 'maxRuns'] as const;
  return fc.oneof(
    fc.record({
      ask: fc.constantFrom('cancel' as const, 'cancel' as const, 'retry' as const),
      nth: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
    }),
    fc.record({ ask: fc.constantFrom(...others) }),
    fc.record({ ask: fc.constant('edit' as const), patch: fc.constantFrom(...patches) }),
  );
}
