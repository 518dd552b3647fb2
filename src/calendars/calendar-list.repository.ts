import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { decodeCursor, encodeCursor, foreignCursor, type Page } from '../common/pages.ts';
import type { PageQueryDto } from '../common/page-query.dto.ts';
import { POOL } from '../database/tokens.ts';
import { CALENDAR_COLUMNS } from './calendar-columns.ts';
import { NAME_FORM } from './dto/create-calendar.dto.ts';
import type { NamedCalendar } from './named-calendar.ts';

export interface CalendarPage extends Page<NamedCalendar> {
  /** Calendars on all pages. */
  total: number;
}

const SORT = 'name';
/** Before all names, since none is empty. */
const BEGINNING = '';

/** Pages of calendars, by keyset. */
@Injectable()
export class CalendarListRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  async list(namespaceId: number, { limit, cursor }: PageQueryDto): Promise<CalendarPage> {
    const after = cursor === undefined ? BEGINNING : nameIn(cursor);
    const [rows, total] = await Promise.all([
      this.after(namespaceId, after, limit + 1),
      this.count(namespaceId),
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const nextCursor = rows.length > limit && last ? encodeCursor(SORT, [last.name]) : null;
    return { items, nextCursor, total };
  }

  private async after(namespaceId: number, name: string, limit: number): Promise<NamedCalendar[]> {
    // Served by calendars_pkey.
    const { rows } = await this.pool.query<NamedCalendar>({
      name: 'calendars.list',
      text: `SELECT ${CALENDAR_COLUMNS}
               FROM calendars
              WHERE namespace_id = $1 AND name > $2
              ORDER BY name
              LIMIT $3`,
      values: [namespaceId, name, limit],
    });
    return rows;
  }

  private async count(namespaceId: number): Promise<number> {
    const { rows } = await this.pool.query<{ total: number }>({
      name: 'calendars.count',
      text: `SELECT count(*)::integer AS total FROM calendars WHERE namespace_id = $1`,
      values: [namespaceId],
    });
    return rows[0]?.total ?? 0;
  }
}

function nameIn(cursor: string): string {
  const [name = ''] = decodeCursor(cursor, SORT, 1);
  if (!NAME_FORM.test(name)) throw foreignCursor();
  return name;
}
