import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aJob } from '../../../test/support/a-job.ts';
import { changeJob } from '../job-change.ts';
import type { Job } from '../job.ts';
import { endPause } from './pause-end.ts';

const instant = (time: string): Date => new Date(`2026-11-24T${time}Z`);

/** Due every minute, paused from half past nine for as long as is said. */
function paused(fields: Partial<Job> = {}): Job {
  return aJob({
    isActive: false,
    pausedAt: instant('09:00:30'),
    pausedReason: 'why',
    pausedUntil: instant('09:05:00'),
    revision: 2,
    ...fields,
  });
}

describe('the end of a pause', () => {
  it.each(['09:05:00', '09:05:01', '23:00:00'])(
    'is a resumption as of its instant, when somebody comes at %s',
    (time) => {
      const job = paused();

      const change = endPause(job, instant(time));

      expect(change).toEqual(changeJob(job, { isActive: true }, instant('09:05:00')));
      expect(change).toMatchObject({
        action: 'resumed',
        job: {
          isActive: true,
          nextRun: instant('09:06:00'),
          pausedAt: null,
          pausedReason: null,
          pausedUntil: null,
          revision: 3,
        },
        ledger: {
          at: instant('09:05:00'),
          ranges: [
            { from: instant('09:01:00'), to: instant('09:05:00'), count: 5, reason: 'paused' },
          ],
        },
      });
    },
  );

  it('has not come for one that goes on, has no end, or is none', () => {
    expect(endPause(paused(), instant('09:04:59.999'))).toBeNull();
    expect(endPause(paused({ pausedUntil: null }), instant('23:00:00'))).toBeNull();
    expect(endPause(aJob(), instant('23:00:00'))).toBeNull();
  });

  it('waits for somebody to mend a schedule that cannot be read', () => {
    expect(endPause(paused({ timezone: 'Mars/Olympus' }), instant('23:00:00'))).toBeNull();
  });

  it.each([
    ['has ended', { endAt: instant('09:05:30') }],
    ['has had all its runs', { maxRuns: 3, runCount: 3 }],
  ])('completes a job whose schedule %s', (_case, fields) => {
    const change = endPause(paused(fields), instant('09:30:00'));

    expect(change).toMatchObject({
      action: 'completed',
      job: {
        isActive: false,
        nextRun: null,
        pausedAt: null,
        pausedReason: null,
        pausedUntil: null,
      },
      ledger: { ranges: [{ count: 5, reason: 'paused' }] },
    });
  });

  it('does not reach back behind a change that has settled the instants after it', () => {
    const change = endPause(paused({ pausedAt: instant('09:10:30') }), instant('09:30:00'));

    expect(change).toMatchObject({
      job: { nextRun: instant('09:11:00') },
      ledger: { at: instant('09:10:30'), ranges: [] },
    });
  });

  it('leaves no instant out, and counts none twice, whenever somebody comes', () => {
    const seconds = fc.integer({ min: 1, max: 7_200 });
    fc.assert(
      fc.property(seconds, seconds, seconds, (pauseAt, length, lateness) => {
        const after = (from: Date, s: number) => new Date(from.getTime() + s * 1_000);
        const pausedAt = after(instant('09:00:00'), pauseAt);
        const pausedUntil = after(pausedAt, length);

        const change = endPause(paused({ pausedAt, pausedUntil }), after(pausedUntil, lateness));

        const counted = change?.ledger.ranges.reduce((sum, { count }) => sum + count, 0);
        const minutes = (at: Date) => Math.floor(at.getTime() / 60_000);
        expect(counted).toBe(minutes(pausedUntil) - minutes(pausedAt));
        expect(change?.job.nextRun?.getTime()).toBe((minutes(pausedUntil) + 1) * 60_000);
      }),
    );
  });
});
