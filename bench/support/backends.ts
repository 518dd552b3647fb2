import type pg from 'pg';
import { cpuMs } from './cpu.ts';

/**
 * CPU time that the sessions of the service on this database have used so far, in milliseconds.
 * NaN when the server is on another machine.
 */
export async function backendCpuMs(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'job-scheduler%'`,
  );
  const times = await Promise.all(rows.map(({ pid }) => cpuMs(pid)));
  return times.reduce((sum, ms) => sum + ms, 0);
}
