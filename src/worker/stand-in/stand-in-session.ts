import type pg from 'pg';
import { connectionOptions, startOptions } from '../../database/pool.ts';
import { paceOf } from './watch.ts';

/** Nothing but look-ups by an index, as in every session of the engine (decision 9). */
const PLANNING = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};

/** How a stand-in connects: its statements have a share of the lease, and no longer. */
export function standInSession(url: string, leaseMs: number): pg.ClientConfig {
  const { limitMs } = paceOf(leaseMs);
  return {
    ...connectionOptions(url),
    // For a connection that has gone silent, where the server's own limit is of no use.
    query_timeout: limitMs,
    options: startOptions({ statement_timeout: Math.round(limitMs), ...PLANNING }),
  };
}
