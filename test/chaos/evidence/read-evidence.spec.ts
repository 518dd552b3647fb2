import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Api } from '../../support/api.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { Instance } from '../../support/instance.ts';
import { judge } from '../checker/judge.ts';
import { negativeControls } from '../checker/tampering.ts';
import { Receiver } from '../harness/receiver.ts';
import { DatabaseTime } from './database-time.ts';
import { installObserver } from './observer.ts';
import { readEvidence } from './read-evidence.ts';

const SECOND_MS = 1_000;
/** Of all jobs until the evidence is read. */
const RUNS = 24;

describe('the evidence of a service that does its work', () => {
  let database: TestDatabase;
  let time: DatabaseTime;
  let receiver: Receiver;
  let instance: Instance;

  beforeEach(async () => {
    database = await createDatabase();
    await installObserver(database);
    time = await DatabaseTime.open(database.url);
    receiver = await Receiver.open(time);
    instance = await Instance.start(database.url);
  });
  afterEach(async () => {
    await instance.end('SIGTERM');
    await receiver.close();
    await database.drop();
  });

  async function evidence() {
    const begin = time.now();
    const api = new Api(instance.url);
    const post = (name: string, schedule: string, fields: object) =>
      api.send('POST', '/jobs', { name, schedule, ...fields });
    await post('every second', '@every 1s', receiver.job);
    await post('every second at its own phase', '* * * * * *', receiver.job);
    await post('every other second', '*/2 * * * * *', {});

    await eventually(async () => {
      const [row] = await database.query<{ ended: number }>(
        `SELECT count(*)::integer AS ended FROM runs WHERE status = 'succeeded'`,
      );
      return (row?.ended ?? 0) >= RUNS;
    });
    const settledUntil = Math.floor(time.now() - SECOND_MS);
    const faults = [{ kind: 'none', target: 'nobody', from: begin, to: time.now() }];
    await time.tie();
    const { deliveries } = receiver;
    return readEvidence(database, { deliveries, faults, settledUntil, time });
  }

  it('is complete, clean, and no longer so when somebody has tampered with it', async () => {
    const read = await evidence();

    const { words, totals, lateness, repeats } = judge(read);
    const controls = negativeControls(read);

    expect(words).toEqual([]);
    expect(totals.rows).toBeGreaterThanOrEqual(RUNS);
    // Each of them was started, and has ended.
    expect(totals.changes).toBeGreaterThanOrEqual(2 * RUNS);
    expect(totals.deliveries).toBeGreaterThan(RUNS / 2);
    // All of it lies within the time of what is called a fault here, or just after it.
    expect(lateness.all.count).toBeGreaterThanOrEqual(RUNS);
    expect(lateness.outside.count).toBe(0);
    expect(repeats).toBe(0);
    expect(controls.map(({ name }) => name)).toContain('drop one arrival');
    expect(controls.filter(({ isCaught }) => !isCaught)).toEqual([]);
    expect(controls.length).toBeGreaterThanOrEqual(9);
  });
});
