import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsInstant } from '../../common/instant.ts';
import { CanBeLeftOut } from '../../common/validation.ts';
import { type ScheduleWarning, WARNING_CODES } from '../../schedules/warnings.ts';
import { CreateJobDto } from './create-job.dto.ts';

export const MAX_PREVIEW = 1_000;
export const DEFAULT_PREVIEW = 10;

/** A schedule to look at before it is saved. */
export class PreviewDto extends PickType(CreateJobDto, [
  'key',
  'schedule',
  'timezone',
  'dst',
  'startAt',
  'endAt',
]) {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Where to begin; now, when left out.',
  })
  @IsOptional()
  @IsInstant()
  from?: string | null;

  @ApiPropertyOptional({ minimum: 1, maximum: MAX_PREVIEW, default: DEFAULT_PREVIEW })
  @CanBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MAX_PREVIEW)
  count?: number;
}

/** Something about a valid schedule that its owner may not expect. */
export class WarningDto implements ScheduleWarning {
  @ApiProperty({ enum: WARNING_CODES })
  code: ScheduleWarning['code'];

  @ApiProperty()
  message: string;
}

/** What a schedule means. */
export class PreviewResultDto {
  @ApiProperty({ enum: ['cron', 'interval', 'once', 'rrule'] })
  kind: string;

  @ApiProperty({ example: 'At 09:00, Monday through Friday (UTC)' })
  text: string;

  @ApiProperty({ type: [String], format: 'date-time' })
  next: Date[];

  @ApiProperty({ type: [WarningDto] })
  warnings: ScheduleWarning[];

  @ApiProperty({ example: '2026f', description: 'Version of the time zone data.' })
  zoneData: string;
}
