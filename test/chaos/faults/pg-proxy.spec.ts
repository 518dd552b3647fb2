import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createEmptyDatabase, type EmptyDatabase } from '../../support/empty-database.ts';
import { eventually } from '../../support/eventually.ts';
import { PgProxy } from './pg-proxy.ts';

const ADD = { name: 'marks.add', text: 'INSERT INTO marks (mark) VALUES ($1)' };

describe('a proxy of PostgreSQL', () => {
  let database: EmptyDatabase;
  let proxy: PgProxy;
  let clients: pg.Client[];

  beforeEach(async () => {
    database = await createEmptyDatabase();
    await database.query('CREATE TABLE marks (mark text)');
    proxy = await PgProxy.to(database.url);
    clients = [];
  });
  afterEach(async () => {
    await proxy.close();
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await database.drop();
  });

  async function connect(name = 'client'): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: proxy.url, application_name: name });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  }

  async function marks(): Promise<string[]> {
    const rows = await database.query<{ mark: string }>('SELECT mark FROM marks ORDER BY mark');
    return rows.map(({ mark }) => mark);
  }

  it('knows each message: its kind, its statement, its text', async () => {
    const client = await connect();
    await client.query({ ...ADD, values: ['first'] });
    const seen: string[] = [];
    proxy.atMessage(
      {
        nth: Infinity,
        stand: 'after',
        matching: ({ kind, statement = '', text = '' }, { applicationName }) =>
          seen.push([applicationName, kind, statement, text].join('|')) > 0,
      },
      () => undefined,
    );

    await client.query({ ...ADD, values: ['second'] });
    await client.query('SELECT 1');
    await client.query('SELECT $1::text', ['😀']);
    await connect('other');

    expect(seen).toEqual([
      ...['bind', 'describe', 'execute'].map((kind) => `client|${kind}|${ADD.name}|${ADD.text}`),
      'client|sync||',
      'client|query||SELECT 1',
      ...['parse', 'bind', 'describe', 'execute'].map((kind) => `client|${kind}||SELECT $1::text`),
      'client|sync||',
      'other|startup||',
      ...seen.slice(11),
    ]);
  });

  it('enumerates the points at which a client may die', async () => {
    const survivors: Record<number, string[]> = {};
    for (let nth = 1; ; nth += 1) {
      const client = await connect();
      const trap = proxy.killAtMessage({ nth, stand: 'after' }, async () => undefined);
      const work = ['BEGIN', { ...ADD, values: ['mark'] }, 'COMMIT'].reduce<Promise<unknown>>(
        (before, query) => before.then(() => client.query(query)),
        Promise.resolve(),
      );
      await work.catch(() => undefined);
      proxy.disarm(trap);
      if (!trap.message) break;
      await untilGone();
      survivors[nth] = await marks();
      await database.query('TRUNCATE marks');
    }

    // BEGIN, Parse, Bind, Describe, Execute, Sync, COMMIT
    expect(survivors).toEqual({ 1: [], 2: [], 3: [], 4: [], 5: [], 6: [], 7: ['mark'] });
  });

  it('keeps a message from the server when the client dies before it', async () => {
    const client = await connect();
    const trap = proxy.killAtMessage(
      { stand: 'before', matching: ({ text }) => text === 'COMMIT' },
      async () => undefined,
    );
    await client.query('BEGIN');
    await client.query({ ...ADD, values: ['mark'] });

    await expect(client.query('COMMIT')).rejects.toThrow();

    expect(await trap.sprung).toMatchObject({ kind: 'query', text: 'COMMIT' });
    await untilGone();
    expect(await marks()).toEqual([]);
  });

  it('lets everything wait while something happens at a message', async () => {
    const [one, two] = [await connect('one'), await connect('two')];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const trap = proxy.atMessage(
      { stand: 'before', matching: (_message, { applicationName }) => applicationName === 'one' },
      () => released,
    );

    const inserts = [one, two].map((client) => client.query({ ...ADD, values: ['mark'] }));
    await eventually(() => trap.message !== undefined && proxy.bites.frozen > 0);
    expect(await marks()).toEqual([]);

    release();
    await Promise.all(inserts);
    expect(await marks()).toEqual(['mark', 'mark']);
  });

  it('tells which session listens, and cuts that one only', async () => {
    const [listener, other] = [await connect(), await connect()];
    await listener.query('LISTEN news');

    expect(proxy.cut(({ channels }) => channels.has('news'))).toBe(1);

    await expect(listener.query('SELECT 1')).rejects.toThrow();
    await other.query('SELECT 1');
  });

  it('loses notifications and nothing else', async () => {
    const listener = await connect();
    const heard: unknown[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload));
    await listener.query('LISTEN news');

    proxy.loseNotifications(({ isListening }) => isListening);
    await listener.query(`NOTIFY news, 'lost'`);
    proxy.keepNotifications();
    await listener.query(`NOTIFY news, 'heard'`);

    await eventually(() => heard.length > 0);
    expect(heard).toEqual(['heard']);
    expect(proxy.lostNotifications).toBe(1);
  });

  /** Resolves when the server has noticed that a client is gone. */
  async function untilGone(): Promise<void> {
    await eventually(async () => {
      const sessions = await database.query(
        `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'client'`,
      );
      return sessions.length === 0;
    });
  }
});
