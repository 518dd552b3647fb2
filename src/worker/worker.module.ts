import { Module } from '@nestjs/common';
import { JobStateModule } from '../jobs/job-state.module.ts';
import { HandlersModule } from '../scheduler/jobs/handlers.module.ts';
import { AttemptRunner } from './attempt-runner.ts';
import { ClaimsRepository } from './claims.repository.ts';
import { CompletionsRepository } from './completions.repository.ts';
import { Finisher } from './finisher.ts';
import { InFlight } from './in-flight.ts';
import { LateClaimsRepository } from './late-claims.repository.ts';
import { Leases } from './leases.ts';
import { SignsOfLife } from './stand-in/signs-of-life.ts';
import { Worker } from './worker.ts';

/** The role `worker`: carries out what is due. */
@Module({
  imports: [HandlersModule, JobStateModule],
  providers: [
    AttemptRunner,
    ClaimsRepository,
    CompletionsRepository,
    Finisher,
    InFlight,
    LateClaimsRepository,
    Leases,
    SignsOfLife,
    Worker,
  ],
  exports: [Worker, Leases, InFlight],
})
export class WorkerModule {}
