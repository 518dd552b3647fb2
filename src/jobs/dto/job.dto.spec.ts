import { describe, expect, it } from '@jest/globals';
import { aJob } from '../../../test/support/a-job.ts';
import type { Job } from '../job.ts';
import { DEFAULT_RETRY } from '../retry-policy.ts';
import { JobDto } from './job.dto.ts';

const NOW = new Date('2026-11-24T09:00:00Z');

function theJob(fields: Partial<Job> = {}): Job {
  return aJob({ id: 7, key: 'mine', schedule: '0 10 * * *', revision: 2, ...fields });
}

describe('a job as the API shows it', () => {
  it('has the next five instants, but not in lists', () => {
    const job = theJob();

    expect(JobDto.from(job, NOW).upcoming?.map((each) => each.toISOString())).toEqual([
      '2026-11-24T10:00:00.000Z',
      '2026-11-25T10:00:00.000Z',
      '2026-11-26T10:00:00.000Z',
      '2026-11-27T10:00:00.000Z',
      '2026-11-28T10:00:00.000Z',
    ]);
    expect(JobDto.listed(job, NOW)).not.toHaveProperty('upcoming');
  });

  it('shows nothing of what is ours', () => {
    const shown = JobDto.from({ ...theJob(), secret: 'x' } as Job, NOW);

    for (const hidden of ['namespaceId', 'pausedAt', 'secret'])
      expect(shown).not.toHaveProperty(hidden);
  });

  it('has as its next instant the next that comes, however far the plan has got', () => {
    const planned = theJob({ nextRun: new Date('2026-11-25T10:00:00Z') });

    expect(JobDto.listed(planned, NOW).nextRun).toEqual(new Date('2026-11-24T10:00:00Z'));
  });

  it('has as its next instant the one that is overdue', () => {
    const overdue = theJob({ nextRun: new Date('2026-11-23T10:00:00Z') });

    expect(JobDto.listed(overdue, NOW).nextRun).toEqual(new Date('2026-11-23T10:00:00Z'));
  });

  it('shows the last instant until it has come, though it is planned', () => {
    const last = theJob({ schedule: '@at 2026-11-24T09:00:01Z', nextRun: null });

    expect(JobDto.from(last, NOW)).toMatchObject({
      nextRun: new Date('2026-11-24T09:00:01Z'),
      upcoming: [new Date('2026-11-24T09:00:01Z')],
    });
    expect(JobDto.listed(last, new Date('2026-11-24T09:00:01Z')).nextRun).toBeNull();
  });

  it('has nothing ahead while it is paused', () => {
    const paused = theJob({ isActive: false, nextRun: null, pausedAt: NOW, pausedReason: 'why' });

    expect(JobDto.from(paused, NOW)).toMatchObject({
      nextRun: null,
      upcoming: [],
      pausedReason: 'why',
    });
  });

  it('has nothing ahead when its schedule cannot be read any more', () => {
    const broken = theJob({ timezone: 'Mars/Olympus', nextRun: null });

    expect(JobDto.from(broken, NOW)).toMatchObject({ nextRun: null, upcoming: [] });
  });

  it('fills up policies that were stored before they had all their fields', () => {
    const old = theJob({ dst: {} as Job['dst'], retry: { maxAttempts: 3 } as Job['retry'] });

    expect(JobDto.listed(old, NOW)).toMatchObject({
      dst: { gap: 'shift', overlap: 'first' },
      retry: { ...DEFAULT_RETRY, maxAttempts: 3 },
    });
  });
});
