import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/empty-database.ts';
import { eventually } from '../../support/eventually.ts';
import { CrashPoints } from './crash-points.ts';
import { PgProxy } from './pg-proxy.ts';
import { Standstill } from './standstill.ts';

describe('a standstill', () => {
  let database: EmptyDatabase;
  let proxy: PgProxy;
  let points: CrashPoints;
  let standstill: Standstill;
  const clients: pg.Client[] = [];

  beforeEach(async () => {
    database = await createEmptyDatabase();
    await database.query('CREATE TABLE marks (mark text)');
    proxy = await PgProxy.to(database.url);
    points = new CrashPoints(['execute', 'sync']);
    standstill = new Standstill(proxy, points);
  });
  afterEach(async () => {
    await proxy.close();
    await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
    await database.drop();
  });

  it('stops each session at the next point of its own, until an instance has passed all', async () => {
    expect(await finish('first')).toBe('broken');
    // Whether the answer is there before the end, nobody can say.
    await finish('second');
    expect(await finish('third')).toBe('done');

    expect([...points.visited]).toEqual([
      'finish: completions.finish execute',
      'finish: completions.finish sync',
    ]);
    // What was executed and not followed by a sync has not been committed.
    expect(await database.query('SELECT mark FROM marks ORDER BY mark')).toEqual([
      { mark: 'second' },
      { mark: 'third' },
    ]);
  });

  it('lets operations go on that are spared, and all of them once it is lifted', async () => {
    standstill.spared = ['finish'];
    expect(await finish('spared')).toBe('done');

    standstill.spared = [];
    standstill.lift();
    expect(await finish('later')).toBe('done');
    expect(points.visited.size).toBe(0);
  });

  /** What becomes of the statement of an instance that is killed where it stands still. */
  async function finish(mark: string): Promise<string> {
    const client = new pg.Client(proxy.url);
    clients.push(client);
    client.on('error', () => undefined);
    await client.connect();
    let outcome: string | undefined;
    client
      .query({ name: 'completions.finish', text: 'INSERT INTO marks VALUES ($1)', values: [mark] })
      .then(
        () => (outcome = 'done'),
        () => (outcome = 'broken'),
      );
    await eventually(() => standstill.isThere || outcome);
    standstill.end();
    await eventually(() => outcome);
    return outcome ?? '';
  }
});
