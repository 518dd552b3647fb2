import { beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Effect, unmarkedEffect } from './effect.ts';
import { inEffect, inTransaction } from './transaction.ts';

/** What the database was told, in order. */
let told: string[];
let pool: pg.Pool;
let effect: Effect;

beforeEach(() => {
  told = [];
  const query = async (text: string) => void told.push(text);
  const connect = async () => ({ query, release: () => undefined });
  pool = { connect, query } as unknown as pg.Pool;
  effect = new Effect(async (transaction) => {
    await transaction.query('MARK');
  });
});

async function change(name: string): Promise<void> {
  await inTransaction(pool, (transaction) => transaction.query(name));
}

async function refusedChange(): Promise<void> {
  await inTransaction(pool, async () => {
    throw new Error('refused');
  });
}

describe('a transaction', () => {
  it('is nothing but itself where no effect is meant', async () => {
    await change('work');

    expect(told).toEqual(['BEGIN', 'work', 'COMMIT']);
  });

  it('carries the mark of the effect that it belongs to, before everything else', async () => {
    await effect.run(async () => {
      await Promise.resolve();
      await change('work');
    });

    expect(told).toEqual(['BEGIN', 'MARK', 'work', 'COMMIT']);
    expect(effect.isDone).toBe(true);
  });

  it('carries no second mark', async () => {
    await effect.run(async () => {
      await change('first');
      await change('second');
    });

    expect(told).toEqual(['BEGIN', 'MARK', 'first', 'COMMIT', 'BEGIN', 'second', 'COMMIT']);
  });

  it('leaves the mark to the next one when it is rolled back', async () => {
    await effect.run(async () => {
      await refusedChange().catch(() => undefined);
      expect(effect.isDone).toBe(false);
      await change('work');
    });

    expect(told).toEqual(['BEGIN', 'MARK', 'ROLLBACK', 'BEGIN', 'MARK', 'work', 'COMMIT']);
  });

  it('does nothing when the mark is refused', async () => {
    const second = new Effect(() => Promise.reject(new Error('has happened')));

    await expect(second.run(() => change('work'))).rejects.toThrow('has happened');

    expect(told).toEqual(['BEGIN', 'ROLLBACK']);
    expect(second.isDone).toBe(false);
  });

  it('is refused while another one of the same effect is open', async () => {
    const both = effect.run(() => Promise.all([change('one'), change('two')]));

    await expect(both).rejects.toThrow('Two transactions at a time');
  });
});

describe('a single statement', () => {
  it('needs no transaction where no effect is meant', async () => {
    await inEffect(pool, (connection) => connection.query('statement'));

    expect(told).toEqual(['statement']);
  });

  it('has one to carry the mark in, once', async () => {
    await effect.run(async () => {
      await inEffect(pool, (connection) => connection.query('first'));
      await inEffect(pool, (connection) => connection.query('second'));
    });

    expect(told).toEqual(['BEGIN', 'MARK', 'first', 'COMMIT', 'second']);
  });
});

describe('an effect', () => {
  it('that changes nothing is not marked', async () => {
    expect(await effect.run(async () => 'answer')).toBe('answer');

    expect([told, effect.isDone]).toEqual([[], false]);
  });

  it('is none of the business of what runs beside it', async () => {
    let end: () => void = () => undefined;
    const open = effect.run(() => new Promise<void>((resolve) => (end = resolve)));

    await change('beside');
    end();
    await open;

    expect(told).toEqual(['BEGIN', 'beside', 'COMMIT']);
  });

  it('is known to its own work while others come and go', async () => {
    const other = new Effect(async (transaction) => {
      await transaction.query('OTHER');
    });

    await effect.run(async () => {
      await other.run(() => change('inner'));
      expect(unmarkedEffect()).toBe(effect);
    });

    expect(told).toEqual(['BEGIN', 'OTHER', 'inner', 'COMMIT']);
    expect(unmarkedEffect()).toBeUndefined();
  });

  it('is forgotten after its end, also when that was an error', async () => {
    await expect(effect.run(refusedChange)).rejects.toThrow('refused');

    await change('later');
    expect(told).toEqual(['BEGIN', 'MARK', 'ROLLBACK', 'BEGIN', 'later', 'COMMIT']);
  });
});
