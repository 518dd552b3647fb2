import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { NoConnectionError } from '../../src/common/unavailable.ts';
import { Effect } from '../../src/database/effect.ts';
import { createPool, type PoolOptions } from '../../src/database/pool.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { PgProxy } from '../chaos/faults/pg-proxy.ts';
import { createEmptyDatabase, type EmptyDatabase } from '../support/empty-database.ts';
import { eventually } from '../support/eventually.ts';
import '../support/quiet.ts';

describe('connections of ours', () => {
  let database: EmptyDatabase;
  const pools: pg.Pool[] = [];

  beforeEach(async () => {
    database = await createEmptyDatabase();
    await database.query('CREATE TABLE notes (id integer PRIMARY KEY, text text)');
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await database.drop();
  });

  function open(options: Partial<PoolOptions> = {}): pg.Pool {
    const { url } = database;
    const all = { url, size: 2, use: 'engine' as const, onError: () => undefined, ...options };
    const pool = createPool(all);
    pools.push(pool);
    return pool;
  }

  async function notes(): Promise<unknown[]> {
    return database.query('SELECT id, text FROM notes ORDER BY id');
  }

  it('limit a transaction as a whole, where the server can', async () => {
    const pool = open();
    const { rows } = await pool.query<{ limit: string | null; canLimit: boolean }>(
      `SELECT current_setting('transaction_timeout', true) AS limit,
              current_setting('server_version_num')::integer >= 170000 AS "canLimit"`,
    );

    expect(rows[0]?.limit).toBe(rows[0]?.canLimit ? '15s' : null);
  });

  describe('for requests', () => {
    let pool: pg.Pool;

    beforeEach(() => {
      pool = open({ use: 'requests', size: 1 });
    });

    it('keep nobody waiting for long', async () => {
      const busy = await pool.connect();
      const from = performance.now();

      await expect(pool.query('SELECT 1')).rejects.toThrow(NoConnectionError);
      await expect(pool.connect()).rejects.toThrow('became free in time');

      // Twice a second, and not twice what a new connection may take.
      expect(performance.now() - from).toBeLessThan(3_500);
      busy.release();
      expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    it('are free again for others when somebody has given up waiting', async () => {
      const busy = await pool.connect();
      await expect(pool.connect()).rejects.toThrow(NoConnectionError);

      busy.release();

      await eventually(() => pool.idleCount === 1 && pool.waitingCount === 0);
    });

    it('are waited for by a bounded crowd', async () => {
      const busy = await pool.connect();
      const outcomes: string[] = [];
      const crowd = Array.from({ length: 2_001 }, (_, place) =>
        pool.query('SELECT 1').then(
          () => outcomes.push(`${place} served`),
          () => outcomes.push(`${place} sent away`),
        ),
      );

      await crowd[2_000];
      expect(outcomes).toEqual(['2000 sent away']);

      busy.release();
      await Promise.all(crowd);
      expect(outcomes).toHaveLength(2_001);
    });
  });

  it('are thrown away when an answer does not come, and nothing else is asked of them', async () => {
    const proxy = await PgProxy.to(database.url);
    const pool = open({ url: proxy.url });
    await pool.query('SELECT 1');
    const from = performance.now();

    const doomed = inTransaction(pool, async (transaction) => {
      proxy.apply({ silent: 'down' });
      await transaction.query(`INSERT INTO notes VALUES (1, 'lost')`);
    });

    await expect(doomed).rejects.toThrow('Query read timeout');
    // A ROLLBACK would have to wait as long again.
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(pool.totalCount).toBe(0);
    proxy.heal();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    proxy.hangUp();
    await proxy.close();
  });

  it('are thrown away when their server has become a standby', async () => {
    const pool = open();

    await expect(inTransaction(pool, raising('25006'))).rejects.toMatchObject({ code: '25006' });

    expect(pool.totalCount).toBe(0);
  });

  describe('whose transaction gives way to another one', () => {
    it('repeat it, with all that belongs to it', async () => {
      await database.query(`INSERT INTO notes VALUES (1, 'one'), (2, 'two')`);
      const pool = open();
      let marks = 0;
      const effect = new Effect(async () => void (marks += 1));
      let meet: () => void = () => undefined;
      const met = new Promise<void>((resolve) => (meet = resolve));
      let locked = 0;
      const lockBoth = async (transaction: pg.PoolClient, ids: readonly number[], text: string) => {
        for (const id of ids) {
          await transaction.query('UPDATE notes SET text = text || $2 WHERE id = $1', [id, text]);
          if ((locked += 1) === 2) meet();
          await met;
        }
      };

      await Promise.all([
        inTransaction(pool, (transaction) => lockBoth(transaction, [1, 2], ' a')),
        effect.run(() => inTransaction(pool, (transaction) => lockBoth(transaction, [2, 1], ' b'))),
      ]);

      expect(await notes()).toEqual([
        { id: 1, text: expect.stringMatching(/^one( a b| b a)$/) },
        { id: 2, text: expect.stringMatching(/^two( a b| b a)$/) },
      ]);
      expect(locked).toBeGreaterThan(4);
      expect(effect.isDone).toBe(true);
      expect(marks).toBeGreaterThanOrEqual(1);
    });

    it.each(['40001', '40P01'])('give up after some tries: %s', async (code) => {
      let tries = 0;
      const raise = raising(code);

      const doomed = inTransaction(open(), async (transaction) => {
        tries += 1;
        await transaction.query(`INSERT INTO notes VALUES (1, 'never')`);
        await raise(transaction);
      });

      await expect(doomed).rejects.toMatchObject({ code });
      expect(tries).toBe(3);
      expect(await notes()).toEqual([]);
    });

    it('repeat nothing else', async () => {
      let tries = 0;
      const doomed = inTransaction(open(), async () => {
        tries += 1;
        throw new Error('no further');
      });

      await expect(doomed).rejects.toThrow('no further');
      expect(tries).toBe(1);
    });
  });
});

function raising(code: string) {
  return async (transaction: pg.PoolClient): Promise<void> => {
    await transaction.query(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`);
  };
}
