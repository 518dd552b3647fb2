import { type FakeClock } from '../../src/common/clock.ts';
import { Loops } from '../../src/common/loops.ts';
import type { Config } from '../../src/config/config.ts';
import { Notifications } from '../../src/database/notifications.ts';
import { BulkRepository } from '../../src/jobs/bulk/bulk.repository.ts';
import { BulkService } from '../../src/jobs/bulk/bulk.service.ts';
import { ChainsRepository } from '../../src/jobs/chains.repository.ts';
import { FollowUpsRepository } from '../../src/jobs/follow-ups.repository.ts';
import { JobChangesRepository } from '../../src/jobs/job-changes.repository.ts';
import { JobEndingsRepository } from '../../src/jobs/job-endings.repository.ts';
import { JobsRepository } from '../../src/jobs/jobs.repository.ts';
import { JobsService } from '../../src/jobs/jobs.service.ts';
import { PausesService } from '../../src/jobs/pauses/pauses.service.ts';
import { RevisionListRepository } from '../../src/jobs/revisions/revision-list.repository.ts';
import { RevisionsService } from '../../src/jobs/revisions/revisions.service.ts';
import { RevisionsRepository } from '../../src/jobs/revisions.repository.ts';
import { HeldBackRepository } from '../../src/runs/held-back.repository.ts';
import { LedgerRepository } from '../../src/runs/ledger.repository.ts';
import { JobFactory } from '../../src/scheduler/jobs/job-factory.ts';
import type { JobHandler } from '../../src/scheduler/jobs/job-handler.ts';
import { LogJob } from '../../src/scheduler/jobs/log.job.ts';
import { Planner } from '../../src/scheduler/planner.ts';
import { PlannerRepository } from '../../src/scheduler/planner.repository.ts';
import { Reconciler } from '../../src/scheduler/reconciler.ts';
import { ReconcilerRepository } from '../../src/scheduler/reconciler.repository.ts';
import { Rescuer } from '../../src/scheduler/rescuer.ts';
import { RescuerRepository } from '../../src/scheduler/rescuer.repository.ts';
import { Resumer } from '../../src/scheduler/resumer.ts';
import { ResumerRepository } from '../../src/scheduler/resumer.repository.ts';
import { PlanningGate } from '../../src/scheduler/zone-data/planning-gate.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { AttemptRunner } from '../../src/worker/attempt-runner.ts';
import { ClaimsRepository } from '../../src/worker/claims.repository.ts';
import { CompletionsRepository } from '../../src/worker/completions.repository.ts';
import { Finisher } from '../../src/worker/finisher.ts';
import { InFlight } from '../../src/worker/in-flight.ts';
import { LateClaimsRepository } from '../../src/worker/late-claims.repository.ts';
import { Leases } from '../../src/worker/leases.ts';
import { Worker } from '../../src/worker/worker.ts';
import type { TestDatabase } from './database.ts';
import { testConfig } from './service.ts';

/** The parts of one instance, driven by hand: nothing runs until a test calls `tick`. */
export interface Engine {
  readonly clock: FakeClock;
  readonly jobs: JobsService;
  readonly pauses: PausesService;
  readonly revisions: RevisionsService;
  readonly bulk: BulkService;
  readonly planner: Planner;
  readonly gate: PlanningGate;
  readonly worker: Worker;
  readonly leases: Leases;
  readonly rescuer: Rescuer;
  readonly resumer: Resumer;
  readonly reconciler: Reconciler;
  readonly inFlight: InFlight;
  readonly metrics: Metrics;
  /** Plans all that is due, starts it, and waits for the end of what has started. */
  runDue(): Promise<void>;
}

export interface EngineOptions {
  clock: FakeClock;
  /** Job types beside `log`. */
  handlers?: JobHandler[];
  config?: Partial<Config>;
}

export function openEngine(
  database: TestDatabase,
  { clock, handlers = [], config: overrides }: EngineOptions,
): Engine {
  const { pool } = database;
  const config = testConfig(overrides);
  const metrics = new Metrics();
  const loops = new Loops();
  const notifications = new Notifications(database.url);
  const factory = new JobFactory([new LogJob(), ...handlers]);
  const inFlight = new InFlight();
  const heldBack = new HeldBackRepository();
  const ledger = new LedgerRepository();
  const revisions = new RevisionsRepository();
  const changes = new JobChangesRepository(ledger, revisions, clock);
  const followUps = new FollowUpsRepository(changes);
  const completions = new CompletionsRepository(pool, heldBack, followUps);
  const finisher = new Finisher(completions, clock, metrics);
  const runner = new AttemptRunner(inFlight, factory, finisher, metrics, clock);
  const leases = new Leases(inFlight, completions, clock, config, notifications, loops);
  const endings = new JobEndingsRepository(ledger, revisions);
  const claims = new ClaimsRepository(pool, ledger, endings, heldBack);
  const worker = new Worker(
    claims,
    new LateClaimsRepository(pool),
    runner,
    inFlight,
    leases,
    metrics,
    clock,
    config,
    notifications,
    loops,
  );
  const gate = new PlanningGate();
  const planner = new Planner(
    new PlannerRepository(pool, ledger),
    clock,
    config,
    gate,
    notifications,
    loops,
  );
  const jobsRepository = new JobsRepository(pool, changes, new ChainsRepository(), ledger);
  const rescues = new RescuerRepository(pool, heldBack, followUps);
  const jobs = new JobsService(jobsRepository, factory, clock, config);
  const pauses = new PausesService(jobs, clock);
  const resumes = new ResumerRepository(pool, changes);

  return {
    clock,
    jobs,
    pauses,
    revisions: new RevisionsService(new RevisionListRepository(pool), jobs),
    bulk: new BulkService(new BulkRepository(pool), jobs, pauses, clock),
    planner,
    gate,
    worker,
    leases,
    rescuer: new Rescuer(rescues, clock, metrics, config, loops),
    resumer: new Resumer(resumes, clock, config, notifications, loops),
    reconciler: new Reconciler(new ReconcilerRepository(pool, endings), clock),
    inFlight,
    metrics,
    async runDue() {
      while ((await planner.tick()) > 0);
      await worker.tick();
      await inFlight.settle(10_000);
    },
  };
}
