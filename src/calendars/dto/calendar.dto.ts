import { ApiProperty } from '@nestjs/swagger';
import { type CalendarRules, type Weekday, WEEKDAYS } from '../../schedules/calendar.ts';
import type { NamedCalendar } from '../named-calendar.ts';
import { DateRangeDto } from './date-range.dto.ts';

const INSTANT = { type: String, format: 'date-time' } as const;

/** A calendar as the API shows it in lists: without its dates and ranges, of which there may be many. */
export class CalendarSummaryDto {
  @ApiProperty({ example: 'bank-holidays' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ enum: ['exclude', 'only'] })
  mode: CalendarRules['mode'];

  @ApiProperty({ enum: WEEKDAYS, isArray: true })
  weekdays: Weekday[];

  @ApiProperty({ type: 'integer', description: 'How many jobs use it.' })
  jobs: number;

  @ApiProperty({ type: 'integer', description: 'Counts the changes; the `ETag` holds it.' })
  revision: number;

  @ApiProperty(INSTANT)
  createdAt: Date;

  @ApiProperty(INSTANT)
  updatedAt: Date;

  static of(calendar: CalendarSummary): CalendarSummaryDto {
    return {
      name: calendar.name,
      description: calendar.description,
      mode: calendar.mode,
      weekdays: calendar.weekdays,
      jobs: calendar.jobs,
      revision: calendar.revision,
      createdAt: calendar.createdAt,
      updatedAt: calendar.updatedAt,
    };
  }
}

type CalendarSummary = Omit<NamedCalendar, 'dates' | 'ranges'>;

/** A calendar as the API shows it. */
export class CalendarDto extends CalendarSummaryDto {
  @ApiProperty({ type: [String], format: 'date', description: 'In order.' })
  dates: string[];

  @ApiProperty({ type: [DateRangeDto], description: 'In order; they may overlap.' })
  ranges: DateRangeDto[];

  static from(calendar: NamedCalendar): CalendarDto {
    const { dates, ranges } = calendar;
    return { ...CalendarSummaryDto.of(calendar), dates, ranges };
  }
}
