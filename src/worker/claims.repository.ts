import { Inject, Injectable, Logger } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { SCHEDULE_COLUMNS } from '../jobs/job-columns.ts';
import { JobEndingsRepository } from '../jobs/job-endings.repository.ts';
import { readableSchedule, type ScheduleFields } from '../jobs/job-schedule.ts';
import { HeldBackRepository } from '../runs/held-back.repository.ts';
import { LedgerRepository } from '../runs/ledger.repository.ts';
import { sourcesOf } from '../runs/run-state.ts';
import { isStart, type LivingRuns, startsLeft } from '../schedules/overlap.ts';
import { LIVING, LOCK_DUE, SETTLE, settlement } from './claim-statements.ts';
import {
  type Candidate,
  type ClaimedRun,
  isForPlanner,
  judgeByJob,
  type JudgedRun,
} from './judge-claims.ts';

export interface Claim {
  now: Date;
  leaseUntil: Date;
  limit: number;
  worker: string;
}

/** What a claim has found: how many runs were due, those to carry out, and how many it skipped. */
export interface Claimed {
  due: number;
  runs: ClaimedRun[];
  skipped: number;
  /** Jobs of which a run was held back. */
  held: number[];
  /** Jobs that have had as many starts as they may have. */
  lastStarted: number[];
}

type JobsRuns = LivingRuns & { heldInAll: number };

const NOTHING: Omit<Claimed, 'due'> = { runs: [], skipped: 0, held: [], lastStarted: [] };

/** Takes runs that are due for one worker. */
@Injectable()
export class ClaimsRepository {
  private readonly logger = new Logger(ClaimsRepository.name);

  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly ledger: LedgerRepository,
    private readonly endings: JobEndingsRepository,
    private readonly heldBack: HeldBackRepository,
  ) {}

  /**
   * Claims up to `limit` due runs in one transaction. Runs are locked first and their jobs second,
   * against the order of everybody else; that cannot deadlock, since neither lock is waited for:
   * a run whose job is being edited is left for the next claim.
   */
  async claim(claim: Claim): Promise<Claimed> {
    return inTransaction(this.pool, (transaction) => this.claimIn(transaction, claim));
  }

  /**
   * Lets go on what has nothing left to wait for since a claim: what was active then may have ended
   * before anybody could know of those held back. Comes after the start of what was claimed, which
   * stands whatever becomes of this: where it fails, the rescuer does it later.
   */
  async release({ held, lastStarted }: Claimed, now: Date): Promise<void> {
    try {
      if (held.length > 0) await this.heldBack.releaseIdle(this.pool, now, held);
      if (lastStarted.length > 0) await this.heldBack.releaseAll(this.pool, lastStarted, now);
    } catch (error) {
      this.logger.warn({ message: 'Held back runs are not released yet', err: error });
    }
  }

  /** The next instant at which a waiting run wants to start. */
  async earliestWaiting(): Promise<Date | undefined> {
    // Served by runs_wake_at_idx; passes over the leases of running runs, which are few.
    const { rows } = await this.pool.query<{ wakeAt: Date }>({
      name: 'claims.earliest',
      text: `SELECT wake_at AS "wakeAt" FROM runs
              WHERE wake_at IS NOT NULL AND status = ANY($1::run_status[])
              ORDER BY wake_at
              LIMIT 1`,
      values: [sourcesOf('running')],
    });
    return rows[0]?.wakeAt;
  }

  private async claimIn(transaction: Transaction, claim: Claim): Promise<Claimed> {
    const due = await this.lockDue(transaction, claim);
    const decided = due.filter((run) => !isForPlanner(run, claim.now));
    if (decided.length === 0) return { ...NOTHING, due: due.length };

    const living = await this.livingRuns(transaction, decided, claim.now);
    const judged = judgeByJob(decided, living, claim.now);
    const settled = await this.withoutStubborn(transaction, judged, claim.now);
    const lastStarted = usedUp(settled);
    const ended = new Set([...lastStarted, ...(await this.endedSchedules(transaction, settled))]);
    const values = settlement(settled, living, claim);
    await transaction.query({ name: 'claims.settle', text: SETTLE, values });
    await this.endings.complete(transaction, [...ended], claim.now);
    return { ...resultOf(settled), due: due.length, lastStarted };
  }

  private async lockDue(transaction: Transaction, { now, limit }: Claim): Promise<Candidate[]> {
    const { rows } = await transaction.query<Candidate>({
      name: 'claims.lockDue',
      text: LOCK_DUE,
      values: [now, sourcesOf('running'), limit],
    });
    return rows;
  }

  /**
   * What else there is of the jobs whose runs are due. A statement of its own: it must see what
   * was committed before the locks of the first one were granted.
   */
  private async livingRuns(
    transaction: Transaction,
    due: readonly Candidate[],
    now: Date,
  ): Promise<Map<number, JobsRuns>> {
    const { rows } = await transaction.query<JobsRuns & { jobId: number }>({
      name: 'claims.living',
      text: LIVING,
      values: [[...new Set(due.map(({ jobId }) => jobId))], now],
    });
    return new Map(rows.map((row) => [row.jobId, row]));
  }

  /**
   * What is to be settled, once the runs that others replace are cancelled. Where one of them is
   * being ended at this moment, the run that replaces it is left for the next claim.
   */
  private async withoutStubborn(
    transaction: Transaction,
    judged: readonly JudgedRun[],
    now: Date,
  ): Promise<JudgedRun[]> {
    const settled = judged.filter(({ judgement }) => judgement !== 'wait');
    const replacing = settled.filter(({ judgement }) => judgement === 'replace');
    if (replacing.length === 0) return settled;

    const jobIds = replacing.map(({ run }) => run.jobId);
    const replaced = new Set(await this.ledger.cancelActive(transaction, jobIds, now));
    return settled.filter(
      ({ run, judgement }) => judgement !== 'replace' || replaced.has(run.jobId),
    );
  }

  /**
   * The jobs whose schedule has its last occurrence settled here. A missing next instant alone
   * does not say so: the job may have lost it, and then it is the reconciler's to repair.
   */
  private async endedSchedules(
    transaction: Transaction,
    settled: readonly JudgedRun[],
  ): Promise<number[]> {
    const last = new Map(
      settled
        .filter(({ run, judgement }) => run.ordinal === 0 && judgement !== 'hold')
        .filter(({ run }) => run.nextRun === null)
        .map(({ run }): [number, Date] => [run.jobId, run.scheduledFor])
        // Of several the latest counts; they come in the order of their turns.
        .sort(([, one], [, other]) => one.getTime() - other.getTime()),
    );
    if (last.size === 0) return [];
    const { rows } = await transaction.query<ScheduleFields & { id: number }>({
      name: 'claims.schedules',
      text: `SELECT id, ${SCHEDULE_COLUMNS} FROM jobs WHERE is_active AND id = ANY($1::integer[])`,
      values: [[...last.keys()]],
    });
    return rows
      .filter((job) => readableSchedule(job)?.next(last.get(job.id) as Date) === null)
      .map(({ id }) => id);
  }
}

/** The jobs that have had as many starts as they may have, the last of them here. */
function usedUp(settled: readonly JudgedRun[]): number[] {
  const left = new Map<number, number>();
  for (const { run, judgement } of settled) {
    if (!isStart(judgement) || run.ordinal > 0 || run.attempt > 1) continue;
    left.set(run.jobId, (left.get(run.jobId) ?? startsLeft(run)) - 1);
  }
  return [...left].filter(([, starts]) => starts <= 0).map(([jobId]) => jobId);
}

function resultOf(settled: readonly JudgedRun[]): Pick<Claimed, 'runs' | 'skipped' | 'held'> {
  const runs = settled.filter(({ judgement }) => isStart(judgement)).map(({ run }) => run);
  const held = settled.filter(({ judgement }) => judgement === 'hold').map(({ run }) => run);
  return {
    runs,
    skipped: settled.length - runs.length - held.length,
    held: [...new Set(held.map(({ jobId }) => jobId))],
  };
}
