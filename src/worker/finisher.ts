import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { Clock } from '../common/clock.ts';
import { FailureRow } from '../common/failure-row.ts';
import { Waiter } from '../common/waiter.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { Batches } from './batches.ts';
import type { Completion } from './completion.ts';
import { CompletionsRepository } from './completions.repository.ts';
import { keyOf } from './held-key.ts';

/** Ends of attempts written in one statement. */
const BATCH = 500;
/** Verdicts that others follow, in one transaction: it locks all that may be started by them. */
const FOLLOWED_BATCH = 100;
const PAUSE_AFTER_FAILURE_MS = 250;
/** SQLSTATE classes 22 and 54: the data themselves cannot be stored, or not so many of them. */
const DATA_EXCEPTION = /^(22|54)/;

const UNSTORABLE = 'What the handler answered cannot be stored';

/**
 * Writes the ends of attempts in batches, one statement at a time. Verdicts that others follow go
 * their own way beside them, since they may have to wait for the locks of jobs. While the database
 * is away it keeps them and tries again; whoever waits for an end to be stored holds its place
 * meanwhile, so no more than the worker's places can pile up here.
 */
@Injectable()
export class Finisher {
  private readonly logger = new Logger(Finisher.name);
  private readonly failures = new FailureRow();
  private readonly plain = new Batches<Completion>(BATCH, (batch) => this.store(batch));
  private readonly followed = new Batches<Completion>(FOLLOWED_BATCH, (batch) => this.store(batch));

  constructor(
    private readonly repository: CompletionsRepository,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves once the end is in the ledger, or was refused because the run is no longer ours. */
  async finish(completion: Completion): Promise<void> {
    const batches = isFollowed(completion) ? this.followed : this.plain;
    return batches.add(completion);
  }

  private async store(completions: Completion[]): Promise<void> {
    for (;;) {
      try {
        return await this.storeOnce(completions);
      } catch (error) {
        if (isDataException(error)) return this.storeApart(completions, error);
        this.report(error);
        await new Waiter().wait(PAUSE_AFTER_FAILURE_MS);
      }
    }
  }

  private report(error: unknown): void {
    if (!this.failures.begins()) return;
    this.logger.error({ message: 'Ends of runs are not stored yet; trying again', err: error });
  }

  private async storeOnce(completions: Completion[]): Promise<void> {
    const now = this.clock.now();
    const stored = completions.some(isFollowed)
      ? await this.repository.finishAndFollow(completions, now)
      : await this.repository.finish(completions, now);
    const keys = new Set(stored.map(keyOf));
    for (const completion of completions) this.count(completion, keys.has(keyOf(completion)));
    await this.release(completions, now);
  }

  /** Lets go on what has waited for these ends; where that fails, the rescuer does it later. */
  private async release(completions: Completion[], now: Date): Promise<void> {
    const over = completions.filter(({ status }) => status !== 'queued');
    try {
      // Not each job once: every end makes room for one.
      await this.repository.release(
        over.map(({ jobId }) => jobId),
        now,
      );
    } catch (error) {
      this.logger.warn({ message: 'Held back runs are not released yet', err: error });
    }
  }

  /** One row that cannot be stored must not hold up the others: it is stored without its answer. */
  private async storeApart(completions: Completion[], error: unknown): Promise<void> {
    const [only, ...others] = completions;
    if (others.length > 0) {
      for (const completion of completions) await this.store([completion]);
    } else if (only && only.error !== UNSTORABLE) {
      this.logger.error({ message: 'A result cannot be stored', ...named(only), err: error });
      await this.store([withoutAnswer(only)]);
    } else {
      this.logger.error({ message: 'An end cannot be stored; the lease will end it', err: error });
    }
  }

  private count(completion: Completion, stored: boolean): void {
    if (!stored) {
      this.metrics.finishesRefused.inc();
      this.logger.warn({ message: 'The end of a run came too late', ...named(completion) });
    } else if (completion.status !== 'queued') {
      this.metrics.runsTotal.inc({ status: completion.status });
    }
  }
}

/** Whether others may follow: not while another attempt does. */
function isFollowed({ followUps, status }: Completion): boolean {
  return followUps && status !== 'queued';
}

function withoutAnswer(completion: Completion): Completion {
  const nothing = { result: null, log: null, wakeAt: null, past: null };
  return { ...completion, ...nothing, status: 'failed', error: UNSTORABLE };
}

function named({ jobId, scheduledFor, fence }: Completion): object {
  return { jobId, scheduledFor, fence };
}

function isDataException(error: unknown): boolean {
  return error instanceof pg.DatabaseError && DATA_EXCEPTION.test(error.code ?? '');
}
