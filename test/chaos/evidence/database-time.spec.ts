import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { DatabaseTime, type Tie } from './database-time.ts';

/** Far more than a reading takes, far less than any two clocks would agree by chance. */
const NEAR_MS = 250;
const CLOCK = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms';

describe('the time of the database', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  it('is told by the clock of this process', async () => {
    const time = await DatabaseTime.open(database.url);
    await time.tie();

    const [{ ms } = { ms: NaN }] = await database.query<{ ms: number }>(CLOCK);
    const told = time.now();

    expect(Math.abs(told - ms)).toBeLessThan(NEAR_MS);
    expect(Math.abs(time.corrected(told) - told)).toBeLessThan(NEAR_MS);
    expect(Math.abs(time.driftMs)).toBeLessThan(NEAR_MS);
    expect(time.uncertaintyMs).toBeLessThan(NEAR_MS);
  });
});

describe('what was told by one tie', () => {
  const start = 1_800_000_000_000;
  const at = (monotonicMs: number, databaseMs: number): Tie => ({
    monotonicMs,
    databaseMs: start + databaseMs,
    uncertaintyMs: 0.1,
  });

  async function tied(...ties: Tie[]): Promise<DatabaseTime> {
    const coming = [...ties];
    const time = new DatabaseTime(async () => coming.shift() as Tie);
    for (const _ of ties) await time.tie();
    return time;
  }

  it('is corrected for clocks that run at different speeds', async () => {
    const time = await tied(at(0, 0), at(100_000, 100_200));

    expect([0, 50_000, 100_000].map((told) => time.corrected(start + told) - start)).toEqual([
      0, 50_100, 100_200,
    ]);
    expect(time.driftMs).toBe(200);
  });

  it('stays as it is before there is a second tie, and after the last', async () => {
    const once = await tied(at(0, 0));
    const twice = await tied(at(0, 0), at(1_000, 1_001));

    expect(once.corrected(start + 5_000)).toBe(start + 5_000);
    expect(twice.corrected(start + 5_000)).toBe(start + 5_000);
  });

  it('is corrected by the ties that lie around it, also when the clock was set', async () => {
    const time = await tied(at(0, 0), at(1_000, 1_000), at(2_000, 3_602_000), at(3_000, 3_603_000));

    expect(time.corrected(start + 500)).toBe(start + 500);
    expect(time.corrected(start + 1_500)).toBe(start + 1_500);
    expect(time.corrected(start + 3_602_500)).toBe(start + 3_602_500);
  });
});
