import type pg from 'pg';
import { cpuMs } from './cpu.ts';

/** CPU time in milliseconds that each session has used so far, by its process. */
export type SessionTimes = ReadonlyMap<number, number>;

/** The sessions of the service on this database; NaN when the server is on another machine. */
export async function sessionTimes(pool: pg.Pool): Promise<SessionTimes> {
  const { rows } = await pool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'job-scheduler%'`,
  );
  return new Map(
    await Promise.all(rows.map(async ({ pid }) => [pid, await cpuMs(pid)] as [number, number])),
  );
}

/** What they have used in between. An idle pool closes sessions: what those used last is lost. */
export function usedBetween(before: SessionTimes, after: SessionTimes): number {
  return [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);
}
