import { ApiProperty } from '@nestjs/swagger';
import { DEFAULT_DST } from '../../schedules/dst-policy.ts';
import { describeSchedule } from '../../schedules/describe.ts';
import { DEFAULT_MISSED } from '../../schedules/missed.ts';
import { OVERLAP_POLICIES } from '../../schedules/overlap.ts';
import { readableSchedule, upcomingOf } from '../job-schedule.ts';
import type { Job } from '../job.ts';
import { DEFAULT_RETRY } from '../retry-policy.ts';
import { DstDto } from './dst.dto.ts';
import { MissedDto } from './missed.dto.ts';
import { RetryDto } from './retry.dto.ts';

const UPCOMING_COUNT = 5;
const INSTANT = { type: String, format: 'date-time' } as const;
const NULLABLE_INSTANT = { ...INSTANT, nullable: true } as const;

/** A job as the API shows it: the fields listed here, and no others. */
export class JobDto {
  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ type: String, nullable: true })
  key: string | null;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ example: 'log' })
  type: string;

  @ApiProperty({ type: Object, nullable: true })
  payload: unknown;

  @ApiProperty({ example: '0 9 * * 1-5' })
  schedule: string;

  @ApiProperty({ description: 'The schedule in words.' })
  scheduleText: string;

  @ApiProperty({ example: 'UTC' })
  timezone: string;

  @ApiProperty({ type: DstDto })
  dst: Job['dst'];

  @ApiProperty(NULLABLE_INSTANT)
  startAt: Date | null;

  @ApiProperty(NULLABLE_INSTANT)
  endAt: Date | null;

  @ApiProperty({ type: 'integer', nullable: true })
  maxRuns: number | null;

  @ApiProperty({ type: 'integer' })
  spreadSeconds: number;

  @ApiProperty({ type: String, nullable: true })
  calendar: string | null;

  @ApiProperty({ type: MissedDto })
  missed: Job['missed'];

  @ApiProperty({ enum: OVERLAP_POLICIES })
  overlap: Job['overlap'];

  @ApiProperty({ type: RetryDto })
  retry: Job['retry'];

  @ApiProperty({ type: 'integer' })
  timeoutMs: number;

  @ApiProperty({ type: 'integer' })
  priority: number;

  @ApiProperty({ type: 'integer', nullable: true })
  autoPauseAfter: number | null;

  @ApiProperty({ type: [Number], description: 'Jobs to start when a run has succeeded.' })
  onSuccess: number[];

  @ApiProperty({ type: [Number], description: 'Jobs to start when a run has failed.' })
  onFailure: number[];

  @ApiProperty({ type: [Number], description: 'Jobs to start when a run has ended.' })
  onFinish: number[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  labels: Record<string, string>;

  @ApiProperty({ description: 'Whether the schedule runs; `false` when paused or completed.' })
  isActive: boolean;

  @ApiProperty({ type: String, nullable: true })
  pausedReason: string | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'When the pause ends by itself.' })
  pausedUntil: Date | null;

  @ApiProperty({ type: 'integer', description: 'Occurrences started so far, against `maxRuns`.' })
  runCount: number;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'Start of the latest run.' })
  lastRun: Date | null;

  @ApiProperty({ ...NULLABLE_INSTANT, description: 'The next start.' })
  nextRun: Date | null;

  @ApiProperty({
    type: [String],
    format: 'date-time',
    required: false,
    description: 'The next five instants; not in lists.',
  })
  upcoming?: Date[];

  @ApiProperty({ type: 'integer', description: 'Counts the changes; the `ETag` holds it.' })
  revision: number;

  @ApiProperty(INSTANT)
  createdAt: Date;

  @ApiProperty(INSTANT)
  updatedAt: Date;

  /** For lists: without the upcoming instants. */
  static listed(job: Job, now: Date): JobDto {
    return {
      id: job.id,
      key: job.key,
      name: job.name,
      description: job.description,
      type: job.type,
      payload: job.payload,
      schedule: job.schedule,
      scheduleText: describeSchedule(job.schedule, job.timezone, job.seed),
      timezone: job.timezone,
      dst: { ...DEFAULT_DST, ...job.dst },
      startAt: job.startAt,
      endAt: job.endAt,
      maxRuns: job.maxRuns,
      spreadSeconds: job.spreadSeconds,
      calendar: job.calendar,
      missed: { ...DEFAULT_MISSED, ...job.missed },
      overlap: job.overlap,
      retry: { ...DEFAULT_RETRY, ...job.retry },
      timeoutMs: job.timeoutMs,
      priority: job.priority,
      autoPauseAfter: job.autoPauseAfter,
      onSuccess: job.onSuccess,
      onFailure: job.onFailure,
      onFinish: job.onFinish,
      labels: job.labels,
      isActive: job.isActive,
      pausedReason: job.pausedReason,
      pausedUntil: job.pausedUntil,
      runCount: job.runCount,
      lastRun: job.lastRun,
      nextRun: nextRunOf(job, now),
      revision: job.revision,
      createdAt: job.createdAt,
      updatedAt: job.updatedAt,
    };
  }

  static from(job: Job, now: Date): JobDto {
    return { ...JobDto.listed(job, now), upcoming: upcomingOf(job, now, UPCOMING_COUNT) };
  }
}

/**
 * The next instant that has not come yet. What is stored is the first one that is not planned,
 * which lies later by what has been planned ahead, and earlier when nobody has planned for a while.
 */
function nextRunOf(job: Job, now: Date): Date | null {
  if (!job.isActive) return null;
  if (job.nextRun && job.nextRun <= now) return job.nextRun;
  return readableSchedule(job)?.nextToRun(now) ?? null;
}
