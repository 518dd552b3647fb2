import type pg from 'pg';
import { BackfillsRepository } from '../../../src/jobs/backfills/backfills.repository.ts';
import { BackfillsService } from '../../../src/jobs/backfills/backfills.service.ts';
import { JobChangesRepository } from '../../../src/jobs/job-changes.repository.ts';
import { RevisionsRepository } from '../../../src/jobs/revisions.repository.ts';
import { HeldBackRepository } from '../../../src/runs/held-back.repository.ts';
import { InterventionsRepository } from '../../../src/runs/interventions.repository.ts';
import { LedgerRepository } from '../../../src/runs/ledger.repository.ts';
import type { Run, RunKey } from '../../../src/runs/run.ts';
import type { RunsRepository } from '../../../src/runs/runs.repository.ts';
import { RunsService } from '../../../src/runs/runs.service.ts';
import type { Engine } from '../../support/engine.ts';

/** What people can ask for. */
export interface People {
  readonly engine: Engine;
  readonly runs: RunsService;
  readonly backfills: BackfillsService;
}

export function openPeople(pool: pg.Pool, engine: Engine): People {
  const { jobs, clock } = engine;
  const changes = new JobChangesRepository(
    new LedgerRepository(),
    new RevisionsRepository(),
    clock,
  );
  const interventions = new InterventionsRepository(pool, new HeldBackRepository());
  return {
    engine,
    runs: new RunsService(UNREAD, interventions, clock),
    backfills: new BackfillsService(jobs, new BackfillsRepository(pool, changes), clock),
  };
}

/** How a run looks after a request is no part of a race. */
const UNREAD = {
  find: async (_namespaceId: number, key: RunKey) => key as Run,
} as RunsRepository;
