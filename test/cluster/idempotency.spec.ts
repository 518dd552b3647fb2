import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Problem } from '../../src/common/problem.ts';
import { type Answer, Api, type JobJson } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { Instance } from '../support/instance.ts';
import { expectProblem } from '../support/problems.ts';

const JOB = { name: 'nightly', schedule: '0 3 * * *' };
const LIMIT_MS = 60_000;

/** Whoever holds this lock stops statements of a table, until the process behind them is killed. */
const GATE = 4_712;

describe('an instance that is killed while it carries out a request with a key', () => {
  let database: TestDatabase;
  let victim: Instance;
  let survivor: Instance;

  beforeEach(async () => {
    database = await createDatabase();
    [victim, survivor] = await Promise.all([start(), start()]);
  });
  afterEach(async () => {
    await Promise.all([victim.end('SIGKILL'), survivor.end('SIGTERM')]);
    await database.drop();
  });

  it(
    'before the effect is committed has done nothing: another one carries it out',
    async () => {
      await killAt('INSERT ON jobs');
      expect(await countOf('jobs')).toBe(0);

      const first = await post(survivor);
      const second = await post(survivor);

      expect([first.status, second.text]).toEqual([201, first.text]);
      expect(await countOf('jobs')).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'between effect and answer leaves a request that nobody carries out again',
    async () => {
      await killAt('UPDATE ON idempotency_keys');
      expect(await countOf('jobs')).toBe(1);

      expectProblem(await post(survivor), 409, { code: 'IDEMPOTENCY_IN_PROGRESS' });
      await database.query(
        `UPDATE idempotency_keys SET created_at = created_at - interval '60 seconds'`,
      );
      expectProblem(await post(survivor), 409, { code: 'IDEMPOTENCY_ANSWER_LOST' });

      expect(await countOf('jobs')).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    'after the answer is kept has left it to the others',
    async () => {
      const first = await post(victim);
      await victim.end('SIGKILL');

      const second = await post(survivor);

      expect([second.status, second.text]).toEqual([201, first.text]);
      expect(second.headers.get('idempotency-replayed')).toBe('true');
      expect(await countOf('jobs')).toBe(1);
    },
    LIMIT_MS,
  );

  function start(): Promise<Instance> {
    return Instance.start(database.url, { ROLES: 'api' });
  }

  function post({ url }: Instance): Promise<Answer<JobJson | Problem>> {
    return new Api(url).send('POST', '/jobs', JOB, { 'idempotency-key': 'order-7' });
  }

  async function countOf(table: string): Promise<number> {
    return (await database.query(`SELECT FROM ${table}`)).length;
  }

  /** Sends the request to the victim, and kills it when it has come as far as this statement. */
  async function killAt(statement: string): Promise<void> {
    const gate = await database.pool.connect();
    await gate.query('SELECT pg_advisory_lock($1)', [GATE]);
    await gate.query(
      `CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM pg_advisory_xact_lock_shared(${GATE});
         RETURN NEW;
       END $$`,
    );
    await gate.query(
      `CREATE TRIGGER gate BEFORE ${statement} FOR EACH ROW EXECUTE FUNCTION pass_gate()`,
    );

    const answer = post(victim).then(
      () => 'answered',
      () => 'cut off',
    );
    const waiting = await eventually(async () => {
      const sessions = await database.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return sessions.length > 0 ? sessions : undefined;
    });
    await victim.end('SIGKILL');
    // A session that waits for a lock does not look whether its client is still there.
    await gate.query('SELECT pg_terminate_backend($1, 5000)', [waiting?.[0]?.pid]);
    await gate.query('DROP FUNCTION pass_gate CASCADE');
    await gate.query('SELECT pg_advisory_unlock($1)', [GATE]);
    gate.release();

    expect(await answer).toBe('cut off');
  }
});
