import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type pg from 'pg';
import { DatabaseClock } from './database-clock.ts';

const NINE = Date.UTC(2026, 10, 24, 9);

describe('the clock of the database', () => {
  /** What the monotonic clock of this host shows, and the database at the same moment. */
  let monotonic: number;
  let database: number;
  let clock: DatabaseClock;
  /** How long the next question, and the answer to it, are on their way. */
  let way: { there: number; back: number };

  beforeEach(async () => {
    [monotonic, database] = [5_000, NINE];
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic);
    const query = async () => {
      pass(way.there);
      const ms = database;
      pass(way.back);
      return { rows: [{ ms }] };
    };
    clock = new DatabaseClock({ query } as unknown as pg.Pool);
    way = { there: 1, back: 1 };
    await clock.read();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  function pass(ms: number): void {
    monotonic += ms;
    database += ms;
  }

  function lag(): number {
    return database - clock.now().getTime();
  }

  it('is late by as long as the answer was on its way', async () => {
    expect(lag()).toBe(1);

    way.back = 7;
    await clock.read();

    expect(lag()).toBe(7);
  });

  it.each([
    ['the answer', { there: 1, back: 2_500 }],
    ['the question', { there: 2_500, back: 1 }],
  ])('knows no less after a reading of which %s has taken long', async (_which, long) => {
    way = long;

    const read = await clock.read();

    expect(lag()).toBe(1);
    expect(read).toEqual(clock.now());
  });

  it.each([3_600_000, -3_600_000])('follows the database when that is set, by %i', async (step) => {
    way = { there: 1_000, back: 1_000 };
    database += step;

    await clock.read();

    expect(lag()).toBe(1_000);
  });
});
