import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DatabaseClock } from '../database/database-clock.ts';
import { SkewWatch } from './skew-watch.ts';

describe('a watch over the clock of the host', () => {
  let skewMs: number;
  let warnings: unknown[];
  let watch: SkewWatch;

  beforeEach(() => {
    warnings = [];
    Logger.overrideLogger({
      log: () => undefined,
      warn: (message: unknown) => warnings.push(message),
      error: () => undefined,
    });
    watch = new SkewWatch({ skewMs: () => skewMs } as DatabaseClock);
  });
  afterEach(() => {
    Logger.overrideLogger(false);
  });

  function lookAt(...skews: number[]): void {
    for (const skew of skews) {
      skewMs = skew;
      watch.look();
    }
  }

  it('says nothing of a clock that is half a minute off', () => {
    lookAt(0, 30_000, -30_000);

    expect(warnings).toEqual([]);
  });

  it.each([
    [300_000, 'The clock of this host is 300 s ahead of the database', 300],
    [-300_400, 'The clock of this host is 300 s behind the database', -300],
  ])('says once that the clock is off by %i ms', (skew, message, skewSeconds) => {
    lookAt(skew, skew, skew);

    expect(warnings).toEqual([{ message, skewSeconds }]);
  });

  it('says it again when the clock was right in between', () => {
    lookAt(60_000, 0, -60_000, -60_000);

    expect(warnings).toHaveLength(2);
  });
});
