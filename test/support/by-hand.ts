import { BackfillsRepository } from '../../src/jobs/backfills/backfills.repository.ts';
import { BackfillsService } from '../../src/jobs/backfills/backfills.service.ts';
import { ExceptionsService } from '../../src/jobs/exceptions/exceptions.service.ts';
import { JobChangesRepository } from '../../src/jobs/job-changes.repository.ts';
import { RevisionsRepository } from '../../src/jobs/revisions.repository.ts';
import { PrismaService } from '../../src/prisma.service.ts';
import { HeldBackRepository } from '../../src/runs/held-back.repository.ts';
import { InterventionsRepository } from '../../src/runs/interventions.repository.ts';
import { LedgerRepository } from '../../src/runs/ledger.repository.ts';
import { RunsRepository } from '../../src/runs/runs.repository.ts';
import { RunsService } from '../../src/runs/runs.service.ts';
import type { TestDatabase } from './database.ts';
import type { Engine } from './engine.ts';

/** What people do to jobs and runs beside editing them, by the clock of an engine. */
export interface ByHand {
  readonly exceptions: ExceptionsService;
  readonly backfills: BackfillsService;
  readonly runs: RunsService;
}

export function openByHand({ pool }: TestDatabase, { jobs, clock }: Engine): ByHand {
  const ledger = new LedgerRepository();
  const changes = new JobChangesRepository(ledger, new RevisionsRepository(), clock);
  const runs = new RunsRepository(new PrismaService(pool));
  const interventions = new InterventionsRepository(pool, new HeldBackRepository());
  return {
    exceptions: new ExceptionsService(jobs),
    backfills: new BackfillsService(jobs, new BackfillsRepository(pool, changes), clock),
    runs: new RunsService(runs, interventions, clock),
  };
}
