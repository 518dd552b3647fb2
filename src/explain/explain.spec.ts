import { describe, expect, it } from '@jest/globals';
import type { Run } from '../runs/run.ts';
import { explain } from './explain.ts';
import type { Facts, InForce } from './explanation.ts';
import { duration } from './words.ts';

const at = (time: string): Date => new Date(`2026-11-24T${time}Z`);

function aRun(fields: Partial<Run> = {}): Run {
  return {
    jobId: 1,
    scheduledFor: at('09:00:00'),
    nominalFor: at('09:00:00'),
    ordinal: 0,
    namespaceId: 1,
    status: 'skipped',
    trigger: 'schedule',
    reason: null,
    cause: null,
    revision: 1,
    attempt: 0,
    attempts: [],
    wakeAt: null,
    queuedAt: null,
    startedAt: null,
    finishedAt: null,
    worker: null,
    error: null,
    result: null,
    log: [],
    rangeFrom: null,
    rangeTo: null,
    rangeCount: null,
    ...fields,
  };
}

const IN_FORCE: InForce = {
  revision: 1,
  since: at('08:00:00'),
  isActive: true,
  isCompleted: false,
  pausedSince: null,
  pausedReason: null,
  pausedUntil: null,
  scheduleText: 'Every minute (UTC)',
  isZoneFixed: true,
  isDue: true,
  before: at('08:59:00'),
  after: at('09:01:00'),
  exclusion: null,
  exception: null,
  calendar: null,
  overlap: 'skip',
  missed: 'once',
};

function explained(fields: Partial<Facts>): string {
  const { code, text } = explain({
    at: at('09:00:00'),
    now: at('10:00:00'),
    createdAt: at('08:00:00'),
    deletedAt: null,
    nextRun: at('10:01:00'),
    zoneDataSince: at('00:00:00'),
    keptSince: at('00:00:00'),
    inForce: IN_FORCE,
    run: null,
    blockedBy: null,
    ...fields,
  });
  return `${code} ${text}`;
}

describe('an explanation', () => {
  it.each([
    ['expired', 'the job had had as many runs as it may have'],
    ['quota', 'quota'],
    [null, 'no reason was kept'],
    ['overlap', 'a run before it was still active, and the overlap policy is skip'],
  ])('tells that a run was skipped for the reason %s', (reason, words) => {
    expect(explained({ run: aRun({ reason }) })).toBe(
      `SKIPPED It was due at 2026-11-24T09:00:00Z and did not run: ${words}.`,
    );
  });

  it('does not need the definition of the time', () => {
    expect(explained({ run: aRun({ reason: 'calendar' }), inForce: null })).toContain(
      'the calendar does not allow this day',
    );
    expect(explained({ inForce: null })).toBe(
      'NOT_DUE The schedule of that time cannot be read any more.',
    );
  });

  it('tells that a planned run was withdrawn, its instant being none by newer zone data', () => {
    const run = aRun({ status: 'cancelled', reason: 'zone-data', finishedAt: at('08:59:59') });

    expect(explained({ run })).toBe(
      'CANCELLED It was planned for 2026-11-24T09:00:00Z, and withdrawn at 2026-11-24T08:59:59Z: newer time zone data came into force, by which the job is not due then.',
    );
  });

  it('tells that an instant is due only by newer zone data than those of its time', () => {
    const inForce = { ...IN_FORCE, isZoneFixed: false };
    const newlyDue = { inForce, zoneDataSince: at('09:30:00') };

    expect(explained(newlyDue)).toBe(
      'NOT_DUE It is due by the time zone data in use, which came into force later: by those of that time it was not.',
    );
    expect(explained({ ...newlyDue, zoneDataSince: at('08:59:59') })).toMatch(/^NOT_SETTLED/);
    expect(explained({ ...newlyDue, nextRun: at('09:00:00') })).toMatch(/^NOT_SETTLED/);
    expect(explained({ ...newlyDue, inForce: IN_FORCE })).toMatch(/^NOT_SETTLED/);
  });

  it('tells when and why a run was cancelled, begun or not', () => {
    const cancelled = {
      status: 'cancelled',
      reason: 'replaced',
      finishedAt: at('09:01:00'),
    } as const;

    expect(explained({ run: aRun(cancelled) })).toBe(
      'CANCELLED It was due at 2026-11-24T09:00:00Z and has not started. It was cancelled at 2026-11-24T09:01:00Z (replaced).',
    );
    expect(explained({ run: aRun({ ...cancelled, startedAt: at('09:00:02') }) })).toContain(
      'and started 2 s late. It was cancelled',
    );
  });

  it('counts lateness from the first attempt, and names the last', () => {
    const attempts: Run['attempts'] = [
      {
        attempt: 1,
        startedAt: '2026-11-24T09:00:00.007Z',
        finishedAt: '2026-11-24T09:00:01.000Z',
        outcome: 'retry',
        error: 'no answer',
        worker: null,
      },
    ];
    const run = aRun({
      status: 'succeeded',
      attempt: 2,
      attempts,
      startedAt: at('09:03:00'),
      finishedAt: at('09:05:05'),
    });

    expect(explained({ run })).toBe(
      'RAN It was due at 2026-11-24T09:00:00Z and started 7 ms late. It succeeded at attempt 2 after 2 minutes 5 s.',
    );
  });

  it('tells of the attempt that follows', () => {
    const run = aRun({
      status: 'queued',
      attempt: 1,
      startedAt: at('09:00:00'),
      error: 'no answer',
    });

    expect(explained({ run })).toContain('Attempt 1 failed: no answer; another one follows.');
  });

  it('names the end of a pause, past and to come', () => {
    const paused = {
      ...IN_FORCE,
      isActive: false,
      pausedSince: at('08:30:00'),
      pausedUntil: at('12:00:00'),
      pausedReason: 'holiday',
    };

    expect(explained({ inForce: paused })).toBe(
      'PAUSED It does not run: the job was paused since 2026-11-24T08:30:00Z until 2026-11-24T12:00:00Z (holiday).',
    );
    expect(explained({ inForce: paused, at: at('11:00:00') })).toContain('the job is paused');
    expect(explained({ inForce: paused, at: at('13:00:00') })).toContain('AHEAD');
  });
});

describe('a duration in words', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [59_949, '59.9 s'],
    [60_000, '1 minute'],
    [200_000, '3 minutes 20 s'],
    [93_600_000, '1 day 2 hours'],
  ])('%d', (ms, words) => expect(duration(ms)).toBe(words));
});
