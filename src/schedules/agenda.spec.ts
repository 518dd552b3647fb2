import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Agenda } from './agenda.ts';
import { Calendar, type CalendarRules } from './calendar.ts';
import { DEFAULT_DST } from './dst-policy.ts';
import { type Exception, Exceptions } from './exceptions.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { TimeZone } from './zones/time-zone.ts';
import { timeZone } from './zones/time-zones.ts';

const ANCHOR = new Date('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;

interface Parts {
  schedule?: string;
  timezone?: string;
  spreadMs?: number;
  calendar?: Partial<CalendarRules> | null;
  exceptions?: Partial<Exception>[];
}

function agenda({
  schedule = '0 9 * * *',
  timezone = 'UTC',
  spreadMs = 0,
  calendar = null,
  exceptions = [],
}: Parts): Agenda {
  const blank = { mode: 'exclude', dates: [], weekdays: [], ranges: [] } as const;
  const full = exceptions.map((exception, id) => ({
    id,
    action: 'skip' as const,
    at: '',
    to: null,
    reason: null,
    ...exception,
  }));
  return new Agenda({
    rule: parseSchedule({ schedule, timezone, dst: DEFAULT_DST, anchor: ANCHOR }),
    zone: timeZone(timezone) as TimeZone,
    spreadMs,
    calendar: calendar && new Calendar({ ...blank, ...calendar } as CalendarRules),
    exceptions: new Exceptions(full),
  });
}

const at = (text: string): Date => new Date(`2026-${text}Z`);

describe('the agenda of a job', () => {
  it('has the instants of the rule, each later by the spread', () => {
    const spread = agenda({ spreadMs: 90_000 });

    expect(spread.next(at('06-01T09:00:00'))).toEqual(at('06-01T09:01:30'));
    expect(spread.next(at('06-01T09:01:30'))).toEqual(at('06-02T09:01:30'));
    expect(spread.latest(at('06-01T09:01:29'))).toEqual(at('05-31T09:01:30'));
    expect(spread.nominalOf(at('06-01T09:01:30'))).toEqual(at('06-01T09:00:00'));
    expect(spread.count(at('06-01T09:00:00'), at('06-02T09:01:30'))).toBe(2);
  });

  it('keeps what a calendar excludes, and says so by the local date of the nominal instant', () => {
    const holiday = agenda({
      schedule: '30 23 * * *',
      timezone: 'America/New_York',
      spreadMs: HOUR_MS,
      calendar: { dates: ['2026-06-10'] },
    });
    const excluded = at('06-11T04:30:00');

    expect(holiday.has(excluded)).toBe(true);
    expect(holiday.exclusionOf(excluded)).toBe('calendar');
    expect(holiday.nextToRun(at('06-10T12:00:00'))).toEqual(at('06-12T04:30:00'));
    expect(holiday.latestToRun(at('06-11T12:00:00'))).toEqual(at('06-10T04:30:00'));
  });

  it('passes over years that a calendar excludes, second by second as they would be', () => {
    const from = Date.UTC(2026, 0, 1);
    const closed = agenda({
      schedule: '* * * * * *',
      calendar: { ranges: [{ from: '2026-01-01', to: '2035-12-31' }] },
    });

    expect(closed.nextToRun(new Date(from))).toEqual(new Date('2036-01-01T00:00:00Z'));
    expect(closed.latestToRun(new Date('2035-06-01T00:00:00Z'))).toEqual(new Date(from - 1_000));
  });

  it('gives up when the next thousand is excluded, instead of looking forever', () => {
    const never = agenda({ schedule: '0 9 * * 0', calendar: { weekdays: ['SUN'] } });

    expect(never.nextToRun(ANCHOR)).toBeNull();
    expect(never.latestToRun(ANCHOR)).toBeNull();
    expect(never.next(ANCHOR)).not.toBeNull();
  });

  it('leaves out, moves and adds single occurrences', () => {
    const changed = agenda({
      exceptions: [
        { action: 'skip', at: '2026-06-02T09:00:00.000Z' },
        { action: 'move', at: '2026-06-03T09:00:00.000Z', to: '2026-06-03T11:00:00.000Z' },
        { action: 'add', at: '2026-06-04T15:00:00.000Z' },
      ],
    });
    const running = (from: string, count: number) => {
      const found: (Date | null)[] = [];
      let next = changed.nextToRun(at(from));
      for (; found.length < count; next = next && changed.nextToRun(next)) found.push(next);
      return found.map((each) => each?.toISOString().slice(5, 16));
    };

    expect(running('06-01T00:00:00', 5)).toEqual([
      '06-01T09:00',
      '06-03T11:00',
      '06-04T09:00',
      '06-04T15:00',
      '06-05T09:00',
    ]);
    expect(changed.exclusionOf(at('06-02T09:00:00'))).toBe('exception');
    expect(changed.exclusionOf(at('06-03T09:00:00'))).toBe('exception');
    expect(changed.nominalOf(at('06-03T11:00:00'))).toEqual(at('06-03T09:00:00'));
    expect(changed.count(at('06-01T00:00:00'), at('06-05T00:00:00'))).toBe(6);
  });

  it('runs an extra instant whatever the calendar says, and does not count it twice', () => {
    const extra = agenda({
      calendar: { dates: ['2026-06-02', '2026-06-03'] },
      exceptions: [
        { action: 'add', at: '2026-06-02T15:00:00.000Z' },
        { action: 'add', at: '2026-06-03T09:00:00.000Z' },
      ],
    });

    expect(extra.exclusionOf(at('06-02T15:00:00'))).toBeNull();
    expect(extra.exclusionOf(at('06-03T09:00:00'))).toBeNull();
    expect(extra.nextToRun(at('06-01T12:00:00'))).toEqual(at('06-02T15:00:00'));
    expect(extra.latestToRun(at('06-04T00:00:00'))).toEqual(at('06-03T09:00:00'));
    expect(extra.count(at('06-03T00:00:00'), at('06-04T00:00:00'))).toBe(1);
  });

  it('agrees with a list that is written out', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { maxLength: 8 });
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 24 * 28 - 1 }), { maxLength: 6 });
    const cases = fc.record({
      timezone: fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
      spreadMs: fc.constantFrom(0, 1, 1_800_000, 5 * HOUR_MS),
      mode: fc.constantFrom('exclude' as const, 'only' as const),
      dates: days,
      skipped: hours,
      added: hours,
      asked: fc.integer({ min: 0, max: 24 * 60 * 28 }),
    });
    const start = Date.UTC(2026, 2, 1);

    fc.assert(
      fc.property(cases, ({ timezone, spreadMs, mode, dates, skipped, added, asked }) => {
        const day = (of: number) => `2026-03-${String(of).padStart(2, '0')}`;
        const iso = (hour: number, minute: number) =>
          new Date(start + hour * HOUR_MS + minute * 60_000).toISOString();
        const rules = { mode, dates: dates.map(day) };
        const parts: Parts = {
          schedule: '30 * * * *',
          timezone,
          spreadMs,
          calendar: rules,
          exceptions: [
            ...skipped.map((hour) => ({ action: 'skip' as const, at: iso(hour, 30) })),
            ...added.map((hour) => ({ action: 'add' as const, at: iso(hour, 47) })),
          ],
        };
        const subject = agenda(parts);
        const runs = writtenOut(parts, rules, start);
        const instant = start + asked * 60_000;
        const within = (ms: number | undefined) =>
          ms !== undefined && ms > start && ms < start + 28 * 24 * HOUR_MS ? ms : null;

        const next = subject.nextToRun(new Date(instant))?.getTime();
        const latest = subject.latestToRun(new Date(instant))?.getTime();

        expect(within(next)).toBe(within(runs.find((ms) => ms > instant)));
        expect(within(latest)).toBe(within(runs.findLast((ms) => ms <= instant)));
      }),
      { numRuns: 300 },
    );
  });
});

/** Every instant of some 40 days that runs, found by looking at each local half hour. */
function writtenOut(
  parts: Parts,
  rules: { mode: string; dates: string[] },
  start: number,
): number[] {
  const { timezone = 'UTC', spreadMs = 0, exceptions = [] } = parts;
  const zone = timeZone(timezone) as TimeZone;
  const left = exceptions.filter(({ action }) => action === 'skip').map(({ at }) => at);
  const added = exceptions.filter(({ action }) => action === 'add').map(({ at }) => at);
  const runs = added.map((each) => Date.parse(each ?? ''));
  for (let ms = start - 6 * 24 * HOUR_MS; ms < start + 40 * 24 * HOUR_MS; ms += 15 * 60_000) {
    const local = new Date(ms + zone.offsetAt(ms / 1000) * 1000);
    if (local.getUTCMinutes() !== 30) continue;
    const isListed = rules.dates.includes(local.toISOString().slice(0, 10));
    const isOpen = rules.mode === 'only' ? isListed : !isListed;
    const isLeft = left.includes(new Date(ms).toISOString());
    if (isOpen && !isLeft) runs.push(ms + spreadMs);
  }
  return [...new Set(runs)].sort((one, other) => one - other);
}
