import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aJob } from '../../test/support/a-job.ts';
import { changeJob, deleteJob, exceptJob, isRescheduled } from './job-change.ts';
import { scheduleOf } from './job-schedule.ts';
import type { Job, JobDefinition } from './job.ts';
import { DEFAULT_RETRY } from './retry-policy.ts';

const CREATED = new Date('2026-11-24T09:00:00Z');

function theJob(fields: Partial<Job> = {}): Job {
  return aJob({ payload: { a: [1] }, labels: { team: 'a' }, revision: 3, ...fields });
}

const instant = (time: string): Date => new Date(`2026-11-24T${time}Z`);

describe('a change of a job', () => {
  it('that is none leaves everything as it is', () => {
    const job = theJob();
    const same: JobDefinition = theJob();

    const { job: after, ledger } = changeJob(job, same, instant('09:30:00'));

    expect(after).toBe(job);
    expect(ledger).toEqual({
      at: instant('09:30:00'),
      withdraw: false,
      waiting: null,
      cancel: null,
      ranges: [],
    });
  });

  it.each([
    { name: 'b' },
    { description: 'new' },
    { payload: { a: [2] } },
    { payload: null },
    { key: 'mine' },
    { type: 'http' },
    { timeoutMs: 1 },
    { labels: {} },
    { retry: { ...DEFAULT_RETRY, maxAttempts: 2 } },
  ])('that moves no instant touches no run: %j', (patch) => {
    const job = theJob();

    const { job: after, ledger } = changeJob(job, patch, instant('09:30:00'));

    expect(after).toEqual({ ...job, ...patch, revision: 4, updatedAt: instant('09:30:00') });
    expect(ledger).toMatchObject({ withdraw: false, waiting: null, cancel: null, ranges: [] });
  });

  it.each([
    { schedule: '*/5 * * * *' },
    { timezone: 'Europe/Berlin' },
    { dst: { gap: 'skip', overlap: 'first' } as const },
    { startAt: instant('10:00:00') },
    { endAt: instant('23:00:00') },
  ])('that moves instants settles the old ones: %j', (patch) => {
    const job = theJob();

    const { job: after, ledger } = changeJob(job, patch, instant('09:03:30'));

    expect(after.nextRun).toEqual(scheduleOf({ ...job, ...patch }).next(instant('09:03:30')));
    expect(ledger).toEqual({
      at: instant('09:03:30'),
      withdraw: true,
      waiting: 'missed',
      cancel: null,
      ranges: [{ from: instant('09:01:00'), to: instant('09:03:00'), count: 3, reason: 'missed' }],
    });
  });

  it('that pauses remembers when and why, and ends what waits', () => {
    const { job, ledger } = changeJob(theJob(), { isActive: false }, instant('09:00:30'), {
      reason: 'holiday',
      until: instant('10:00:00'),
    });

    expect(job).toMatchObject({
      isActive: false,
      nextRun: null,
      pausedAt: instant('09:00:30'),
      pausedReason: 'holiday',
      pausedUntil: instant('10:00:00'),
    });
    expect(ledger).toEqual({
      at: instant('09:00:30'),
      withdraw: true,
      waiting: 'paused',
      cancel: { reason: 'paused', everything: false },
      ranges: [],
    });
  });

  it('that resumes accounts for the pause, and forgets it', () => {
    const paused = theJob({
      isActive: false,
      pausedAt: instant('09:00:30'),
      pausedReason: 'holiday',
    });

    const { job, ledger } = changeJob(paused, { isActive: true }, instant('09:05:00'));

    expect(job).toMatchObject({
      isActive: true,
      nextRun: instant('09:06:00'),
      pausedAt: null,
      pausedReason: null,
    });
    expect(ledger.ranges).toEqual([
      { from: instant('09:01:00'), to: instant('09:05:00'), count: 5, reason: 'paused' },
    ]);
  });

  it('that reschedules a paused job begins a new pause with the new schedule', () => {
    const paused = theJob({ isActive: false, pausedAt: instant('09:00:30'), pausedReason: 'why' });

    const { job, ledger } = changeJob(paused, { schedule: '@hourly' }, instant('09:02:30'));

    expect(job).toMatchObject({
      pausedAt: instant('09:02:30'),
      pausedReason: 'why',
      nextRun: null,
    });
    expect(ledger.ranges).toMatchObject([{ count: 2, reason: 'paused' }]);
  });

  it('of a completed job is no pause', () => {
    const completed = theJob({ isActive: false, schedule: '@at 2026-11-24T09:00:00Z' });

    const { job, ledger } = changeJob(completed, { schedule: '@hourly' }, instant('09:30:00'));

    expect(job).toMatchObject({ isActive: false, pausedAt: null, nextRun: null });
    expect(ledger.ranges).toEqual([]);
  });

  it('mends a job whose schedule cannot be read any more', () => {
    const broken = theJob({ timezone: 'Mars/Olympus', nextRun: instant('09:01:00') });

    const { job, ledger } = changeJob(broken, { timezone: 'UTC' }, instant('09:30:30'));

    expect(job.nextRun).toEqual(instant('09:31:00'));
    expect(ledger).toMatchObject({ withdraw: true, ranges: [] });
  });
});

describe('the deletion of a job', () => {
  it('cancels what lives, and settles what was not planned', () => {
    expect(deleteJob(theJob(), instant('09:02:30'))).toEqual({
      at: instant('09:02:30'),
      withdraw: true,
      waiting: null,
      cancel: { reason: 'deleted', everything: true },
      ranges: [{ from: instant('09:01:00'), to: instant('09:02:00'), count: 2, reason: 'missed' }],
    });
  });

  it('ends a pause, and is possible for a job that cannot be read any more', () => {
    const paused = theJob({ isActive: false, pausedAt: instant('09:00:30') });
    const broken = theJob({ timezone: 'Mars/Olympus', nextRun: instant('09:01:00') });

    expect(deleteJob(paused, instant('09:01:30')).ranges).toMatchObject([{ reason: 'paused' }]);
    expect(deleteJob(broken, instant('09:30:00')).ranges).toEqual([]);
  });
});

describe('any change of any job', () => {
  const seconds = fc
    .integer({ min: 0, max: 600 })
    .map((s) => new Date(CREATED.getTime() + s * 500));
  const schedules = fc.constantFrom(
    '* * * * *',
    '*/7 * * * * *',
    '@every 13s',
    '@at 2026-11-24T09:02:00Z',
    '0 3 * * *',
  );
  const bounds = fc.option(seconds, { nil: null });
  const jobs = fc
    .record({
      schedule: schedules,
      startAt: bounds,
      endAt: bounds,
      isActive: fc.boolean(),
      pausedAt: bounds,
    })
    .map(({ isActive, pausedAt, ...fields }) =>
      theJob({ ...fields, isActive, pausedAt: isActive ? null : pausedAt }),
    );
  const patches = fc.record(
    {
      schedule: schedules,
      startAt: bounds,
      endAt: bounds,
      isActive: fc.boolean(),
      name: fc.constantFrom('a', 'b'),
    },
    { requiredKeys: [] },
  );

  it('looks forward only, and leaves no instant between the old and the new unaccounted', () => {
    fc.assert(
      fc.property(jobs, patches, seconds, (job, patch, now) => {
        fc.pre(!job.pausedAt || job.pausedAt <= now);

        const { job: after, ledger } = changeJob(job, patch, now);

        const planned = after !== job && ledger.withdraw;
        if (planned && after.nextRun)
          expect(after.nextRun.getTime()).toBeGreaterThan(now.getTime());
        if (!after.isActive && planned) expect(after.nextRun).toBeNull();
        expect(after.revision - job.revision).toBe(after === job ? 0 : 1);
        expect(ledger.ranges.length).toBeLessThanOrEqual(1);
        expect(countOf(ledger.ranges)).toBe(planned ? unaccounted(job, now) : 0);
        for (const { from, to } of ledger.ranges) {
          expect(from.getTime()).toBeLessThanOrEqual(to.getTime());
          expect(to.getTime()).toBeLessThanOrEqual(now.getTime());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is made undone by the opposite change, but for its traces', () => {
    fc.assert(
      fc.property(jobs, patches, seconds, (job, patch, now) => {
        const { job: after } = changeJob(job, patch, now);
        const back: Partial<JobDefinition> = Object.fromEntries(
          Object.keys(patch).map((field) => [field, job[field as keyof Job]]),
        );

        const { job: again } = changeJob(after, back, now);

        expect(isRescheduled(job, again)).toBe(false);
        expect([again.name, again.isActive]).toEqual([job.name, job.isActive]);
      }),
    );
  });
});

/** Counted one by one: the instants from the first unplanned one, or the pause, up to now. */
function unaccounted(job: Job, now: Date): number {
  const after = job.pausedAt ?? (job.nextRun ? new Date(job.nextRun.getTime() - 1) : null);
  if (!after || (job.isActive && !job.nextRun)) return 0;

  const schedule = scheduleOf(job);
  let count = 0;
  for (let next = schedule.next(after); next && next <= now; next = schedule.next(next)) count += 1;
  return count;
}

function countOf(ranges: { count: number }[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

describe('a job that gets other exceptions', () => {
  const skip = {
    id: 4,
    action: 'skip',
    at: '2026-11-24T10:00:00.000Z',
    to: null,
    reason: null,
  } as const;

  it('is planned anew from there on, and what is due already stays so', () => {
    const job = theJob({ nextRun: instant('09:31:00') });

    const change = exceptJob(job, [skip], instant('09:30:00'));

    expect(change).toEqual({
      action: 'excepted',
      job: { ...job, exceptions: [skip], revision: 4, updatedAt: instant('09:30:00') },
      ledger: { at: instant('09:30:00'), withdraw: true, waiting: null, cancel: null, ranges: [] },
    });
  });

  it('leaves to the planner what it is behind by', () => {
    const { job, ledger } = exceptJob(theJob(), [skip], instant('09:30:00'));

    expect(job.nextRun).toEqual(instant('09:01:00'));
    expect(ledger.ranges).toEqual([]);
  });

  it('may be due at an instant more', () => {
    const added = { ...skip, action: 'add', at: '2026-11-24T09:30:15.000Z' } as const;
    const job = theJob({ nextRun: instant('09:32:00') });

    expect(exceptJob(job, [added], instant('09:30:00')).job.nextRun).toEqual(instant('09:30:15'));
  });

  it('stays paused, and its pause is accounted for up to there', () => {
    const job = theJob({ isActive: false, pausedAt: instant('09:00:00'), pausedReason: 'why' });

    const change = exceptJob(job, [skip], instant('09:30:00'));

    expect(change.job).toMatchObject({
      isActive: false,
      nextRun: null,
      pausedAt: instant('09:30:00'),
      pausedReason: 'why',
    });
    expect(change.ledger.ranges).toEqual([
      { from: instant('09:01:00'), to: instant('09:30:00'), count: 30, reason: 'paused' },
    ]);
  });

  it('stays completed when it is', () => {
    const job = theJob({ isActive: false, pausedAt: null });

    expect(exceptJob(job, [], instant('09:30:00'))).toMatchObject({
      job: { isActive: false, nextRun: null, pausedAt: null },
      ledger: { ranges: [] },
    });
  });
});
