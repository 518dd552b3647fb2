import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInstant } from '../../common/instant.ts';
import { CanBeLeftOut } from '../../common/validation.ts';
import { IsWholeNumber } from '../../common/whole-number.ts';
import { DEFAULT_PREVIEW, MAX_PREVIEW, WarningDto } from './preview.dto.ts';

/** How far to look ahead. */
export class UpcomingQueryDto {
  @ApiPropertyOptional({ minimum: 1, maximum: MAX_PREVIEW, default: DEFAULT_PREVIEW })
  @CanBeLeftOut()
  @IsWholeNumber({ min: 1, max: MAX_PREVIEW })
  count: number = DEFAULT_PREVIEW;

  @ApiPropertyOptional({ format: 'date-time', description: 'Where to begin; now, when left out.' })
  @CanBeLeftOut()
  @IsInstant()
  from?: string;
}

/** An instant to come: the one that the schedule names, and the one at which the run starts. */
export class UpcomingInstantDto {
  @ApiProperty({ type: String, format: 'date-time' })
  nominal: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  effective: Date;
}

/** The next instants of a job. */
export class UpcomingDto {
  @ApiProperty({ type: [UpcomingInstantDto] })
  upcoming: UpcomingInstantDto[];

  @ApiProperty({ type: [WarningDto] })
  warnings: WarningDto[];
}
