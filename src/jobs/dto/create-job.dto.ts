import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { NAME_FORM, NAME_MESSAGE } from '../../calendars/dto/create-calendar.dto.ts';
import { IsInstant } from '../../common/instant.ts';
import { CanBeLeftOut, IsJsonValue, IsNested, IsPlainText } from '../../common/validation.ts';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../../schedules/overlap.ts';
import { DEFAULT_TIMEOUT_MS } from '../retry-policy.ts';
import { DstDto } from './dst.dto.ts';
import { FollowingJobs } from './following-jobs.ts';
import { KEY_FORM, KEY_MESSAGE } from './key-form.ts';
import { IsLabels } from './labels.ts';
import { MissedDto } from './missed.dto.ts';
import { RetryDto } from './retry.dto.ts';

/** A job to register. Only `name` and `schedule` are required. */
export class CreateJobDto {
  @ApiProperty({ example: 'nightly report', minLength: 1, maxLength: 200 })
  @IsPlainText({ min: 1, max: 200 })
  name: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2_000 })
  @IsOptional()
  @IsPlainText({ max: 2_000 })
  description?: string | null;

  @ApiProperty({
    example: '0 9 * * 1-5',
    maxLength: 1_000,
    description:
      'Cron with 5 or 6 fields, a nickname such as `@hourly`, an interval such as `@every 90s`, one instant: `@at 2027-01-31T09:00:00Z`, or a rule of RFC 5545: `RRULE:FREQ=MONTHLY;BYDAY=-1FR`.',
  })
  @IsString({ message: 'must be text' })
  schedule: string;

  @ApiPropertyOptional({ default: true, description: '`false` is a pause.' })
  @CanBeLeftOut()
  @IsBoolean({ message: 'must be true or false' })
  isActive?: boolean;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Your own name for the job, unique among your jobs.',
  })
  @IsOptional()
  @Matches(KEY_FORM, { message: KEY_MESSAGE })
  key?: string | null;

  @ApiPropertyOptional({ default: 'log', description: 'What the job does.' })
  @CanBeLeftOut()
  @IsString({ message: 'must be text' })
  @MaxLength(100, { message: 'must have at most 100 characters' })
  type?: string;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    description: 'What the job type works on; checked when the job is saved.',
  })
  @CanBeLeftOut()
  @IsJsonValue()
  payload?: unknown;

  @ApiPropertyOptional({ default: 'UTC', example: 'Europe/Berlin', description: 'IANA time zone.' })
  @CanBeLeftOut()
  @IsString({ message: 'must be text' })
  timezone?: string;

  @ApiPropertyOptional({ type: DstDto })
  @CanBeLeftOut()
  @IsNested(() => DstDto)
  dst?: DstDto;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'No instant before this one; intervals and rules are counted from it.',
  })
  @IsOptional()
  @IsInstant()
  startAt?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'No instant after this one.',
  })
  @IsOptional()
  @IsInstant()
  endAt?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 1_000_000_000,
    description: 'The schedule has ended when so many of its occurrences were started.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  maxRuns?: number | null;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 86_400,
    default: 0,
    description:
      'Start up to so many seconds later than the schedule says: each job by a time of its own, always the same.',
  })
  @CanBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(86_400)
  spreadSeconds?: number;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'bank-holidays',
    description: 'Name of the calendar that says on which days occurrences run.',
  })
  @IsOptional()
  @Matches(NAME_FORM, { message: NAME_MESSAGE })
  calendar?: string | null;

  @ApiPropertyOptional({ type: MissedDto })
  @CanBeLeftOut()
  @IsNested(() => MissedDto)
  missed?: MissedDto;

  @ApiPropertyOptional({
    enum: OVERLAP_POLICIES,
    default: 'skip',
    description:
      'When an occurrence is due while a run of the job is active: skip it, run both, let one wait, or cancel the active one.',
  })
  @CanBeLeftOut()
  @IsIn(OVERLAP_POLICIES)
  overlap?: OverlapPolicy;

  @ApiPropertyOptional({ type: RetryDto })
  @CanBeLeftOut()
  @IsNested(() => RetryDto)
  retry?: RetryDto;

  @ApiPropertyOptional({
    minimum: 100,
    maximum: 3_600_000,
    default: DEFAULT_TIMEOUT_MS,
    description: 'Limit of one attempt, in milliseconds.',
  })
  @CanBeLeftOut()
  @IsInt()
  @Min(100)
  @Max(3_600_000)
  timeoutMs?: number;

  @ApiPropertyOptional({
    minimum: -100,
    maximum: 100,
    default: 0,
    description: 'Among runs that are due, those of the higher priority go first.',
  })
  @CanBeLeftOut()
  @IsInt()
  @Min(-100)
  @Max(100)
  priority?: number;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 1_000,
    description: 'Pause the job after so many failed runs in a row.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  autoPauseAfter?: number | null;

  @FollowingJobs('Jobs to start when a run has succeeded')
  onSuccess?: (number | string)[];

  @FollowingJobs('Jobs to start when a run has failed for good, or was lost')
  onFailure?: (number | string)[];

  @FollowingJobs('Jobs to start when a run has succeeded, failed for good, or was lost')
  onFinish?: (number | string)[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { team: 'billing' },
  })
  @CanBeLeftOut()
  @IsLabels()
  labels?: Record<string, string>;
}
