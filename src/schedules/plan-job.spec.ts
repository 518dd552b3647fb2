import { describe, expect, it } from '@jest/globals';
import { Agenda } from './agenda.ts';
import { DEFAULT_MISSED } from './missed.ts';
import { GRACE_MS } from './overlap.ts';
import { outageBefore, planJob } from './plan-job.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { TimeZone } from './zones/time-zone.ts';
import { timeZone } from './zones/time-zones.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const SECONDLY = Agenda.of(
  parseSchedule({
    schedule: '* * * * * *',
    timezone: 'UTC',
    dst: { gap: 'shift', overlap: 'first' },
    anchor: NOW,
  }),
  timeZone('UTC') as TimeZone,
);

function plan(lateMs: number, horizonMs = 2_000) {
  return planJob({
    schedule: SECONDLY,
    policy: DEFAULT_MISSED,
    nextRun: new Date(NOW.getTime() - lateMs),
    now: NOW,
    horizon: new Date(NOW.getTime() + horizonMs),
  });
}

describe('planning a job', () => {
  it('takes what is no more than late for due', () => {
    const { due, skipped } = plan(GRACE_MS - 1_000);

    expect(due.map(({ trigger }) => trigger)).toEqual(Array(7).fill('schedule'));
    expect(skipped).toBeNull();
  });

  it('takes all up to now for missed once there was an outage', () => {
    const { due, skipped } = plan(GRACE_MS);

    expect(due.map(({ trigger }) => trigger)).toEqual(['missed', 'schedule', 'schedule']);
    expect(skipped).toMatchObject({ count: 5 });
    expect(outageBefore(NOW)).toEqual(new Date('2026-11-24T08:59:55Z'));
  });

  it('leaves what is beyond a hundred to the next plan', () => {
    const { due, next } = plan(0, 600_000);

    expect(due).toHaveLength(100);
    expect(next).toEqual(new Date('2026-11-24T09:01:40Z'));
  });
});
