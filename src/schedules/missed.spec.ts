import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Agenda } from './agenda.ts';
import { DEFAULT_DST } from './dst-policy.ts';
import { DEFAULT_MISSED, planOccurrences, type MissedPolicy, type PlanInput } from './missed.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { TimeZone } from './zones/time-zone.ts';
import { timeZone } from './zones/time-zones.ts';

const at = (time: string) => new Date(`2026-06-01T${time}Z`);

function scheduleOf(schedule: string, timezone = 'UTC') {
  const anchor = new Date('2026-01-01T00:00:00Z');
  const rule = parseSchedule({ schedule, timezone, dst: DEFAULT_DST, anchor });
  return Agenda.of(rule, timeZone(timezone) as TimeZone);
}

/** Every ten minutes; the scheduler was away from 10:00 to 11:05. */
function outage(
  change: Partial<Omit<PlanInput, 'policy'>> & { policy?: Partial<MissedPolicy> } = {},
) {
  const plan = planOccurrences({
    schedule: scheduleOf('*/10 * * * *'),
    nextRun: at('10:00:00'),
    now: at('11:05:00'),
    horizon: at('11:05:05'),
    graceMs: 60_000,
    limit: 1000,
    ...change,
    policy: { ...DEFAULT_MISSED, ...change.policy },
  });
  const time = (date?: Date | null) => date?.toISOString().slice(11, 16) ?? null;
  return {
    due: plan.due.map(({ scheduledFor, trigger }) => `${time(scheduledFor)} ${trigger}`),
    skipped:
      plan.skipped && `${time(plan.skipped.from)}-${time(plan.skipped.to)}: ${plan.skipped.count}`,
    next: time(plan.next),
  };
}

describe('the missed policy', () => {
  it('once runs the latest and skips the rest', () => {
    expect(outage()).toEqual({ due: ['11:00 missed'], skipped: '10:00-10:50: 6', next: '11:10' });
  });

  it('once runs nothing when the latest is too old', () => {
    const plan = outage({ policy: { maxAgeSeconds: 299 } });

    expect(plan).toEqual({ due: [], skipped: '10:00-11:00: 7', next: '11:10' });
  });

  it('skip runs nothing', () => {
    const plan = outage({ policy: { policy: 'skip' } });

    expect(plan).toEqual({ due: [], skipped: '10:00-11:00: 7', next: '11:10' });
  });

  it('all runs everything, oldest first', () => {
    const { due, skipped } = outage({ policy: { policy: 'all' } });

    expect(due).toHaveLength(7);
    expect([due[0], due[6], skipped]).toEqual(['10:00 missed', '11:00 missed', null]);
  });

  it('all keeps to its count', () => {
    const plan = outage({ policy: { policy: 'all', maxCount: 2 } });

    expect(plan.due).toEqual(['10:50 missed', '11:00 missed']);
    expect(plan.skipped).toBe('10:00-10:40: 5');
  });

  it('all keeps to its age, the limit included', () => {
    const plan = outage({ policy: { policy: 'all', maxAgeSeconds: 15 * 60 } });

    expect(plan.due).toEqual(['10:50 missed', '11:00 missed']);
  });

  it('calls an instant within the grace late, and runs it beside the latest missed one', () => {
    const plan = outage({ graceMs: 6 * 60_000 });

    expect(plan.due).toEqual(['10:50 missed', '11:00 schedule']);
    expect(plan.skipped).toBe('10:00-10:40: 5');
  });

  it('calls an instant missed when it is as late as the grace', () => {
    expect(outage({ graceMs: 5 * 60_000 }).due).toEqual(['11:00 missed']);
  });

  it('plans ahead up to the horizon, included', () => {
    const plan = outage({ nextRun: at('11:10:00'), horizon: at('11:30:00') });

    expect(plan.due).toEqual(['11:10 schedule', '11:20 schedule', '11:30 schedule']);
    expect([plan.skipped, plan.next]).toEqual([null, '11:40']);
  });

  it('leaves what exceeds the limit to the next plan', () => {
    const policy = { policy: 'all', maxCount: 4 } as const;
    const plan = outage({ policy, limit: 3 });

    expect(plan).toEqual({
      due: ['10:30 missed', '10:40 missed', '10:50 missed'],
      skipped: '10:00-10:20: 3',
      next: '11:00',
    });
    expect(outage({ policy, limit: 3, nextRun: at('11:00:00') }).due).toEqual(['11:00 missed']);
  });

  it('changes nothing before the next instant has come', () => {
    const plan = outage({ nextRun: at('12:00:00') });

    expect(plan).toEqual({ due: [], skipped: null, next: '12:00' });
  });

  it('ends a one-off after it was run', () => {
    const schedule = scheduleOf('@at 2026-06-01T10:30:00Z');

    expect(outage({ schedule, nextRun: at('10:30:00') })).toEqual({
      due: ['10:30 missed'],
      skipped: null,
      next: null,
    });
  });

  it('skips years of seconds at once', () => {
    const schedule = scheduleOf('* * * * * *', 'Europe/Paris');
    const plan = outage({ schedule, nextRun: new Date('2021-06-01T00:00:00Z'), limit: 10 });

    expect(plan.due).toHaveLength(10);
    expect(plan.skipped).toBe('00:00-11:03: 157806240');
  });

  it('accounts for every instant exactly once, whatever the schedule, outage and policy', () => {
    const schedules = [
      '* * * * *',
      '*/7 * * * * *',
      '30 2 * * *',
      '15,45 0-3 * * *',
      '@every 97s',
      '0 0 29 2 *',
    ];
    const minute = 60_000;

    fc.assert(
      fc.property(
        fc.constantFrom(...schedules),
        fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo'),
        fc.integer({ min: 0, max: 500 * 1440 }),
        fc.nat({ max: 3 * 1440 }),
        fc.record({
          policy: fc.constantFrom('skip' as const, 'once' as const, 'all' as const),
          maxAgeSeconds: fc.nat({ max: 200_000 }),
          maxCount: fc.nat({ max: 50 }),
        }),
        fc.record({
          graceMs: fc.nat({ max: 5 * minute }),
          aheadMs: fc.nat({ max: minute }),
          limit: fc.integer({ min: 1, max: 60 }),
        }),
        (expression, timezone, startMinute, outageMinutes, policy, { graceMs, aheadMs, limit }) => {
          const schedule = scheduleOf(expression, timezone);
          const start = new Date(Date.UTC(2026, 0, 2) + startMinute * minute);
          const nextRun = schedule.next(start)!;
          const now = new Date(start.getTime() + outageMinutes * minute + 1234);
          const horizon = new Date(now.getTime() + aheadMs);

          const plan = planOccurrences({ schedule, policy, nextRun, now, horizon, graceMs, limit });

          const covered = plan.due.length + (plan.skipped?.count ?? 0);
          const end = new Date(plan.next!.getTime() - 1);
          expect(covered).toBe(schedule.count(start, end));
          expect(plan.due.length).toBeLessThanOrEqual(limit);
          const order = [
            plan.skipped?.from,
            ...plan.due.map((due) => due.scheduledFor),
            plan.next!,
          ];
          const times = order.flatMap((date) => date?.getTime() ?? []);
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
          expect(
            plan.skipped === null || plan.skipped.to < (plan.due[0]?.scheduledFor ?? plan.next!),
          ).toBe(true);
          expect(plan.due.length === limit || plan.next! > horizon).toBe(true);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
