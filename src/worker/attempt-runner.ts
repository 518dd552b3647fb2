import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { INSTANCE } from '../common/instance.ts';
import { runId } from '../runs/run-id.ts';
import { JobFactory } from '../scheduler/jobs/job-factory.ts';
import type { Outcome } from '../scheduler/jobs/job-handler.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { Attempt } from './attempt.ts';
import type { ClaimedRun } from './judge-claims.ts';
import { complete, type Completion } from './completion.ts';
import { execute } from './execute.ts';
import { Finisher } from './finisher.ts';
import { InFlight } from './in-flight.ts';

/** The way of one attempt: start, handler, outcome, ledger. */
@Injectable()
export class AttemptRunner {
  private readonly logger = new Logger(AttemptRunner.name);

  constructor(
    private readonly inFlight: InFlight,
    private readonly factory: JobFactory,
    private readonly finisher: Finisher,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /** Carries out a claimed run. Resolves when its end is stored, or when it is no longer ours. */
  async run(run: ClaimedRun): Promise<void> {
    const attempt = this.begin(run);
    try {
      const outcome = await execute(attempt, this.factory);
      attempt.ended = true;
      this.observe(attempt, outcome);
      if (isStillOurs(attempt)) await this.finisher.finish(this.completion(attempt, outcome));
    } finally {
      this.inFlight.remove(attempt);
    }
  }

  private completion(attempt: Attempt, outcome: Outcome): Completion {
    const finishedAt = this.clock.now();
    return complete(attempt, outcome, { finishedAt, worker: INSTANCE, random: Math.random() });
  }

  private begin(run: ClaimedRun): Attempt {
    const startedAt = this.clock.now();
    const deadline = new Date(startedAt.getTime() + run.timeoutMs);
    const attempt = new Attempt(run, startedAt, deadline);
    this.inFlight.add(attempt);
    this.metrics.attemptsTotal.inc({ type: run.type });
    if (run.trigger === 'schedule' && run.attempt === 1) {
      this.metrics.lateness.observe((startedAt.getTime() - run.scheduledFor.getTime()) / 1_000);
    }
    return attempt;
  }

  private observe({ run, startedAt, lines }: Attempt, outcome: Outcome): void {
    const durationMs = this.clock.now().getTime() - startedAt.getTime();
    this.metrics.duration.observe({ type: run.type }, durationMs / 1_000);
    const about = { runId: runId(run), jobId: run.jobId, job: run.jobName, attempt: run.attempt };
    for (const line of lines) this.logger.log({ message: line, ...about });
    if (outcome.kind !== 'succeeded') {
      this.logger.warn({
        message: `Attempt ended: ${outcome.kind}`,
        ...about,
        error: outcome.error,
      });
    }
  }
}

/** A timeout is an outcome like any other; the other ways to be ended leave the run to others. */
function isStillOurs({ abortReason }: Attempt): boolean {
  return abortReason === undefined || abortReason === 'timeout';
}
