import { describe, expect, it } from '@jest/globals';
import { Agenda } from '../../schedules/agenda.ts';
import type { Exception } from '../../schedules/exceptions.ts';
import { spreadOffsetMs } from '../../schedules/spread.ts';
import { aJob } from '../../../test/support/a-job.ts';
import { stepsOf } from '../../../test/support/steps.ts';
import type { Job } from '../job.ts';
import { backfillOf, type BackfillStart, MAX_BACKFILL, type Window } from './backfill.ts';

const NOW = new Date('2026-11-24T09:00:30Z');

const at = (time: string): Date => new Date(`2026-11-24T${time}Z`);
const instants = (starts: BackfillStart[]): string[] =>
  starts.map(({ scheduledFor }) => scheduledFor.toISOString().slice(11, 19));

/** From 08:00 to 08:05 unless told otherwise. */
function backfill(job: Job, window: Partial<Window> = {}): BackfillStart[] {
  return backfillOf(job, { from: at('08:00:00'), to: at('08:05:00'), ...window }, NOW);
}

function anException(fields: Partial<Exception>): Exception {
  return { id: 1, action: 'skip', at: '', to: null, reason: null, ...fields };
}

describe('a backfill', () => {
  it('holds every instant of its window, both ends included, oldest first', () => {
    expect(instants(backfill(aJob()))).toEqual([
      '08:00:00',
      '08:01:00',
      '08:02:00',
      '08:03:00',
      '08:04:00',
      '08:05:00',
    ]);
  });

  it('may be for one instant, or up to right now', () => {
    expect(instants(backfill(aJob(), { to: at('08:00:00') }))).toEqual(['08:00:00']);
    expect(instants(backfill(aJob(), { from: at('08:59:00'), to: NOW }))).toEqual([
      '08:59:00',
      '09:00:00',
    ]);
  });

  it('is empty where the job was not due', () => {
    expect(backfill(aJob({ schedule: '@yearly' }))).toEqual([]);
    expect(backfill(aJob({ startAt: at('08:30:00') }))).toEqual([]);
  });

  it('leaves out what calendar and exceptions leave out, and has what they add', () => {
    const exceptions = [
      anException({ at: '2026-11-24T08:01:00.000Z' }),
      anException({
        id: 2,
        action: 'move',
        at: '2026-11-24T08:02:00.000Z',
        to: '2026-11-24T08:02:30.000Z',
      }),
      anException({ id: 3, action: 'add', at: '2026-11-24T08:03:30.000Z' }),
    ];
    const rules = { mode: 'exclude', dates: ['2026-11-23'], weekdays: [], ranges: [] };
    const job = aJob({ schedule: '*/2 * * * *', calendarRules: JSON.stringify(rules), exceptions });
    const window = { from: new Date('2026-11-23T12:00:00Z'), to: at('00:03:00') };

    expect(instants(backfill(job))).toEqual(['08:00:00', '08:02:30', '08:03:30', '08:04:00']);
    expect(instants(backfill(job, window))).toEqual(['00:00:00', '00:02:00']);
  });

  it('names the nominal instant where it is another one', () => {
    const job = aJob({ schedule: '0 * * * *', spreadSeconds: 600, seed: 5 });
    const spreadMs = spreadOffsetMs(5, 600);

    expect(backfill(job, { to: at('08:15:00') })).toMatchObject([
      { scheduledFor: new Date(at('08:00:00').getTime() + spreadMs), nominalFor: at('08:00:00') },
    ]);
    expect(backfill(aJob(), { to: at('08:00:00') })).toMatchObject([{ nominalFor: null }]);
  });

  it('has the first run at once and holds back the others, with a net for each', () => {
    const delays = backfill(aJob()).map(({ wakeAt }) => wakeAt.getTime() - NOW.getTime());

    expect(delays).toEqual([0, 30_000, 31_000, 32_000, 33_000, 34_000]);
  });

  it('has five run at once where runs may overlap', () => {
    const starts = backfill(aJob({ overlap: 'allow' }), { to: at('08:06:00') });

    const delays = starts.map(({ wakeAt }) => wakeAt.getTime() - NOW.getTime());
    expect(delays).toEqual([0, 0, 0, 0, 0, 30_000, 31_000]);
  });
});

describe('the window of a backfill', () => {
  it.each<[string, Partial<Window>, string]>([
    ['ends in the future', { to: new Date(NOW.getTime() + 1) }, 'to: must not lie in the future'],
    ['is turned round', { from: at('08:05:00.001') }, 'from: must not lie after to'],
    ['is too long', { from: new Date('2016-11-20T00:00:00Z') }, 'from: must lie at most 10 years'],
  ])('is refused when it %s', (_how, window, message) => {
    expect(() => backfill(aJob({ schedule: '@yearly' }), window)).toThrow(message);
  });

  it('holds a thousand instants at most', () => {
    const from = (count: number): Date => new Date(NOW.getTime() - 30_000 - (count - 1) * 60_000);
    const most = backfill(aJob(), { from: from(MAX_BACKFILL), to: NOW });

    expect(most).toHaveLength(1_000);
    expect(() => backfill(aJob(), { from: from(MAX_BACKFILL + 1), to: NOW })).toThrow(
      'from: the window holds 1001 instants of the job; at most 1000 at a time',
    );
  });

  it('costs next to nothing when it holds a million', () => {
    const secondly = aJob({ schedule: '* * * * * *' });
    const from = new Date(NOW.getTime() - 999_999_000);
    let message = '';

    const steps = stepsOf([Agenda], () => {
      try {
        backfill(secondly, { from, to: NOW });
      } catch (error) {
        ({ message } = error as Error);
      }
    });

    expect(message).toContain('the window holds 1000000 instants');
    expect(steps).toBeLessThan(10);
  });

  it('needs a schedule that can be read', () => {
    expect(() => backfill({ ...aJob(), timezone: 'Nowhere/Gone' })).toThrow('cannot be read');
  });
});
