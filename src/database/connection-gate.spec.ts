import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { NoConnectionError } from '../common/unavailable.ts';
import { ConnectionGate } from './connection-gate.ts';

const now = performance.now;
const REFUSED = new Error('connect ECONNREFUSED');

describe('the gate before all connections', () => {
  let gate: ConnectionGate;
  let attempts: number;
  let aheadMs: number;
  let said: string[];
  let connect: () => Promise<unknown>;

  beforeEach(() => {
    gate = new ConnectionGate();
    attempts = 0;
    aheadMs = 0;
    said = [];
    performance.now = () => aheadMs;
    const say = (message: unknown) =>
      said.push(typeof message === 'string' ? message : (message as { message: string }).message);
    Logger.overrideLogger({ log: say, warn: say, error: say });
  });
  afterEach(() => {
    performance.now = now;
    Logger.overrideLogger(false);
  });

  /** Whether each of so many callers that come at once gets a connection. */
  async function callers(count: number): Promise<boolean[]> {
    const passed = Array.from({ length: count }, () =>
      gate
        .pass(async () => {
          attempts += 1;
          await connect();
        })
        .then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(NoConnectionError);
            return false;
          },
        ),
    );
    return Promise.all(passed);
  }

  it('lets everybody through at once while nothing is wrong', async () => {
    let meet: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (meet = resolve));
    connect = async () => {
      if (attempts === 10) meet();
      await all;
    };

    expect(await callers(10)).toEqual(Array<boolean>(10).fill(true));
    expect(said).toEqual([]);
  });

  it('has all others fail at once after a failure, by the same reason', async () => {
    connect = () => Promise.reject(REFUSED);
    await callers(1);

    expect(await callers(100)).toEqual(Array<boolean>(100).fill(false));
    await expect(gate.pass(connect)).rejects.toThrow('cannot be reached: connect ECONNREFUSED');

    expect(attempts).toBe(1);
    expect(said).toHaveLength(1);
  });

  it('allows one attempt a second', async () => {
    connect = () => Promise.reject(REFUSED);
    await callers(1);

    for (aheadMs = 0; aheadMs < 10_000; aheadMs += 10) await callers(5);

    expect(attempts).toBe(10);
    expect(said).toHaveLength(1);
  });

  it('lets only one try while nobody knows, and all others share its luck', async () => {
    gate.doubt();
    connect = () => Promise.reject(REFUSED);
    expect(await callers(10)).toEqual(Array<boolean>(10).fill(false));
    expect(attempts).toBe(1);

    aheadMs = 1_000;
    connect = () => Promise.resolve();
    expect(await callers(1)).toEqual([true]);
    gate.doubt();
    attempts = 0;

    expect(await callers(10)).toEqual(Array<boolean>(10).fill(true));
    expect(attempts).toBe(10);
  });

  it('keeps nobody waiting for an attempt that hangs once it is known that others have failed', async () => {
    connect = () => Promise.reject(REFUSED);
    await callers(1);
    let end: () => void = () => undefined;
    connect = () => new Promise<void>((resolve) => (end = resolve));
    aheadMs = 1_000;
    const hanging = callers(1);

    expect(await callers(10)).toEqual(Array<boolean>(10).fill(false));

    end();
    expect(await hanging).toEqual([true]);
    connect = () => Promise.resolve();
    expect(await callers(10)).toEqual(Array<boolean>(10).fill(true));
    expect(said).toEqual([
      'The database cannot be reached; trying again',
      'The database can be reached again',
    ]);
  });

  it('says once that the database comes and goes', async () => {
    for (let round = 0; round < 20; round += 1) {
      connect = () => (round % 2 === 0 ? Promise.reject(REFUSED) : Promise.resolve());
      aheadMs += 1_000;
      await callers(1);
    }

    expect(said).toHaveLength(2);
  });
});
