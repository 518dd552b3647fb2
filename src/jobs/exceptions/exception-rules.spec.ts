import { describe, expect, it } from '@jest/globals';
import type { Exception } from '../../schedules/exceptions.ts';
import { spreadOffsetMs } from '../../schedules/spread.ts';
import { aJob } from '../../../test/support/a-job.ts';
import type { Job } from '../job.ts';
import {
  MAX_OPEN,
  removableException,
  type WantedException,
  withException,
} from './exception-rules.ts';

const DAY_MS = 86_400_000;
/** In the middle of a minute; the job is due each full one. */
const NOW = new Date('2026-11-24T09:00:30Z');
const HOLIDAYS = JSON.stringify({
  mode: 'exclude',
  dates: ['2026-11-25'],
  weekdays: [],
  ranges: [],
});

const at = (time: string): Date => new Date(`2026-11-24T${time}Z`);

function wanted(fields: Partial<WantedException> = {}): WantedException {
  return { action: 'skip', at: at('10:00:00'), to: null, reason: null, ...fields };
}

function anException(fields: Partial<Exception> = {}): Exception {
  return {
    id: 1,
    action: 'skip',
    at: at('10:00:00').toISOString(),
    to: null,
    reason: null,
    ...fields,
  };
}

/** `count` exceptions, one a minute from `first` on. */
function exceptionsFrom(first: Date, count: number): Exception[] {
  return Array.from({ length: count }, (_, index) =>
    anException({ id: index + 1, at: new Date(first.getTime() + index * 60_000).toISOString() }),
  );
}

function added(job: Job, fields: Partial<WantedException>): Exception | undefined {
  return withException(job, wanted(fields), NOW).at(-1);
}

describe('an exception', () => {
  it('leaves out, moves or adds an instant', () => {
    const job = aJob();

    expect(added(job, { reason: 'stocktaking' })).toEqual({
      id: 2,
      action: 'skip',
      at: '2026-11-24T10:00:00.000Z',
      to: null,
      reason: 'stocktaking',
    });
    expect(added(job, { action: 'move', to: at('10:00:20.5') })).toMatchObject({
      at: '2026-11-24T10:00:00.000Z',
      to: '2026-11-24T10:00:20.500Z',
    });
    expect(added(job, { action: 'add', at: at('10:00:30') })).toMatchObject({
      at: '2026-11-24T10:00:30.000Z',
      to: null,
    });
  });

  it('has an id that no other one had, whichever were deleted', () => {
    const job = aJob({ revision: 7, exceptions: [anException({ id: 3 })] });

    expect(added(job, { at: at('11:00:00') })).toMatchObject({ id: 8 });
  });

  it('may be for a paused job', () => {
    const paused = aJob({ isActive: false, pausedAt: at('09:00:00') });

    expect(added(paused, {})).toMatchObject({ action: 'skip' });
  });

  it('cannot bring back a schedule that is over', () => {
    const over = aJob({ isActive: false, pausedAt: null });

    expect(() => withException(over, wanted(), NOW)).toThrow('The schedule of job 1 is over');
  });

  it('needs a schedule that can be read', () => {
    const unreadable = { ...aJob(), timezone: 'Nowhere/Gone' };

    expect(() => withException(unreadable, wanted(), NOW)).toThrow('cannot be read any more');
  });
});

describe('an occurrence of a job that is spread', () => {
  const job = aJob({ schedule: '0 * * * *', spreadSeconds: 600, seed: 5 });
  const spreadMs = spreadOffsetMs(5, 600);

  it('can be named by either of its instants', () => {
    const effective = new Date(at('10:00:00').getTime() + spreadMs);

    expect(spreadMs).toBeGreaterThan(0);
    for (const name of [at('10:00:00'), effective]) {
      expect(added(job, { at: name })).toMatchObject({ at: '2026-11-24T10:00:00.000Z' });
    }
  });

  it('lies ahead as long as it is not due', () => {
    const minutes = Math.ceil(spreadMs / 60_000);
    const dense = aJob({ spreadSeconds: 600, seed: 5, schedule: '* * * * *' });
    const nominal = new Date(NOW.getTime() - 30_000 - (minutes - 2) * 60_000);

    expect(withException(dense, wanted({ at: nominal }), NOW).at(-1)).toMatchObject({
      at: nominal.toISOString(),
    });
  });

  it('is the one that the schedule names where an instant is due for another one too', () => {
    const dense = aJob({ spreadSeconds: 120, seed: 204_753 });

    expect(spreadOffsetMs(dense.seed, dense.spreadSeconds)).toBe(60_000);
    expect(added(dense, {})).toMatchObject({ at: '2026-11-24T10:00:00.000Z' });
  });
});

describe('what is refused', () => {
  const skipped = anException({ id: 4, at: at('11:00:00').toISOString() });
  const moved = anException({
    id: 5,
    action: 'move',
    at: at('12:00:00').toISOString(),
    to: at('12:00:10').toISOString(),
  });
  const extra = anException({ id: 6, action: 'add', at: at('13:00:10').toISOString() });
  const job = aJob({
    exceptions: [skipped, moved, extra],
    calendar: 'holidays',
    calendarRules: HOLIDAYS,
  });
  const NOT_DUE = 'must be an instant at which the job is due';
  const TAKEN = 'is one of the instants of the job already';
  const SOON = 'must lie at least a second ahead';
  const FAR = 'must lie at most 10 years ahead';

  it.each<[string, Partial<WantedException>, string]>([
    ['no occurrence', { at: at('10:00:01') }, `at: ${NOT_DUE}`],
    ['a millisecond beside it', { at: at('10:00:00.001') }, `at: ${NOT_DUE}`],
    ['long ago', { at: new Date(0) }, `at: ${SOON}`],
    ['past', { at: at('09:00:00') }, `at: ${SOON}`],
    ['skipped already', { at: at('11:00:00') }, 'at: is left out by exception 4 already'],
    ['moved already', { at: at('12:00:00') }, 'at: is left out by exception 5 already'],
    ['one that was moved there', { at: at('12:00:10') }, 'at: is due by exception 5: delete'],
    ['one that was added', { at: at('13:00:10') }, 'at: is due by exception 6: delete'],
    [
      'one that the calendar leaves out',
      { at: new Date('2026-11-25T10:00:00Z') },
      'at: is left out by the calendar holidays already',
    ],
    ['a skip with a target', { to: at('10:00:10') }, 'to: is for a move only'],
    [
      'an addition with a target',
      { action: 'add', at: at('10:00:10'), to: at('10:00:20') },
      'to: is for',
    ],
    ['a move without one', { action: 'move' }, 'to: is required for a move'],
    ['a move into the past', { action: 'move', to: at('09:00:10') }, `to: ${SOON}`],
    ['a move to right now', { action: 'move', to: NOW }, `to: ${SOON}`],
    ['a move to itself', { action: 'move', to: at('10:00:00') }, `to: ${TAKEN}`],
    ['a move onto another one', { action: 'move', to: at('10:01:00') }, `to: ${TAKEN}`],
    ['a move onto one that is left out', { action: 'move', to: at('11:00:00') }, `to: ${TAKEN}`],
    ['a move onto an extra one', { action: 'move', to: at('13:00:10') }, `to: ${TAKEN}`],
    ['a move too far', { action: 'move', to: new Date('2036-11-26T00:00:01Z') }, `to: ${FAR}`],
    ['adding what is due anyway', { action: 'add' }, `at: ${TAKEN}`],
    ['adding in the past', { action: 'add', at: at('09:00:10') }, `at: ${SOON}`],
    ['adding too far ahead', { action: 'add', at: new Date('2036-12-01T00:00:01Z') }, `at: ${FAR}`],
    [
      'two mistakes at once',
      { action: 'move', at: at('10:00:01'), to: at('09:00:10') },
      `at: ${NOT_DUE}; to: ${SOON}`,
    ],
  ])('%s', (_what, fields, message) => {
    expect(() => withException(job, wanted(fields), NOW)).toThrow(message);
  });
});

describe('the exceptions of a job', () => {
  it('are at most a hundred that lie ahead', () => {
    const full = aJob({ exceptions: exceptionsFrom(at('10:00:00'), MAX_OPEN) });

    expect(() => added(full, { at: at('22:00:00') })).toThrow('at most 100 exceptions');
  });

  it('make room when they are past, and the latest of those are kept', () => {
    const past = exceptionsFrom(new Date(NOW.getTime() - DAY_MS), 150);
    const open = exceptionsFrom(at('10:00:00'), MAX_OPEN - 1).map((one) => ({
      ...one,
      id: one.id + 150,
    }));
    const job = aJob({ revision: 500, nextRun: at('09:01:00'), exceptions: [...past, ...open] });

    const exceptions = withException(job, wanted({ at: at('22:00:00') }), NOW);

    expect(exceptions).toEqual([...past.slice(50), ...open, expect.objectContaining({ id: 501 })]);
  });

  it('are kept, however many, where the planner has yet to plan their instants', () => {
    const unplanned = exceptionsFrom(at('08:00:00'), MAX_OPEN - 1);
    const job = aJob({ nextRun: at('07:00:00'), exceptions: unplanned });

    expect(withException(job, wanted(), NOW)).toHaveLength(MAX_OPEN);
    expect(() =>
      withException({ ...job, exceptions: exceptionsFrom(at('07:00:00'), 110) }, wanted(), NOW),
    ).toThrow('at most 100 exceptions');
  });
});

describe('an exception that is taken back', () => {
  const move = anException({ id: 2, action: 'move', to: at('12:00:10').toISOString() });

  it('must be one of the job', () => {
    expect(() => removableException(aJob({ exceptions: [move] }), 3, NOW)).toThrow(
      'The job 1 has no exception 3',
    );
  });

  it('may lie ahead', () => {
    expect(removableException(aJob({ exceptions: [move] }), 2, NOW)).toBe(move);
    expect(removableException(aJob({ exceptions: [move] }), 2, at('09:59:59'))).toBe(move);
  });

  it.each(['09:59:59.001', '10:00:00', '11:00:00', '12:00:10', '13:00:00'])(
    'must not lie in the past, not even in part: at %s',
    (time) => {
      expect(() => removableException(aJob({ exceptions: [move] }), 2, at(time))).toThrow(
        'The exception 2 cannot be taken back',
      );
    },
  );

  it('lies ahead until it is due, also where that is later than the schedule says', () => {
    const spreadMs = spreadOffsetMs(5, 600);
    const job = aJob({ spreadSeconds: 600, seed: 5, exceptions: [anException()] });
    const due = at('10:00:00').getTime() + spreadMs;

    expect(removableException(job, 1, new Date(due - 1_000))).toMatchObject({ id: 1 });
    expect(() => removableException(job, 1, new Date(due - 999))).toThrow('cannot be taken back');
  });
});
