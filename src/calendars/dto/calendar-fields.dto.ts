import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { CanBeLeftOut, IsPlainText } from '../../common/validation.ts';
import { type DateRange, type Weekday, WEEKDAYS } from '../../schedules/calendar.ts';
import { MAX_DATES, MAX_RANGES } from '../limits.ts';
import { IsDates, IsRanges, IsWeekdays } from './calendar-lists.ts';
import { DateRangeDto } from './date-range.dto.ts';

const MODES = ['exclude', 'only'] as const;

/** What a user may set of a calendar, all of which may be left out. */
export class CalendarFieldsDto {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2_000 })
  @IsOptional()
  @IsPlainText({ max: 2_000 })
  description?: string | null;

  @ApiPropertyOptional({
    enum: MODES,
    default: 'exclude',
    description: '`exclude`: jobs do not run on the listed days; `only`: they run on no others.',
  })
  @CanBeLeftOut()
  @IsIn(MODES)
  mode?: (typeof MODES)[number];

  @ApiPropertyOptional({
    type: [String],
    format: 'date',
    maxItems: MAX_DATES,
    example: ['2027-12-25'],
  })
  @CanBeLeftOut()
  @IsDates()
  dates?: string[];

  @ApiPropertyOptional({ enum: WEEKDAYS, isArray: true, example: ['SAT', 'SUN'] })
  @CanBeLeftOut()
  @IsWeekdays()
  weekdays?: Weekday[];

  @ApiPropertyOptional({ type: [DateRangeDto], maxItems: MAX_RANGES })
  @CanBeLeftOut()
  @IsRanges()
  ranges?: DateRange[];
}
