import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { decodeCursor, encodeCursor, foreignCursor, type Page } from '../common/pages.ts';
import { POOL } from '../database/tokens.ts';
import type { ListJobsDto } from './dto/list-jobs.dto.ts';
import { JOB_COLUMNS } from './job-columns.ts';
import type { Job } from './job.ts';

export interface JobPage extends Page<Job> {
  /** All jobs that the filters let through, on whatever page. */
  total: number;
}

/** A field to sort by: never null, so that every job has its place, and equal for equal rows only with `id`. */
const SORT_KEYS = {
  id: { expression: 'id', type: 'integer' },
  name: { expression: 'name', type: 'text' },
  createdAt: { expression: 'created_at', type: 'timestamptz' },
  updatedAt: { expression: 'updated_at', type: 'timestamptz' },
  nextRun: { expression: `coalesce(next_run, 'infinity')`, type: 'timestamptz' },
  lastRun: { expression: `coalesce(last_run, '-infinity')`, type: 'timestamptz' },
} as const;

/** SQLSTATE class 22: a value that is none of its type. */
const DATA_EXCEPTION = /^22/;

/** Pages of jobs by keyset: a page costs the same at any depth. */
@Injectable()
export class JobListRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  async list(namespaceId: number, query: ListJobsDto): Promise<JobPage> {
    const filters = new Conditions(['deleted_at IS NULL']);
    filters.add('namespace_id = ?', namespaceId);
    if (query.name !== undefined) filters.add(`position(lower(?) in lower(name)) > 0`, query.name);
    if (query.type !== undefined) filters.add('type = ?', query.type);
    if (query.isActive !== undefined) filters.add('is_active = ?', query.isActive);
    for (const label of query.label ?? []) addLabel(filters, label);

    const [items, total] = await Promise.all([this.page(filters, query), this.count(filters)]);
    return { ...items, total };
  }

  private async page(
    filters: Conditions,
    { sort, limit, cursor }: ListJobsDto,
  ): Promise<Page<Job>> {
    const field = sort.replace('-', '') as keyof typeof SORT_KEYS;
    const { expression, type } = SORT_KEYS[field];
    const [direction, beyond] = sort.startsWith('-') ? ['DESC', '<'] : ['ASC', '>'];
    const conditions = filters.copy();
    if (cursor !== undefined) {
      const position = decodeCursor(cursor, sort, 2);
      conditions.add(
        `(${expression}, id) ${beyond} (?::text::${type}, ?::text::integer)`,
        ...position,
      );
    }

    const { rows } = await this.pool
      .query<Job & { position: string }>(
        `SELECT ${JOB_COLUMNS}, (${expression})::text AS position
           FROM jobs
          WHERE ${conditions.text}
          ORDER BY ${expression} ${direction}, id ${direction}
          LIMIT ${limit + 1}`,
        conditions.values,
      )
      .catch((error: unknown) => throwForeignCursor(error, cursor));
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const more = rows.length > limit && last !== undefined;
    return {
      items,
      nextCursor: more ? encodeCursor(sort, [last.position, String(last.id)]) : null,
    };
  }

  private async count(filters: Conditions): Promise<number> {
    const { rows } = await this.pool.query<{ total: number }>(
      `SELECT count(*)::integer AS total FROM jobs WHERE ${filters.text}`,
      filters.values,
    );
    return rows[0]?.total ?? 0;
  }
}

/** Only the cursor reaches the database unchecked: what it holds may be no value of the sort. */
function throwForeignCursor(error: unknown, cursor: string | undefined): never {
  const isData = error instanceof pg.DatabaseError && DATA_EXCEPTION.test(error.code ?? '');
  throw isData && cursor !== undefined ? foreignCursor() : error;
}

function addLabel(filters: Conditions, label: string): void {
  const [name, value] = label.split(/=(.*)/s);
  if (value === undefined) filters.add('jsonb_exists(labels, ?)', name);
  else filters.add('labels @> jsonb_build_object(?::text, ?::text)', name, value);
}

/** Conditions joined by AND, whose `?` become numbered parameters. */
class Conditions {
  readonly values: unknown[] = [];

  constructor(private readonly parts: string[]) {}

  get text(): string {
    return this.parts.join(' AND ');
  }

  add(condition: string, ...parameters: unknown[]): void {
    const numbered = condition.replace(/\?/g, () => {
      this.values.push(parameters.shift());
      return `$${this.values.length}`;
    });
    this.parts.push(numbered);
  }

  copy(): Conditions {
    const copy = new Conditions([...this.parts]);
    copy.values.push(...this.values);
    return copy;
  }
}
