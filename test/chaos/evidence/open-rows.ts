import type { TestDatabase } from '../../support/database.ts';

/** How many runs that were due by then have no verdict yet. */
export async function openRows(
  { query }: Pick<TestDatabase, 'query'>,
  until: number,
): Promise<number> {
  const rows = await query(
    `SELECT FROM runs
      WHERE scheduled_for <= $1 AND status IN ('planned', 'queued', 'running')`,
    [new Date(until)],
  );
  return rows.length;
}
