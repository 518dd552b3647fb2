import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRunId, runId } from './run-id.ts';

describe('run ids', () => {
  it('come back as the key that they were made from', () => {
    const keys = fc.record({
      jobId: fc.integer({ min: 1, max: 2_147_483_647 }),
      scheduledFor: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
      ordinal: fc.integer({ min: 0, max: 2_147_483_647 }),
    });

    fc.assert(fc.property(keys, (key) => expect(parseRunId(runId(key))).toEqual(key)));
  });

  it('shows no ordinal for an occurrence', () => {
    const key = { jobId: 42, scheduledFor: new Date(1_764_061_200_000), ordinal: 0 };

    expect(runId(key)).toBe('42-1764061200000');
    expect(runId({ ...key, ordinal: 3 })).toBe('42-1764061200000-3');
  });

  it.each([
    '',
    '42',
    '42-',
    'x-1',
    '0-1',
    '01-1',
    '42-1-0',
    '42-1-01',
    '42-1-1-1',
    ' 42-1',
    '42-1\n',
    '2147483648-1',
    '42-9999999999999999',
    '42-1-2147483648',
    '-1-1',
  ])('refuses %j', (id) => {
    expect(parseRunId(id)).toBeNull();
  });
});
