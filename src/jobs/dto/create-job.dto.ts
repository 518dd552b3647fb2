import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsInstant } from '../../common/instant.ts';
import { CanBeLeftOut, IsJsonValue, IsNested, IsPlainText } from '../../common/validation.ts';
import { DEFAULT_TIMEOUT_MS } from '../retry-policy.ts';
import { DstDto } from './dst.dto.ts';
import { IsLabels } from './labels.ts';
import { RetryDto } from './retry.dto.ts';

export const KEY_FORM = /^[A-Za-z0-9._:-]{1,200}$/;
export const KEY_MESSAGE = 'must be 1 to 200 letters, digits, dots, colons, dashes or underscores';

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
      'Cron with 5 or 6 fields, a nickname such as `@hourly`, an interval such as `@every 90s`, or one instant: `@at 2027-01-31T09:00:00Z`.',
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
    description: 'No instant before this one; intervals are counted from it.',
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
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { team: 'billing' },
  })
  @CanBeLeftOut()
  @IsLabels()
  labels?: Record<string, string>;
}
