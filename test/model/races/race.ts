import type fc from 'fast-check';
import { Attempts } from './attempts.ts';
import type { Evidence } from './evidence.ts';
import { type Change, deletionOf, livingRuns, readHistory } from './history.ts';
import { Requests } from './requests.ts';
import { type Act, LEASE_S, PERIOD_S, type Scenario } from './scenario.ts';
import type { Theatre } from './theatre.ts';

const SECOND = 1_000;
const START = Date.UTC(2026, 10, 24, 9);
const INSTANTS = [1, 2, 3].map((nth) => START + nth * PERIOD_S * SECOND);
/** After the end of what begins at the first of them. */
const LEASE_OVER = new Date((INSTANTS[0] as number) + (LEASE_S + 1) * SECOND);
/** After the last of the instants. */
const END = new Date(START + 3.5 * PERIOD_S * SECOND).toISOString();
/** After so many rounds everything has come to its end, if it ever does. */
const MOST_ROUNDS = 10;

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

  /** A job, its first run as the scenario has it, and its second instant, which is here or over. */
  private async prepare(): Promise<{ jobId: number; requests: Requests }> {
    const { theatre } = this;
    const { triggered, isPlanned, beginning } = this.scenario;
    await theatre.begin(new Date(START));
    const jobId = await this.createJobs();
    await this.planAt(0);
    if (beginning !== 'due') await theatre.workers.A.worker.tick();
    if (beginning === 'handed back') await theatre.workers.A.leases.handBack();
    const requests = new Requests(theatre.people, jobId, INSTANTS, this.place);
    for (let nth = 0; nth < triggered; nth += 1) await requests.make({ ask: 'trigger' });
    if (isPlanned) await this.planAt(1);
    theatre.clock.set(new Date(INSTANTS[1] as number));
    if (beginning === 'expired' || beginning === 'taken over') theatre.clock.set(LEASE_OVER);
    if (beginning === 'taken over') {
      await theatre.scheduler.rescuer.tick();
      await theatre.workers.B.worker.tick();
    }
    return { jobId, requests };
  }

  private async planAt(instant: number): Promise<void> {
    this.theatre.clock.set(new Date(INSTANTS[instant] as number));
    await this.theatre.scheduler.planner.tick();
  }

  private async createJobs(): Promise<number> {
    const { jobs } = this.theatre.people.engine;
    const { overlap, maxAttempts, onLost, autoPauseAfter, isChained } = this.scenario.job;
    const common = { name: 'a', type: 'scripted', timeoutMs: 3_600_000, endAt: END };
    const next = isChained ? await jobs.create({ ...common, schedule: '@every 30s' }) : null;
    const retry = { maxAttempts, onLost, initialDelayMs: SECOND, jitter: 0 };
    const { id } = await jobs.create({
      ...{ ...common, schedule: `@every ${PERIOD_S}s` },
      ...{ overlap, retry, autoPauseAfter, onFinish: next ? [next.id] : [] },
    });
    return id;
  }

  private cast(requests: Requests): (() => Promise<void>)[] {
    return this.scenario.acts.map((act) => async () => {
      await this.theatre.stage.turn(`begins: ${JSON.stringify(act)}`);
      await this.perform(act, requests).catch((error: Error) => this.troubles.push(error.message));
    });
  }

  private async perform({ who, does }: Act, requests: Requests): Promise<unknown> {
    const { theatre } = this;
    const { rescuer, planner, resumer, reconciler } = theatre.scheduler;
    switch (who) {
      case 'client':
        return requests.make(does);
      case 'clock':
        return theatre.clock.advance(does * SECOND);
      case 'scheduler':
        return { rescue: rescuer, plan: planner, resume: resumer, reconcile: reconciler }[
          does
        ].tick();
      case 'A':
      case 'B': {
        const { worker, leases } = theatre.workers[who];
        if (does === 'claim') return worker.tick();
        return does === 'renew' ? leases.renew() : leases.handBack();
      }
    }
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
    const engines = Object.values(workers);
    for (const { leases } of engines) await leases.renew();
    clock.advance(LEASE_S * SECOND);
    await scheduler.resumer.tick();
    await scheduler.rescuer.tick();
    while ((await scheduler.planner.tick()) > 0);
    await workers.A.worker.tick();
    for (const { inFlight } of engines) await inFlight.settle(SECOND);
  }
}
