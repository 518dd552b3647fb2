import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInstant } from '../../common/instant.ts';
import { CanBeLeftOut } from '../../common/validation.ts';
import { IsWholeNumber } from '../../common/whole-number.ts';

const DEFAULT_MINUTES = 60;
const MAX_MINUTES = 1_440;

/** How far to look. */
export class ForecastQueryDto {
  @ApiPropertyOptional({ minimum: 1, maximum: MAX_MINUTES, default: DEFAULT_MINUTES })
  @CanBeLeftOut()
  @IsWholeNumber({ min: 1, max: MAX_MINUTES })
  minutes: number = DEFAULT_MINUTES;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Where to begin, cut to the minute; now, when left out.',
  })
  @CanBeLeftOut()
  @IsInstant()
  from?: string;
}

/** What starts in one minute. */
export class ForecastMinuteDto {
  @ApiProperty({ type: String, format: 'date-time' })
  at: Date;

  @ApiProperty({ type: 'integer' })
  total: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  byType: Record<string, number>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Of `http` jobs, by host of the target: the twenty busiest.',
  })
  byHost: Record<string, number>;
}

/** How many starts there will be, minute by minute. */
export class ForecastDto {
  @ApiProperty({ type: String, format: 'date-time' })
  from: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  to: Date;

  @ApiProperty({ type: 'integer' })
  total: number;

  @ApiProperty({ description: 'Whether there was too much to look at: then jobs are left out.' })
  truncated: boolean;

  @ApiProperty({ type: [ForecastMinuteDto], description: 'The minutes in which anything starts.' })
  minutes: ForecastMinuteDto[];
}
