import { describe, expect, it } from '@jest/globals';
import type { Job } from '../job.ts';
import { DEFAULT_RETRY } from '../retry-policy.ts';
import { JobDto } from './job.dto.ts';

const NOW = new Date('2026-11-24T09:00:00Z');

function aJob(fields: Partial<Job> = {}): Job {
  return {
    id: 7,
    namespaceId: 1,
    key: 'mine',
    name: 'a',
    description: null,
    type: 'log',
    payload: null,
    schedule: '0 10 * * *',
    timezone: 'UTC',
    dst: { gap: 'shift', overlap: 'first' },
    startAt: null,
    endAt: null,
    retry: { ...DEFAULT_RETRY },
    timeoutMs: 30_000,
    labels: {},
    isActive: true,
    lastRun: null,
    nextRun: new Date('2026-11-24T10:00:00Z'),
    pausedAt: null,
    pausedReason: null,
    revision: 2,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

describe('a job as the API shows it', () => {
  it('has the next five instants, but not in lists', () => {
    const job = aJob();

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
    const shown = JobDto.from({ ...aJob(), secret: 'x' } as Job, NOW);

    for (const hidden of ['namespaceId', 'pausedAt', 'secret'])
      expect(shown).not.toHaveProperty(hidden);
  });

  it('has as its next instant the next that comes, however far the plan has got', () => {
    const planned = aJob({ nextRun: new Date('2026-11-25T10:00:00Z') });

    expect(JobDto.listed(planned, NOW).nextRun).toEqual(new Date('2026-11-24T10:00:00Z'));
  });

  it('has as its next instant the one that is overdue', () => {
    const overdue = aJob({ nextRun: new Date('2026-11-23T10:00:00Z') });

    expect(JobDto.listed(overdue, NOW).nextRun).toEqual(new Date('2026-11-23T10:00:00Z'));
  });

  it('shows the last instant until it has come, though it is planned', () => {
    const last = aJob({ schedule: '@at 2026-11-24T09:00:01Z', nextRun: null });

    expect(JobDto.from(last, NOW)).toMatchObject({
      nextRun: new Date('2026-11-24T09:00:01Z'),
      upcoming: [new Date('2026-11-24T09:00:01Z')],
    });
    expect(JobDto.listed(last, new Date('2026-11-24T09:00:01Z')).nextRun).toBeNull();
  });

  it('has nothing ahead while it is paused', () => {
    const paused = aJob({ isActive: false, nextRun: null, pausedAt: NOW, pausedReason: 'why' });

    expect(JobDto.from(paused, NOW)).toMatchObject({
      nextRun: null,
      upcoming: [],
      pausedReason: 'why',
    });
  });

  it('has nothing ahead when its schedule cannot be read any more', () => {
    const broken = aJob({ timezone: 'Mars/Olympus', nextRun: null });

    expect(JobDto.from(broken, NOW)).toMatchObject({ nextRun: null, upcoming: [] });
  });

  it('fills up policies that were stored before they had all their fields', () => {
    const old = aJob({ dst: {} as Job['dst'], retry: { maxAttempts: 3 } as Job['retry'] });

    expect(JobDto.listed(old, NOW)).toMatchObject({
      dst: { gap: 'shift', overlap: 'first' },
      retry: { ...DEFAULT_RETRY, maxAttempts: 3 },
    });
  });
});
