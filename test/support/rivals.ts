import type pg from 'pg';
import { createPool } from '../../src/database/pool.ts';
import type { TestDatabase } from './database.ts';
import { type Engine, type EngineOptions, openEngine } from './engine.ts';

/** Engines on one database, each with connections of its own, as processes have them. */
export interface Rivals {
  readonly engines: Engine[];
  close(): Promise<void>;
}

/** @param disguise puts something between an engine and its connections. */
export function openRivals(
  database: TestDatabase,
  count: number,
  options: EngineOptions,
  disguise: (pool: pg.Pool) => pg.Pool = (pool) => pool,
): Rivals {
  const { url } = database;
  const pools = Array.from({ length: count }, () =>
    createPool({ url, size: 4, use: 'engine', onError: () => undefined }),
  );
  const engines = pools.map((pool) =>
    openEngine({ ...database, pool: disguise(pool) }, { ...options }),
  );
  return {
    engines,
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

/** Lets all of them plan at the same time until nothing is due any more. */
export async function planTogether(engines: Engine[]): Promise<void> {
  let planned: number[];
  do {
    planned = await Promise.all(engines.map(({ planner }) => planner.tick()));
  } while (planned.some((count) => count > 0));
}
