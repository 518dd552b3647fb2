import { ApiProperty } from '@nestjs/swagger';
import { runId } from '../run-id.ts';
import { RUN_STATUSES, type RunStatus } from '../run-state.ts';
import { type Attempt, type Run, RUN_TRIGGERS, type RunCause, type RunTrigger } from '../run.ts';

const INSTANT = { type: String, format: 'date-time' } as const;
const NULLABLE_INSTANT = { ...INSTANT, nullable: true } as const;
const NULLABLE_INTEGER = { type: 'integer', nullable: true } as const;
const NULLABLE_TEXT = { type: String, nullable: true } as const;

/** One try of a run. */
export class AttemptDto {
  @ApiProperty({ type: 'integer' })
  attempt: number;

  @ApiProperty(INSTANT)
  startedAt: string;

  @ApiProperty(NULLABLE_INSTANT)
  finishedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['succeeded', 'failed', 'retry', 'lost', 'handed-back', 'cancelled'],
    description: 'How it ended; null while it goes on.',
  })
  outcome: Attempt['outcome'] | null;

  @ApiProperty(NULLABLE_TEXT)
  error: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The instance that carried it out.' })
  worker: string | null;
}

/** The run whose end has started another one. */
export class CauseDto implements Omit<RunCause, 'depth'> {
  @ApiProperty({ example: '41-1764061200000' })
  runId: string;

  @ApiProperty({ type: 'integer' })
  jobId: number;

  @ApiProperty({ enum: RUN_STATUSES })
  status: RunStatus;

  @ApiProperty({ type: Object, nullable: true, description: 'What its handler answered.' })
  result: unknown;
}

/** A row of the ledger as the API shows it. */
export class RunDto {
  @ApiProperty({ example: '42-1764061200000' })
  id: string;

  @ApiProperty({ type: 'integer' })
  jobId: number;

  @ApiProperty({ ...NULLABLE_INTEGER, description: 'Revision of the job that it ran with.' })
  jobRevision: number | null;

  @ApiProperty({ enum: RUN_STATUSES })
  status: RunStatus;

  @ApiProperty({ enum: RUN_TRIGGERS })
  trigger: RunTrigger;

  @ApiProperty({ ...NULLABLE_TEXT, description: 'Why it was skipped or cancelled.' })
  reason: string | null;

  @ApiProperty({
    type: CauseDto,
    nullable: true,
    description: 'The run whose end has started this one, if one has.',
  })
  cause: CauseDto | null;

  @ApiProperty({ ...INSTANT, description: 'When it is due.' })
  scheduledFor: Date;

  @ApiProperty({
    ...INSTANT,
    description:
      'The instant that the schedule names: another one where the run was spread or moved.',
  })
  nominalFor: Date;

  @ApiProperty(NULLABLE_INSTANT)
  queuedAt: Date | null;

  @ApiProperty(NULLABLE_INSTANT)
  startedAt: Date | null;

  @ApiProperty(NULLABLE_INSTANT)
  finishedAt: Date | null;

  @ApiProperty({
    ...NULLABLE_INTEGER,
    description: 'Start of the first attempt minus scheduledFor.',
  })
  latenessMs: number | null;

  @ApiProperty({ ...NULLABLE_INTEGER, description: 'Length of the latest attempt.' })
  durationMs: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Number of the latest attempt; 0 before the first.',
  })
  attempt: number;

  @ApiProperty({ type: [AttemptDto] })
  attempts: AttemptDto[];

  @ApiProperty(NULLABLE_TEXT)
  error: string | null;

  @ApiProperty({ type: Object, nullable: true, description: 'What the handler answered.' })
  result: unknown;

  @ApiProperty({ type: [String] })
  log: string[];

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'First of the instants that this row covers.' })
  rangeFrom: Date | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'Last of the instants that this row covers.' })
  rangeTo: Date | null;

  @ApiProperty({ ...NULLABLE_INTEGER, description: 'How many instants this row covers.' })
  count: number | null;

  static from(run: Run): RunDto {
    const attempts = attemptsOf(run);
    return {
      id: runId(run),
      jobId: run.jobId,
      jobRevision: run.revision,
      status: run.status,
      trigger: run.trigger,
      reason: run.reason,
      cause: run.cause && causeOf(run.cause),
      scheduledFor: run.scheduledFor,
      nominalFor: run.nominalFor ?? run.scheduledFor,
      queuedAt: run.queuedAt,
      startedAt: run.startedAt,
      finishedAt: run.finishedAt,
      latenessMs: millisecondsBetween(run.scheduledFor, attempts[0]?.startedAt),
      durationMs: millisecondsBetween(attempts.at(-1)?.startedAt, attempts.at(-1)?.finishedAt),
      attempt: run.attempt,
      attempts,
      error: run.error,
      result: run.result,
      log: run.log,
      rangeFrom: run.rangeFrom,
      rangeTo: run.rangeTo,
      count: run.rangeCount,
    };
  }
}

function causeOf({ runId, jobId, status, result }: RunCause): CauseDto {
  return { runId, jobId, status, result };
}

/** The attempts that are over, and the latest one, which is kept in the row itself. */
function attemptsOf(run: Run): AttemptDto[] {
  const isKept = run.attempts.some(({ attempt }) => attempt === run.attempt);
  if (isKept || !run.startedAt) return run.attempts;

  const outcome = (['succeeded', 'failed', 'cancelled', 'lost'] as const).find(
    (verdict) => verdict === run.status,
  );
  const latest: AttemptDto = {
    attempt: run.attempt,
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    outcome: outcome ?? null,
    error: run.error,
    worker: run.worker,
  };
  return [...run.attempts, latest];
}

type Instant = Date | string | null | undefined;

function millisecondsBetween(from: Instant, to: Instant): number | null {
  return from && to ? new Date(to).getTime() - new Date(from).getTime() : null;
}
