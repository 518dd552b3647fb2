import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../common/clock.ts';
import { POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { CALENDAR_COLUMNS } from './calendar-columns.ts';
import { definitionOf, hasSameRules } from './calendar-definition.ts';
import { CalendarInUseError } from './calendar-errors.ts';
import { CalendarJobsRepository } from './calendar-jobs.repository.ts';
import type { CalendarDefinition, NamedCalendar } from './named-calendar.ts';

export interface SavedCalendar {
  calendar: NamedCalendar;
  created: boolean;
}

/** What becomes of a calendar, or of a name that has none yet; throws to leave all as it is. */
export type Decision = (calendar: NamedCalendar | undefined) => CalendarDefinition;

const MAX_USERS_NAMED = 10;

/**
 * The calendars, one at a time. Locks are taken in the order calendar, jobs, runs; the time is
 * taken after the last one that may have to be waited for.
 */
@Injectable()
export class CalendarsRepository {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    private readonly jobs: CalendarJobsRepository,
    private readonly clock: Clock,
  ) {}

  async find(namespaceId: number, name: string): Promise<NamedCalendar | undefined> {
    const { rows } = await this.pool.query<NamedCalendar>({
      name: 'calendars.find',
      text: `SELECT ${CALENDAR_COLUMNS} FROM calendars WHERE namespace_id = $1 AND name = $2`,
      values: [namespaceId, name],
    });
    return rows[0];
  }

  /**
   * Creates a calendar, or changes it under its lock together with what its jobs have planned, in
   * one transaction: once the answer is out, no run that is still ahead goes by the old rules.
   */
  async save(namespaceId: number, name: string, decide: Decision): Promise<SavedCalendar> {
    return inTransaction(this.pool, async (transaction) => {
      for (;;) {
        const current = await this.lock(transaction, namespaceId, name);
        const definition = decide(current);
        if (current) {
          return { calendar: await this.change(transaction, current, definition), created: false };
        }
        const calendar = await this.insert(transaction, namespaceId, name, definition);
        if (calendar) return { calendar, created: true };
        // Somebody else has created it in between: then there is one to decide about.
      }
    });
  }

  /**
   * Deletes a calendar that no living job uses, and answers it as it was.
   * @param check sees the calendar under its lock; throws to leave it.
   */
  async delete(
    namespaceId: number,
    name: string,
    check: (calendar: NamedCalendar) => void,
  ): Promise<NamedCalendar | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const calendar = await this.lock(transaction, namespaceId, name);
      if (!calendar) return undefined;

      check(calendar);
      const { ids, count } = await this.jobs.users(transaction, calendar, MAX_USERS_NAMED);
      if (count > 0) throw new CalendarInUseError(name, ids, count);
      await this.jobs.forget(transaction, calendar);
      await transaction.query('DELETE FROM calendars WHERE namespace_id = $1 AND name = $2', [
        namespaceId,
        name,
      ]);
      return { ...calendar, jobs: 0 };
    });
  }

  private async lock(
    transaction: Transaction,
    namespaceId: number,
    name: string,
  ): Promise<NamedCalendar | undefined> {
    // No weaker lock would do: this one also waits for the foreign key's look at the row, so that
    // a job which is just being given this calendar is there to be seen by the next statement.
    const { rows } = await transaction.query<NamedCalendar>({
      name: 'calendars.lock',
      text: `SELECT ${CALENDAR_COLUMNS}
               FROM calendars
              WHERE namespace_id = $1 AND name = $2
                FOR UPDATE`,
      values: [namespaceId, name],
    });
    return rows[0];
  }

  private async insert(
    transaction: Transaction,
    namespaceId: number,
    name: string,
    definition: CalendarDefinition,
  ): Promise<NamedCalendar | undefined> {
    const { rows } = await transaction.query<NamedCalendar>({
      name: 'calendars.insert',
      text: `INSERT INTO calendars (namespace_id, name, created_at, updated_at, description, mode,
                                    dates, weekdays, ranges)
             VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (namespace_id, name) DO NOTHING
             RETURNING ${CALENDAR_COLUMNS}`,
      values: [namespaceId, name, await this.clock.read(), ...valuesOf(definition)],
    });
    return rows[0];
  }

  private async change(
    transaction: Transaction,
    current: NamedCalendar,
    definition: CalendarDefinition,
  ): Promise<NamedCalendar> {
    if (isDeepStrictEqual(definitionOf(current), definition)) return current;

    const isSameDays = hasSameRules(current, definition);
    const jobIds = isSameDays ? [] : await this.jobs.lock(transaction, current);
    const now = await this.clock.read();
    if (jobIds.length > 0) await this.jobs.planAgain(transaction, jobIds, now);
    const { rows } = await transaction.query<NamedCalendar>({
      name: 'calendars.change',
      text: `UPDATE calendars
                SET revision = revision + 1, updated_at = $3, description = $4, mode = $5,
                    dates = $6, weekdays = $7, ranges = $8
              WHERE namespace_id = $1 AND name = $2
             RETURNING ${CALENDAR_COLUMNS}`,
      values: [current.namespaceId, current.name, now, ...valuesOf(definition)],
    });
    return rows[0] as NamedCalendar;
  }
}

/** The driver would take a list for an array of PostgreSQL. */
function valuesOf({ description, mode, dates, weekdays, ranges }: CalendarDefinition): unknown[] {
  return [description, mode, ...[dates, weekdays, ranges].map((list) => JSON.stringify(list))];
}
