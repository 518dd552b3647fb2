import type pg from 'pg';
import { LedgerRepository } from '../../src/runs/ledger.repository.ts';
import { PlannerRepository } from '../../src/scheduler/planner.repository.ts';
import { quantile, rounded } from './statistics.ts';

const TIMES = 21;

interface Statement {
  text: string;
  values: unknown[];
}

interface Explained {
  'QUERY PLAN': [{ 'Execution Time': number }];
}

/** How long the server takes to find what is due, by its own measure: the middle of many. */
export async function dueQueryMs(pool: pg.Pool): Promise<number> {
  const { text, values } = await plannersStatement();
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const { rows } = await pool.query<Explained>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    times.push(rows[0]?.['QUERY PLAN'][0]['Execution Time'] ?? Number.NaN);
  }
  return rounded(quantile(times, 0.5));
}

/** The statement that the planner really sends, overheard from it: a copy would grow old. */
async function plannersStatement(): Promise<Statement> {
  const heard: Statement[] = [];
  const client = {
    query: async (statement: string | Statement) => {
      if (typeof statement !== 'string') heard.push(statement);
      return { rows: [] };
    },
    release: () => undefined,
  };
  const pool = { ...client, connect: async () => client } as unknown as pg.Pool;
  const now = new Date();
  const window = { now, horizon: now, outageBefore: now, limit: 500 };
  await new PlannerRepository(pool, new LedgerRepository()).planDue(window, () => null);
  const statement = heard.find(({ text }) => text.includes('SKIP LOCKED'));
  if (!statement) throw new Error('The planner has not asked for what is due');
  return statement;
}
