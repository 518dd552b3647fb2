import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { FakeClock } from '../../src/common/clock.ts';
import { InvalidRequestError } from '../../src/common/errors.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import type { Answer } from '../../src/idempotency/answer.ts';
import {
  IdempotencyAnswerLostError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
} from '../../src/idempotency/idempotency-errors.ts';
import { IdempotencyKeysRepository } from '../../src/idempotency/idempotency-keys.repository.ts';
import { IdempotencyService } from '../../src/idempotency/idempotency.service.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import '../support/quiet.ts';
import { Barrier, rewritingPool } from '../support/rewriting-pool.ts';

const REQUEST = { namespaceId: 1, key: 'order-7', fingerprint: 'f' };
const LOST = new IdempotencyAnswerLostError('order-7', 'lost');
const TOO_LARGE = new IdempotencyAnswerLostError('order-7', 'too large to be kept');
const IN_PROGRESS = new IdempotencyInProgressError('order-7');

let database: TestDatabase;
let clock: FakeClock;
let service: IdempotencyService;

beforeEach(async () => {
  database = await createDatabase();
  await database.query('CREATE TABLE effects (id serial)');
  clock = new FakeClock('2026-11-24T09:00:00Z');
  service = new IdempotencyService(new IdempotencyKeysRepository(database.pool), clock);
});
afterEach(() => database.drop());

/** Has an effect and says which one it was. */
async function carryOut(pool = database.pool): Promise<Answer> {
  return inTransaction(pool, async (transaction) => {
    const { rows } = await transaction.query<{ id: number }>(
      'INSERT INTO effects DEFAULT VALUES RETURNING id',
    );
    const id = rows[0]?.id;
    return { status: 201, headers: { location: `/effects/${id}` }, body: `{"id":${id}}` };
  });
}

function send(handle: () => Promise<Answer> = carryOut): Promise<Answer> {
  return service.answer(REQUEST, handle);
}

async function neverAgain(): Promise<Answer> {
  throw new Error('This was carried out twice');
}

async function countOf(table: 'effects' | 'idempotency_keys'): Promise<number> {
  return (await database.query(`SELECT FROM ${table}`)).length;
}

/** Has somebody else write the key, in a transaction that stays open. */
async function openedByOther(): Promise<pg.PoolClient> {
  const other = await database.pool.connect();
  await other.query('BEGIN');
  await other.query(
    `INSERT INTO idempotency_keys (namespace_id, key, fingerprint, created_at)
     VALUES (1, 'order-7', 'f', $1)`,
    [clock.now()],
  );
  return other;
}

async function untilSomebodyWaits(): Promise<void> {
  await eventually(async () => {
    const waiting = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
}

describe('a request that is sent again', () => {
  it('gets the same answer, and has no other effect', async () => {
    const first = await send();
    clock.advance(3_600_000);
    const second = await send(neverAgain);

    expect(second).toEqual({
      ...first,
      headers: { ...first.headers, 'Idempotency-Replayed': 'true' },
    });
    expect(await countOf('effects')).toBe(1);
  });

  it('is refused when it is another one', async () => {
    await send();

    const other = service.answer({ ...REQUEST, fingerprint: 'g' }, neverAgain);

    await expect(other).rejects.toThrow(IdempotencyKeyReusedError);
  });

  it('has its effect in every namespace', async () => {
    await send();
    await service.answer({ ...REQUEST, namespaceId: 2 }, carryOut);

    expect(await countOf('effects')).toBe(2);
  });

  it('keeps nothing when it changes nothing', async () => {
    const answer = { status: 200, headers: {}, body: '{}' };

    expect(await send(async () => answer)).toBe(answer);

    expect(await countOf('idempotency_keys')).toBe(0);
  });

  it('leaves the answer of another request alone that has taken the key meanwhile', async () => {
    await service.answer({ ...REQUEST, fingerprint: 'g' }, async () => {
      await send();
      return { status: 200, headers: {}, body: '{}' };
    });

    expect(await send(neverAgain)).toMatchObject({ status: 201, body: '{"id":1}' });
  });
});

describe('an answer', () => {
  it('is kept up to 256 KiB of UTF-8', async () => {
    const large = `"${'ü'.repeat(128 * 1024 - 1)}"`;
    await send(async () => ({ ...(await carryOut()), body: large }));

    expect(await send(neverAgain)).toMatchObject({ status: 201, body: large });
  });

  it('is not kept beyond that, which is said', async () => {
    const tooLarge = `"${'ü'.repeat(128 * 1024)}"`;
    const first = await send(async () => ({ ...(await carryOut()), body: tooLarge }));

    expect(first.body).toBe(tooLarge);
    await expect(send(neverAgain)).rejects.toThrow(TOO_LARGE);
    expect(await countOf('effects')).toBe(1);
  });

  it('is given although it cannot be kept', async () => {
    await database.query(
      `ALTER TABLE idempotency_keys ADD CONSTRAINT no_answers CHECK (status IS NULL)`,
    );

    expect(await send()).toMatchObject({ status: 201 });
    await expect(send(neverAgain)).rejects.toThrow(IN_PROGRESS);
  });
});

describe('a request that fails', () => {
  it.each([
    ['before its transaction', () => Promise.reject(new Error('no'))],
    ['in its transaction', () => failingTransaction(new Error('no'))],
    ['by a refusal', () => failingTransaction(refusal())],
  ])('%s leaves no key, and may be sent again', async (_, fail) => {
    await expect(send(fail)).rejects.toThrow('no');
    expect(await countOf('idempotency_keys')).toBe(0);

    expect(await send()).toMatchObject({ status: 201 });
    expect(await send(neverAgain)).toMatchObject({ status: 201 });
  });

  it('by a refusal after a transaction that has changed nothing leaves no key either', async () => {
    const refused = send(async () => {
      await inTransaction(database.pool, async () => undefined);
      throw refusal();
    });

    await expect(refused).rejects.toThrow('no');
    expect(await countOf('idempotency_keys')).toBe(0);
  });

  it('after its effect is not carried out again', async () => {
    const failed = send(async () => {
      await carryOut();
      throw new Error('no');
    });

    await expect(failed).rejects.toThrow('no');
    await expect(send(neverAgain)).rejects.toThrow(LOST);
    expect(await countOf('effects')).toBe(1);
  });

  function refusal(): Error {
    return new InvalidRequestError([{ path: 'name', message: 'no' }]);
  }

  async function failingTransaction(error: Error): Promise<Answer> {
    return inTransaction(database.pool, () => Promise.reject(error));
  }
});

describe('a process that dies', () => {
  it('between effect and answer leaves a request that is not carried out again', async () => {
    void send(async () => {
      await carryOut();
      return new Promise(() => undefined);
    });
    await eventually(async () => (await countOf('effects')) === 1);

    clock.advance(59_999);
    await expect(send(neverAgain)).rejects.toThrow(IN_PROGRESS);
    clock.advance(1);
    await expect(send(neverAgain)).rejects.toThrow(LOST);
    expect(await countOf('effects')).toBe(1);
  });

  it.each(['MARK', 'WORK'])('after %s, before the commit, leaves nothing', async (after) => {
    const dying = rewritingPool(database.pool, {
      rewrite: (text) => text,
      answered: async (text) => {
        const step = text.includes('idempotency_keys') ? 'MARK' : 'WORK';
        if (text !== 'BEGIN' && step === after) await endOtherSessions();
      },
    });

    await expect(send(() => carryOut(dying))).rejects.toThrow();
    expect([await countOf('effects'), await countOf('idempotency_keys')]).toEqual([0, 0]);

    expect(await send()).toMatchObject({ status: 201 });
  });

  /** What the server does when a process is gone. */
  async function endOtherSessions(): Promise<void> {
    await database.query(
      `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'idle in transaction'`,
    );
  }
});

describe('requests with the same key at the same time', () => {
  it('have one effect, and get its answer or are told to wait', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => send()));

    const bodies = outcomes.flatMap((each) =>
      each.status === 'fulfilled' ? [each.value.body] : [],
    );
    const errors = outcomes.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as unknown] : [],
    );
    expect(await countOf('effects')).toBe(1);
    expect(new Set(bodies).size).toBe(1);
    expect(errors.every((error) => error instanceof IdempotencyInProgressError)).toBe(true);
  });

  it.each([
    ['one effect', 'with', 1, (text: string) => text],
    ['an effect each', 'without', 2, withoutMark],
  ])(
    'have %s %s the mark, when both have been looked up in vain',
    async (_a, _b, count, rewrite) => {
      const bothLookedUp = new Barrier(2);
      const pool = rewritingPool(database.pool, { rewrite });
      const late = async () => {
        await bothLookedUp.pass();
        return carryOut(pool);
      };

      await Promise.allSettled([send(late), send(late)]);

      expect(await countOf('effects')).toBe(count);
    },
  );

  it('wait for each other: the second one is not carried out when the first one is', async () => {
    const other = await openedByOther();

    const second = send();
    await untilSomebodyWaits();
    await other.query('COMMIT');
    other.release();

    await expect(second).rejects.toThrow(IN_PROGRESS);
    expect(await countOf('effects')).toBe(0);
  });

  it('wait for each other: the second one is carried out when the first one fails', async () => {
    const other = await openedByOther();

    const second = send();
    await untilSomebodyWaits();
    await other.query('ROLLBACK');
    other.release();

    expect(await second).toMatchObject({ status: 201 });
  });

  it('do not wait for ever', async () => {
    const other = await openedByOther();
    const impatient = rewritingPool(database.pool, {
      rewrite: (text) => (text === 'BEGIN' ? `BEGIN; SET LOCAL lock_timeout = '1ms'` : text),
    });

    await expect(send(() => carryOut(impatient))).rejects.toThrow(IN_PROGRESS);

    other.release(true);
  });

  it('meet what a quicker one has changed, and get its answer for that', async () => {
    const late = send(async () => {
      await send();
      throw new InvalidRequestError([{ path: 'state', message: 'has been changed already' }]);
    });

    expect(await late).toMatchObject({ status: 201, body: '{"id":1}' });
  });

  function withoutMark(text: string): string {
    return text.includes('idempotency_keys')
      ? 'SELECT $1::integer, $2::text, $3::text, $4::timestamptz'
      : text;
  }
});
