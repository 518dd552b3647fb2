import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Config } from '../../config/config.ts';
import { Metrics } from '../../telemetry/metrics.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { paceOf } from './watch.ts';

const { beatMs, silenceMs } = paceOf(new Config().LEASE_MS);

describe('signs of life', () => {
  let now: number;
  let metrics: Metrics;
  let warnings: unknown[];
  let signs: SignsOfLife;

  beforeEach(() => {
    now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    warnings = [];
    Logger.overrideLogger({
      log: () => undefined,
      warn: (message: unknown) => warnings.push(message),
      error: () => undefined,
    });
    metrics = new Metrics();
    signs = new SignsOfLife(new Config(), 'postgresql://nowhere', metrics);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(false);
  });

  it('are nothing to speak of while they are regular, or a little late', async () => {
    for (const lateMs of [0, 5, silenceMs - beatMs]) {
      now += beatMs + lateMs;
      signs.beat();
    }

    expect(warnings).toEqual([]);
    expect(await valueOf(metrics.eventLoopBlocked)).toBe(0);
  });

  it('tell once of a silence before them, and how long it was', async () => {
    now += 20_000;
    signs.beat();
    now += beatMs;
    signs.beat();

    expect(warnings).toEqual([
      { message: 'The event loop stood still', blockedMs: 20_000, leasesKept: 0 },
    ]);
    expect(await valueOf(metrics.eventLoopBlocked)).toBe(20);
    expect(await valueOf(metrics.standInRenewals)).toBe(0);
  });

  it('tell of the next silence as well', async () => {
    for (const silentMs of [5_000, 7_000]) {
      now += silentMs;
      signs.beat();
    }

    expect(warnings).toHaveLength(2);
    expect(await valueOf(metrics.eventLoopBlocked)).toBe(12);
  });

  async function valueOf(counter: Counter): Promise<number> {
    const { values } = await counter.get();
    return values[0]?.value ?? 0;
  }
});
