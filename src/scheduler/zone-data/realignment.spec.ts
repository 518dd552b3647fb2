import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aJob } from '../../../test/support/a-job.ts';
import { Agenda } from '../../schedules/agenda.ts';
import { DEFAULT_DST } from '../../schedules/dst-policy.ts';
import { type Exception, Exceptions } from '../../schedules/exceptions.ts';
import { parseSchedule } from '../../schedules/parse-schedule.ts';
import { packagedZones } from '../../schedules/zones/packaged-zones.ts';
import { TimeZone } from '../../schedules/zones/time-zone.ts';
import { useZoneData } from '../../schedules/zones/time-zones.ts';
import { newest } from '../../schedules/zones/zone-data.ts';
import { Realignment, type PlannedRun } from './realignment.ts';

const NOON = new Date('2026-11-24T12:00:00Z');
const HORIZON_MS = 60_000;
const SCHEDULES = [
  '* * * * * *',
  '*/7 * * * * *',
  '*/20 * 9-17 * * *',
  '30 */5 8,12 * * *',
  '0 12 * * *',
  '30 59 11 * * *',
  '*/15 * * * *',
];

/** What a schedule means where the clock is so many hours ahead of UTC. */
function agendaAt(schedule: string, hours: number, extras: readonly Date[] = []): Agenda {
  const zone = new TimeZone('Mars', { starts: [-Infinity], offsets: [hours * 3_600] });
  const mars = { version: '2099a', source: 'directory', names: ['Mars'] } as const;
  useZoneData(newest(packagedZones, { ...mars, zone: () => zone }));
  const definition = { schedule, timezone: 'Mars', dst: DEFAULT_DST, anchor: NOON };
  const rule = parseSchedule(definition);
  useZoneData(packagedZones);
  const exceptions = new Exceptions(extras.map(added));
  return new Agenda({ rule, zone, spreadMs: 0, calendar: null, exceptions });
}

function added(at: Date, index: number): Exception {
  return { id: index + 1, action: 'add', at: at.toISOString(), to: null, reason: null };
}

function instantsBetween(agenda: Agenda, after: Date, notAfter: Date): Date[] {
  const instants: Date[] = [];
  for (let at = agenda.next(after); at && at <= notAfter; at = agenda.next(at)) instants.push(at);
  return instants;
}

const plus = (instant: Date, ms: number) => new Date(instant.getTime() + ms);

/**
 * A job that the old data have planned up to the horizon, and whose runs up to some moment have
 * started; and the moment at which the new data come.
 */
const cases = fc.record({
  schedule: fc.constantFrom(...SCHEDULES),
  before: fc.constantFrom(-1, 0, 1, 0.5),
  after: fc.constantFrom(-1, 0, 1, 0.5),
  /** How much has started, relative to now: a fleet at work is not behind. */
  startedMs: fc.integer({ min: -20_000, max: 0 }),
  plannedMs: fc.integer({ min: 0, max: HORIZON_MS }),
  /** Instants beside the rule, which no zone data move. */
  extraMs: fc.array(fc.integer({ min: -20_000, max: HORIZON_MS }), { maxLength: 4 }),
});

describe('a job that is brought in line with other zone data', () => {
  it('accounts for each instant ahead once, and for nothing else', () => {
    fc.assert(
      fc.property(cases, ({ schedule, before, after, startedMs, plannedMs, extraMs }) => {
        const extras = [...new Set(extraMs)].map((ms) => plus(NOON, ms));
        const old = agendaAt(schedule, before, extras);
        const agenda = agendaAt(schedule, after, extras);
        const [started, horizon] = [plus(NOON, startedMs), plus(NOON, plannedMs)];
        const past = instantsBetween(old, plus(NOON, -HORIZON_MS), started);
        const planned = instantsBetween(old, started, horizon);
        const job = { ...aJob({ updatedAt: plus(NOON, -HORIZON_MS) }), nextRun: old.next(horizon) };
        const runs = planned.map((at): PlannedRun => ({
          scheduledFor: at,
          nominalFor: null,
          reason: null,
        }));

        const realignment = new Realignment(job, agenda, runs, { since: NOON, now: NOON });
        const { owedFrom, withdrawn } = realignment;
        const rows = [...past, ...planned];
        const lastRow = rows.filter((at) => owedFrom && at < owedFrom).at(-1) ?? null;
        const until = realignment.settledUntil(lastRow);
        const { nextRun, removed } = realignment.outcome(
          until,
          rows.filter((at) => at > until),
        );

        // Withdrawn is what is not due any more, and nothing else.
        expect(withdrawn).toEqual(planned.filter((at) => !agenda.has(at)));
        // Rows that stay, and what is planned from the next instant on, are all that is due.
        const gone = new Set([...withdrawn, ...removed]);
        const staying = planned.filter((at) => !gone.has(at));
        const again = instantsBetween(agenda, plus(nextRun!, -1), plus(NOON, 2 * HORIZON_MS));
        const ahead = [...staying, ...again].filter((at) => at > NOON).sort((a, b) => +a - +b);
        expect(ahead).toEqual(instantsBetween(agenda, NOON, plus(NOON, 2 * HORIZON_MS)));
        // Nothing is planned later than the next instant, and nothing in the past that is not owed.
        expect(staying.every((at) => at < nextRun!)).toBe(true);
        if (!owedFrom) expect(nextRun! > NOON).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what is the same by both', () => {
    const agenda = agendaAt('* * * * * *', -8);
    const runs = instantsBetween(agenda, NOON, plus(NOON, 2_000));
    const job = { ...aJob({ updatedAt: plus(NOON, -HORIZON_MS) }), nextRun: plus(NOON, 3_000) };
    const planned = runs.map((at) => ({ scheduledFor: at, nominalFor: null, reason: null }));

    const realignment = new Realignment(job, agenda, planned, { since: NOON, now: NOON });

    expect(realignment.outcome(realignment.settledUntil(null), runs)).toEqual({
      jobId: job.id,
      nextRun: job.nextRun,
      isMoved: false,
      withdrawn: [],
      removed: [],
    });
  });
});
