import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { PageQueryDto } from '../../common/page-query.dto.ts';
import { decodeCursor, encodeCursor, foreignCursor, type Page } from '../../common/pages.ts';
import { POOL } from '../../database/tokens.ts';
import type { StoredRevision } from '../revision.ts';

type Fields = Record<string, unknown>;

/** A revision in a list: not the whole of it, only the fields that it has changed. */
export type ListedRevision = Omit<StoredRevision, 'definition'> & { from: Fields; to: Fields };

/** A revision, and the definition before it; null for the first one. */
export type FoundRevision = StoredRevision & { before: Fields | null };

const SORT = '-revision';
const MAX_REVISION = 2_147_483_647;
/** What changed fields may take up in one page; a single revision may take more. */
const MAX_PAGE_BYTES = 1024 * 1024;

/** The revisions of a job, to be read. Those of a deleted one stay. */
@Injectable()
export class RevisionListRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  /** A page of revisions, newest first. It is shorter where large fields have changed. */
  async list(
    namespaceId: number,
    jobId: number,
    { limit, cursor }: PageQueryDto,
  ): Promise<Page<ListedRevision>> {
    const before = cursor === undefined ? MAX_REVISION : revisionOf(cursor);
    const { rows } = await this.pool.query<ListedRevision & { isFirst: boolean }>(LIST, [
      jobId,
      namespaceId,
      before,
      limit,
      MAX_PAGE_BYTES,
    ]);
    const items = rows.map(({ isFirst: _, ...item }) => item);
    const last = rows.at(-1);
    const nextCursor = last && !last.isFirst ? encodeCursor(SORT, [String(last.revision)]) : null;
    return { items, nextCursor };
  }

  async find(
    namespaceId: number,
    jobId: number,
    revision: number,
  ): Promise<FoundRevision | undefined> {
    // Served by the primary key. Revisions of a job are numbered without gaps.
    const { rows } = await this.pool.query<FoundRevision>({
      name: 'revisions.find',
      text: `SELECT job_id AS "jobId", revision, action, actor, at, definition,
                    (SELECT definition FROM job_revisions
                      WHERE job_id = $2 AND namespace_id = $1 AND revision = $3::integer - 1)
                      AS before
               FROM job_revisions
              WHERE job_id = $2 AND namespace_id = $1 AND revision = $3`,
      values: [namespaceId, jobId, revision],
    });
    return rows[0];
  }

  /** Whether there is, or ever was, such a job. */
  async knowsJob(namespaceId: number, jobId: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'SELECT FROM jobs WHERE id = $2 AND namespace_id = $1',
      [namespaceId, jobId],
    );
    return rowCount === 1;
  }
}

/**
 * Compares each revision with the one before here, so that of a large definition only what has
 * changed is sent. Served by the primary key, read backwards; the window reads one row more than
 * the limit, whose definition is what the last row is compared with.
 */
const LIST = `
  SELECT job_id AS "jobId", revision, action, actor, at, "isFirst",
         coalesce("from", '{}') AS "from", coalesce("to", '{}') AS "to"
    FROM (SELECT paired.*, changed."from", changed."to",
                 sum(changed.bytes) OVER (ORDER BY revision DESC) - changed.bytes AS bytes_before
            FROM (SELECT *, lead(definition) OVER newest_first AS older,
                         lead(revision) OVER newest_first IS NULL AS "isFirst"
                    FROM job_revisions
                   WHERE job_id = $1 AND namespace_id = $2 AND revision < $3
                  WINDOW newest_first AS (ORDER BY revision DESC)
                   ORDER BY revision DESC
                   LIMIT $4) AS paired
           CROSS JOIN LATERAL (
             SELECT jsonb_object_agg(name, was.value) FILTER (WHERE was.value IS NOT NULL) AS "from",
                    jsonb_object_agg(name, becomes.value) FILTER (WHERE becomes.value IS NOT NULL) AS "to",
                    coalesce(sum(coalesce(pg_column_size(was.value), 0)
                                 + coalesce(pg_column_size(becomes.value), 0)), 0) AS bytes
               FROM jsonb_each(older) AS was (name, value)
               FULL JOIN jsonb_each(definition) AS becomes (name, value) USING (name)
              WHERE older IS NOT NULL AND was.value IS DISTINCT FROM becomes.value) AS changed
         ) AS page
   WHERE bytes_before < $5
   ORDER BY revision DESC`;

function revisionOf(cursor: string): number {
  const [text = ''] = decodeCursor(cursor, SORT, 1);
  const revision = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (revision <= MAX_REVISION) return revision;
  throw foreignCursor();
}
