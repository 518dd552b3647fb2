import { describe, expect, it } from '@jest/globals';
import { aJob } from '../../test/support/a-job.ts';
import { scheduleOf } from '../jobs/job-schedule.ts';
import type { Job } from '../jobs/job.ts';
import { Forecast, histogramOf } from './forecast.ts';

const WINDOW = { from: new Date('2026-11-24T09:00:00Z'), minutes: 60 };

function histogram(fields: Partial<Job>): Record<number, number> {
  return Object.fromEntries(histogramOf(scheduleOf(aJob(fields)), WINDOW));
}

describe('the starts of a job in a window', () => {
  it('holds the first instant of the window, and not the one at its end', () => {
    expect(histogram({ schedule: '0 * * * *' })).toEqual({ 0: 1 });
  });

  it('counts them by minute, however frequent they are', () => {
    const everySecond = histogram({ schedule: '* * * * * *' });

    expect(Object.keys(everySecond)).toHaveLength(60);
    expect(new Set(Object.values(everySecond))).toEqual(new Set([60]));
    expect(histogram({ schedule: '*/20 * 9 * * *' })[17]).toBe(3);
  });

  it.each(['* * * * *', '*/2 * * * * *'])('leaves out what a calendar excludes: %s', (schedule) => {
    const calendarRules = JSON.stringify({
      mode: 'exclude',
      dates: ['2026-11-24'],
      weekdays: [],
      ranges: [],
    });

    expect(histogram({ schedule, calendarRules })).toEqual({});
  });

  it('asks a frequent schedule minute by minute, not start by start', () => {
    let questions = 0;
    const agenda = scheduleOf(aJob({ schedule: '* * * * * *' }));
    const counting = new Proxy(agenda, {
      get: (target, name, receiver) => {
        if (name === 'next' || name === 'nextToRun') questions += 1;
        return Reflect.get(target, name, receiver) as unknown;
      },
    });

    histogramOf(counting, { ...WINDOW, minutes: 1_440 });

    expect(questions).toBeLessThanOrEqual(1_440);
  });
});

describe('a forecast', () => {
  it('sums up jobs by minute, type and host, and keeps the busiest hosts', () => {
    const forecast = new Forecast(WINDOW);
    forecast.add(new Map([[5, 2]]), 'http', 'a.example');
    forecast.add(new Map([[5, 3]]), 'http', 'b.example');
    forecast.add(
      new Map([
        [5, 1],
        [2, 1],
      ]),
      'log',
      null,
    );

    expect(forecast.total).toBe(7);
    expect(JSON.parse(JSON.stringify(forecast.result(1)))).toEqual([
      { at: '2026-11-24T09:02:00.000Z', total: 1, byType: { log: 1 }, byHost: {} },
      {
        at: '2026-11-24T09:05:00.000Z',
        total: 6,
        byType: { http: 5, log: 1 },
        byHost: { 'b.example': 3 },
      },
    ]);
  });

  it('takes any name for a type', () => {
    const forecast = new Forecast(WINDOW);
    forecast.add(new Map([[0, 1]]), '__proto__', null);

    expect(Object.entries(forecast.result(1)[0]?.byType ?? {})).toEqual([['__proto__', 1]]);
  });
});
