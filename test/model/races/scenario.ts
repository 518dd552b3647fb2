import fc from 'fast-check';

/** How an attempt ends by itself; null: only when it is told to. */
export type Outcome = 'succeeded' | 'retry' | 'failed' | null;

export type WorkerStep = 'claim' | 'renew' | 'hand back';
export type SchedulerStep = 'rescue' | 'plan' | 'resume' | 'reconcile';

/** What a client asks for; `nth` chooses among the runs that it knows of. */
export type Request =
  | { ask: 'cancel' | 'retry'; nth: number }
  | { ask: 'trigger' | 'pause' | 'pause shortly' | 'resume' | 'delete' | 'backfill' }
  | { ask: 'edit'; patch: 'payload' | 'schedule' | 'overlap' | 'maxRuns' };

/** Who takes part in a race, and what each of them does, one thing after the other. */
export interface Scenario {
  job: {
    overlap: 'skip' | 'queue' | 'replace' | 'allow';
    maxAttempts: number;
    onLost: 'retry' | 'fail';
    autoPauseAfter: number | null;
    /** Whether ends of its runs start another job. */
    isChained: boolean;
  };
  /** Whether a run is under way before it all begins, and how many starts by hand wait beside it. */
  before: { isRunning: boolean; triggered: number };
  workers: WorkerStep[][];
  schedulers: SchedulerStep[][];
  clients: Request[][];
  /** In seconds. */
  clock: number[];
  /** Of the attempts, in the order in which they begin. */
  outcomes: Outcome[];
}

export const PERIOD_S = 10;
export const LEASE_S = 15;

export function aScenario(): fc.Arbitrary<Scenario> {
  const workerStep = fc.constantFrom<WorkerStep>('claim', 'claim', 'claim', 'renew', 'hand back');
  const schedulerStep = fc.constantFrom<SchedulerStep>('rescue', 'rescue', 'plan', 'resume');
  return fc.record({
    job: fc.record({
      overlap: fc.constantFrom('skip', 'skip', 'queue', 'replace', 'allow'),
      maxAttempts: fc.constantFrom(1, 2),
      onLost: fc.constantFrom('retry', 'retry', 'fail'),
      autoPauseAfter: fc.constantFrom(null, null, 1),
      isChained: fc.constantFrom(false, false, true),
    }),
    before: fc.record({ isRunning: fc.boolean(), triggered: fc.constantFrom(0, 0, 1, 2) }),
    workers: fc.tuple(listOf(workerStep, 1, 2), listOf(workerStep, 1, 2)),
    schedulers: fc.tuple(listOf(schedulerStep, 0, 2)),
    clients: fc.tuple(listOf(aRequest(), 0, 2), listOf(aRequest(), 0, 1)),
    clock: listOf(fc.constantFrom(1, PERIOD_S, LEASE_S), 0, 2),
    outcomes: listOf(anOutcome(), 4, 4),
  }) as fc.Arbitrary<Scenario>;
}

function listOf<T>(one: fc.Arbitrary<T>, minLength: number, maxLength: number) {
  return fc.array(one, { minLength, maxLength, size: 'max' });
}

function anOutcome(): fc.Arbitrary<Outcome> {
  return fc.constantFrom<Outcome>('succeeded', 'succeeded', 'retry', 'failed', null);
}

function aRequest(): fc.Arbitrary<Request> {
  const aboutRun = fc.record({ ask: fc.constantFrom('cancel', 'retry'), nth: fc.nat(7) });
  const aboutJob = fc.record({
    ask: fc.constantFrom('trigger', 'pause', 'pause shortly', 'resume', 'delete', 'backfill'),
  });
  const edit = fc.record({
    ask: fc.constant('edit'),
    patch: fc.constantFrom('payload', 'schedule', 'overlap', 'maxRuns'),
  });
  return fc.oneof(
    { weight: 4, arbitrary: aboutRun },
    { weight: 4, arbitrary: aboutJob },
    { weight: 2, arbitrary: edit },
  ) as fc.Arbitrary<Request>;
}
