import { Module } from '@nestjs/common';
import { CalendarJobsRepository } from './calendar-jobs.repository.ts';
import { CalendarListRepository } from './calendar-list.repository.ts';
import { CalendarsController } from './calendars.controller.ts';
import { CalendarsRepository } from './calendars.repository.ts';
import { CalendarsService } from './calendars.service.ts';

@Module({
  controllers: [CalendarsController],
  providers: [
    CalendarsService,
    CalendarsRepository,
    CalendarListRepository,
    CalendarJobsRepository,
  ],
  exports: [CalendarsRepository],
})
export class CalendarsModule {}
