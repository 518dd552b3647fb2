import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { contradictions, type Period } from '../support/due-oracle.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { ledger } from '../support/ledger.ts';
import '../support/quiet.ts';

const START = Date.UTC(2026, 10, 24, 9);

/** What users, planner and worker may do, in any order. */
type Step =
  | { does: 'wait'; ms: number }
  | { does: 'plan' | 'work' | 'pause' | 'resume' | 'rename' | 'trigger' }
  | { does: 'cron' | 'interval'; every: number };

const STEPS: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('wait'), ms: waits() }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constantFrom('plan', 'work') }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('pause', 'resume') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('rename', 'trigger') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('cron', 'interval'),
      every: fc.constantFrom(1, 2, 3, 5, 10, 30),
    }),
  },
);

/** Short and long, on a second and between two. */
function waits(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(1, 500, 999, 1_000, 1_500, 2_000, 3_000),
    fc.integer({ min: 1, max: 20_000 }),
    fc.constantFrom(60_000, 90_500),
  );
}

/** One job, what was done to it, and what must be due because of that. */
class Story {
  readonly periods: Period[] = [];
  private schedule = '*/2 * * * * *';
  private every = 2;
  private phase = START;
  private paused = false;
  private since = START;

  constructor(
    private readonly engine: Engine,
    private readonly id: number,
  ) {}

  static async begin(engine: Engine): Promise<Story> {
    engine.clock.set(new Date(START));
    const { id } = await engine.jobs.create({
      name: 'a',
      schedule: '*/2 * * * * *',
    });
    return new Story(engine, id);
  }

  async take(step: Step): Promise<void> {
    const { engine, id } = this;
    switch (step.does) {
      case 'wait':
        return engine.clock.advance(step.ms);
      case 'plan':
        return void (await engine.planner.tick());
      case 'work':
        await engine.worker.tick();
        return engine.inFlight.settle(10_000);
      case 'rename':
        return void (await engine.jobs.update(id, { name: String(engine.clock.now()) }));
      case 'trigger':
        return void (await engine.jobs.trigger(id, undefined));
      case 'pause':
      case 'resume':
        return this.setPaused(step.does === 'pause');
      case 'cron':
      case 'interval':
        return this.reschedule(step);
    }
  }

  private async setPaused(paused: boolean): Promise<void> {
    if (paused !== this.paused) this.endPeriod();
    this.paused = paused;
    await this.engine.jobs.update(this.id, { isActive: !paused });
  }

  private async reschedule({ does, every }: { does: string; every: number }): Promise<void> {
    const schedule = does === 'cron' ? `*/${every} * * * * *` : `@every ${every}s`;
    if (schedule !== this.schedule) this.endPeriod();
    this.schedule = schedule;
    this.every = every;
    // Cron counts from the full minute, an interval from the creation of its job, exclusive.
    this.phase = does === 'cron' ? START : START + every * 1_000;
    await this.engine.jobs.update(this.id, { schedule });
  }

  /** Deletes the job, which settles whatever is left, and compares. */
  async end(database: TestDatabase): Promise<string[]> {
    this.endPeriod();
    await this.engine.jobs.delete(this.id);
    return contradictions(this.periods, await ledger(database, this.id));
  }

  private endPeriod(): void {
    const to = this.engine.clock.now().getTime();
    const { since: from, every, phase, paused } = this;
    this.periods.push({ from, to, every, phase, paused });
    this.since = to;
  }
}

describe('whatever happens to a job', () => {
  let database: TestDatabase;
  let engine: Engine;

  beforeAll(async () => {
    database = await createDatabase();
    engine = openEngine(database, { clock: new FakeClock(new Date(START)) });
  });
  afterAll(() => database.drop());

  it('gives every due instant exactly one row, or a place in exactly one range', async () => {
    const property = fc.asyncProperty(
      fc.array(STEPS, { minLength: 5, maxLength: 40, size: 'max' }),
      async (steps) => {
        const story = await Story.begin(engine);
        for (const step of steps) await story.take(step);

        expect(await story.end(database)).toEqual([]);
      },
    );

    await fc.assert(property, {
      numRuns: Number(process.env.NUM_RUNS ?? 60),
      seed: Number(process.env.SEED ?? 4711),
    });
  });
});
