import { describe, expect, it } from '@jest/globals';
import { causeJson } from './run-cause.ts';

const RUN = { jobId: 7, ordinal: 0, status: 'failed', depth: 2 } as const;
const scheduledFor = new Date('2026-11-24T09:00:00Z');

function causeOf(result: string | null): unknown {
  return JSON.parse(causeJson({ ...RUN, scheduledFor, result }));
}

describe('the cause of a run', () => {
  it('tells the run that has ended, and what it answered', () => {
    expect(causeOf('{"rows":[1,"ü",null]}')).toEqual({
      runId: '7-1795510800000',
      jobId: 7,
      status: 'failed',
      depth: 2,
      result: { rows: [1, 'ü', null] },
    });
  });

  it('has no result when there was none', () => {
    expect(causeOf(null)).toHaveProperty('result', null);
  });

  it('passes on 16 KiB of JSON, and a note instead of more', () => {
    const most = JSON.stringify('é'.repeat(8_191));
    const tooMuch = JSON.stringify(`x${'é'.repeat(8_191)}`);

    expect(causeOf(most)).toHaveProperty('result', 'é'.repeat(8_191));
    expect(causeOf(tooMuch)).toHaveProperty('result', {
      note: 'The result has 16385 bytes of JSON; at most 16384 are passed on',
    });
  });
});
