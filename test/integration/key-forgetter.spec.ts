import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { KeyForgetter } from '../../src/scheduler/key-forgetter.ts';
import { KeyForgetterRepository } from '../../src/scheduler/key-forgetter.repository.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const DAY_MS = 86_400_000;

describe('the key forgetter', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let forgetter: KeyForgetter;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock('2026-11-24T09:00:00Z');
    forgetter = new KeyForgetter(new KeyForgetterRepository(database.pool), clock);
  });
  afterEach(() => database.drop());

  /** Keys that are made now. */
  async function insertKeys(...keys: string[]): Promise<void> {
    await database.query(
      `INSERT INTO idempotency_keys (namespace_id, key, fingerprint, created_at)
       SELECT 1, key, '', $2 FROM unnest($1::text[]) AS key`,
      [keys, clock.now()],
    );
  }

  async function remaining(): Promise<string[]> {
    const rows = await database.query<{ key: string }>(
      'SELECT key FROM idempotency_keys ORDER BY key',
    );
    return rows.map(({ key }) => key);
  }

  it('forgets a key a day after its request, and not a moment before', async () => {
    await insertKeys('a');

    clock.advance(DAY_MS - 1);
    expect(await forgetter.tick()).toBe(0);
    clock.advance(1);
    expect(await forgetter.tick()).toBe(1);

    expect(await remaining()).toEqual([]);
  });

  it('leaves younger ones alone', async () => {
    await insertKeys('a', 'b');
    clock.advance(DAY_MS / 2);
    await insertKeys('c');
    clock.advance(DAY_MS / 2);

    await forgetter.tick();

    expect(await remaining()).toEqual(['c']);
  });

  it('takes a bounded number at a time, the oldest first', async () => {
    await insertKeys('old');
    clock.advance(1);
    await insertKeys(...Array.from({ length: 1_500 }, (_, index) => `key ${index}`));
    clock.advance(DAY_MS);

    const first = await forgetter.tick();
    expect(await remaining()).not.toContain('old');
    const rest = [await forgetter.tick(), await forgetter.tick()];

    expect([first, ...rest]).toEqual([1_000, 501, 0]);
  });

  it('shares the work with others instead of waiting for them', async () => {
    await insertKeys('a', 'b');
    clock.advance(DAY_MS);

    await inTransaction(database.pool, async (transaction) => {
      await transaction.query(`SELECT FROM idempotency_keys WHERE key = 'a' FOR UPDATE`);
      expect(await forgetter.tick()).toBe(1);
    });

    expect(await remaining()).toEqual(['a']);
  });
});
