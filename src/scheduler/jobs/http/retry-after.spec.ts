import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const DAY_MS = 86_400_000;

describe('retryAfterMs', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['99999999999999999999999', DAY_MS],
    ['Tue, 24 Nov 2026 10:00:30 GMT', 30_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', DAY_MS],
    ['Tue, 99 Nov 2026 10:00:30 GMT', undefined],
    ['-1', undefined],
    ['1e99', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    ['2026-11-24T10:00:30Z', undefined],
    [undefined, undefined],
  ])('reads %p as %p', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it('never asks for a wait outside of a day', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.bigInt().map(String)), (header) => {
        const ms = retryAfterMs(header, NOW) ?? 0;

        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(DAY_MS);
      }),
    );
  });
});
