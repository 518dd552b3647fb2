import type fc from 'fast-check';
import { Attempts } from './attempts.ts';
import type { Evidence } from './evidence.ts';
import { type Change, deletionOf, livingRuns, readHistory } from './history.ts';
import { Requests } from './requests.ts';
import {
  LEASE_S,
  PERIOD_S,
  type Scenario,
  type SchedulerStep,
  type WorkerStep,
} from './scenario.ts';
import type { Theatre, Worker } from './theatre.ts';

const SECOND = 1_000;
const START = Date.UTC(2026, 10, 24, 9);
const INSTANTS = [1, 2, 3].map((nth) => START + nth * PERIOD_S * SECOND);
/** After the last of the instants. */
const END = new Date(START + 3.5 * PERIOD_S * SECOND).toISOString();
/** After so many rounds everything has come to its end, if it ever does. */
const MOST_ROUNDS = 10;

type Act = () => Promise<void>;

/** One scenario in one order: what comes before, the race itself, and what becomes of it. */
export class Race {
  private readonly attempts: Attempts;
  private readonly troubles: string[] = [];
  private places = 0;

  constructor(
    private readonly theatre: Theatre,
    private readonly scenario: Scenario,
  ) {
    this.attempts = new Attempts(theatre.stage, scenario.outcomes, this.place);
    theatre.handler = (...call) => this.attempts.carryOut(...call);
  }

  async run(scheduler: fc.Scheduler): Promise<Evidence> {
    const { stage, lookout } = this.theatre;
    const { jobId, requests } = await stage.until(this.prepare());
    this.attempts.mayEnd();
    await stage.play(scheduler, this.cast(requests));
    this.attempts.mustEnd();
    const { history, deletedAt } = await stage.until(this.windUp(jobId));
    return {
      scenario: this.scenario,
      jobId,
      instants: INSTANTS,
      deletedAt,
      history,
      attempts: this.attempts.begun,
      answers: requests.answers,
      announcements: await lookout.announcements(),
      troubles: [...this.troubles, ...stage.troubles],
    };
  }

  private readonly place = () => (this.places += 1);

  /** A job with an occurrence that is due now, and what else there is of it. */
  private async prepare(): Promise<{ jobId: number; requests: Requests }> {
    const { theatre } = this;
    const { clock, people, scheduler, workers } = theatre;
    const { isRunning, triggered } = this.scenario.before;
    await theatre.begin(new Date(START));
    const jobId = await this.createJobs();
    clock.set(new Date(INSTANTS[0] as number));
    await scheduler.planner.tick();
    if (isRunning) await workers[0]?.engine.worker.tick();
    const requests = new Requests(people, jobId, INSTANTS, this.place);
    for (let nth = 0; nth < triggered; nth += 1) await requests.make({ ask: 'trigger' });
    clock.set(new Date(INSTANTS[1] as number));
    await scheduler.planner.tick();
    return { jobId, requests };
  }

  private async createJobs(): Promise<number> {
    const { jobs } = this.theatre.people.engine;
    const { overlap, maxAttempts, onLost, autoPauseAfter, isChained } = this.scenario.job;
    const common = { name: 'a', type: 'scripted', timeoutMs: 3_600_000, endAt: END };
    const next = isChained ? await jobs.create({ ...common, schedule: '@every 30s' }) : null;
    const retry = { maxAttempts, onLost, initialDelayMs: SECOND, jitter: 0 };
    const { id } = await jobs.create({
      ...{ ...common, schedule: `@every ${PERIOD_S}s`, payload: { n: 0 } },
      ...{ overlap, retry, autoPauseAfter, onFinish: next ? [next.id] : [] },
    });
    return id;
  }

  private cast(requests: Requests): Act[] {
    const { workers, schedulers, clients, clock } = this.scenario;
    const { theatre } = this;
    return [
      ...theatre.workers.map((worker, nth) =>
        this.script(worker.name, workers[nth] ?? [], (step) => work(worker, step)),
      ),
      ...schedulers.map((steps) =>
        this.script('scheduler', steps, (step) => this.schedule(step)),
      ),
      ...clients.map((steps) =>
        this.script('client', steps, (request) => requests.make(request)),
      ),
      this.script('clock', clock, async (seconds) => theatre.clock.advance(seconds * SECOND)),
    ];
  }

  /** One step after the other, each when it is its turn. */
  private script<T>(who: string, steps: readonly T[], act: (step: T) => Promise<unknown>): Act {
    return async () => {
      for (const step of steps) {
        await this.theatre.stage.turn(`${who} begins: ${JSON.stringify(step)}`);
        await act(step).catch((error: Error) => this.troubles.push(error.message));
      }
    };
  }

  private async schedule(step: SchedulerStep): Promise<unknown> {
    const { rescuer, planner, resumer, reconciler } = this.theatre.scheduler;
    if (step === 'rescue') return rescuer.tick();
    if (step === 'plan') return planner.tick();
    return step === 'resume' ? resumer.tick() : reconciler.tick();
  }

  /** Time passes until everything has come to its end; then the job is deleted, if it is there. */
  private async windUp(jobId: number): Promise<{ history: Change[]; deletedAt: number }> {
    const { stage, people, pool } = this.theatre;
    let living = ['all'];
    for (let round = 0; round < MOST_ROUNDS && living.length > 0; round += 1) {
      await this.goOn();
      living = await stage.aside(() => livingRuns(pool));
    }
    this.troubles.push(...living.map((run) => `${run} for ever`));
    await people.engine.jobs.delete(jobId).catch(() => undefined);
    return stage.aside(async () => ({
      history: await readHistory(pool),
      deletedAt: await deletionOf(pool, jobId),
    }));
  }

  private async goOn(): Promise<void> {
    const { clock, workers, scheduler } = this.theatre;
    for (const { engine } of workers) await engine.leases.renew();
    clock.advance(LEASE_S * SECOND);
    await scheduler.resumer.tick();
    await scheduler.rescuer.tick();
    while ((await scheduler.planner.tick()) > 0);
    for (const { engine } of workers) {
      await engine.worker.tick();
      await engine.inFlight.settle(SECOND);
    }
  }
}

async function work({ engine }: Worker, step: WorkerStep): Promise<unknown> {
  if (step === 'claim') return engine.worker.tick();
  return step === 'renew' ? engine.leases.renew() : engine.leases.handBack();
}
