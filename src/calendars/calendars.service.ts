import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { isMatch } from '../common/entity-tag.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import {
  type CalendarPatch,
  importedDefinition,
  newDefinition,
  patchedDefinition,
} from './calendar-definition.ts';
import {
  CalendarChangedError,
  CalendarExistsError,
  CalendarNotFoundError,
} from './calendar-errors.ts';
import { CalendarsRepository, type SavedCalendar } from './calendars.repository.ts';
import type { CreateCalendarDto } from './dto/create-calendar.dto.ts';
import type { ImportQueryDto } from './dto/import-query.dto.ts';
import { readDays, windowFrom } from './ical/read-days.ts';
import type { NamedCalendar } from './named-calendar.ts';

/** The rules of the resource: what a calendar may hold, and who may change what. */
@Injectable()
export class CalendarsService {
  constructor(
    private readonly calendars: CalendarsRepository,
    private readonly clock: Clock,
  ) {}

  async get(name: string): Promise<NamedCalendar> {
    return (await this.calendars.find(NAMESPACE, name)) ?? missing(name);
  }

  async create({ name, ...fields }: CreateCalendarDto): Promise<NamedCalendar> {
    const { calendar } = await this.calendars.save(NAMESPACE, name, (existing) => {
      if (existing) throw new CalendarExistsError(name);
      return newDefinition(fields);
    });
    return calendar;
  }

  /** Creates the calendar with this name, or makes the one that there is what the input says. */
  async put(name: string, input: CalendarPatch, ifMatch?: string): Promise<SavedCalendar> {
    return this.calendars.save(NAMESPACE, name, (existing) => {
      requireMatch(ifMatch, existing);
      return newDefinition(input);
    });
  }

  async update(name: string, patch: CalendarPatch, ifMatch?: string): Promise<NamedCalendar> {
    const { calendar } = await this.calendars.save(NAMESPACE, name, (existing) => {
      if (!existing) return missing(name);
      requireMatch(ifMatch, existing);
      return patchedDefinition(existing, patch);
    });
    return calendar;
  }

  async delete(name: string, ifMatch?: string): Promise<NamedCalendar> {
    const deleted = await this.calendars.delete(NAMESPACE, name, (calendar) =>
      requireMatch(ifMatch, calendar),
    );
    return deleted ?? missing(name);
  }

  /** Adds the days of an iCalendar file; creates the calendar where there is none. */
  async import(
    name: string,
    file: string,
    { years, replace }: ImportQueryDto,
  ): Promise<SavedCalendar> {
    const days = await readDays(file, windowFrom(this.clock.now(), years));
    return this.calendars.save(NAMESPACE, name, (existing) =>
      importedDefinition(existing, days, replace),
    );
  }
}

function requireMatch(ifMatch: string | undefined, calendar: NamedCalendar | undefined): void {
  const matches = calendar ? isMatch(ifMatch, calendar) : ifMatch === undefined;
  if (!matches) throw new CalendarChangedError(calendar?.revision ?? null);
}

function missing(name: string): never {
  throw new CalendarNotFoundError(name);
}
