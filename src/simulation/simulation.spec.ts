import { describe, expect, it } from '@jest/globals';
import { aScenario } from '../../test/support/a-scenario.ts';
import { DEFAULT_RETRY } from '../jobs/retry-policy.ts';
import type { Run } from '../runs/run.ts';
import { DEFAULT_MISSED } from '../schedules/missed.ts';
import { MAX_ROWS, MAX_STEPS } from './limits.ts';
import { Simulation } from './simulation.ts';
import type { Scenario } from './scenario.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const time = (text: string) => new Date(`2026-11-24T${text}Z`);

function ended(scenario: Scenario, stretch = 500): Simulation {
  const simulation = new Simulation(scenario);
  while (!simulation.advance(stretch));
  return simulation;
}

/** Instant, verdict, and the times of its attempts, one line for each row. */
function ledger(scenario: Scenario): string[] {
  return ended(scenario).runs.map((run) => {
    const reason = run.reason === null ? '' : ` (${run.reason})`;
    const range = run.rangeCount === null ? '' : ` ${run.rangeCount} from ${at(run.rangeFrom)}`;
    const times = run.startedAt ? ` ${at(run.startedAt)}-${at(run.finishedAt)}` : '';
    return `${at(run.scheduledFor)} ${run.status}${reason}${range}${times}`;
  });
}

function at(instant: Date | null): string {
  return instant?.toISOString().slice(11, 19) ?? '';
}

describe('a simulation', () => {
  it('shows every occurrence of the window with its verdict', () => {
    expect(ledger(aScenario({ to: time('09:02:30') }))).toEqual([
      '09:00:00 succeeded 09:00:00-09:00:01',
      '09:01:00 succeeded 09:01:00-09:01:01',
      '09:02:00 succeeded 09:02:00-09:02:01',
    ]);
  });

  it('begins after the creation of the job and ends with the window, in the middle of a run', () => {
    const from = time('09:00:00');
    const scenario = aScenario({ from, to: time('09:02:00'), durations: [5 * SECOND] });

    expect(ledger(scenario)).toEqual([
      '09:01:00 succeeded 09:01:00-09:01:05',
      '09:02:00 running 09:02:00-',
    ]);
  });

  it('lets runs last and attempts end as it is told, over and over', () => {
    const runs = ledger(
      aScenario({
        to: time('09:03:30'),
        durations: [10 * SECOND, 20 * SECOND],
        outcomes: ['succeeded', 'failed', 'succeeded'],
      }),
    );

    expect(runs).toEqual([
      '09:00:00 succeeded 09:00:00-09:00:10',
      '09:01:00 failed 09:01:00-09:01:20',
      '09:02:00 succeeded 09:02:00-09:02:10',
      '09:03:00 succeeded 09:03:00-09:03:20',
    ]);
  });

  it('tries again after the mean of the delay, and ends an attempt by its limit', () => {
    const [run] = ended(
      aScenario({
        to: time('09:05:00'),
        job: { schedule: '0 9 * * *', timeoutMs: 40 * SECOND, retry: retry({ maxAttempts: 3 }) },
        durations: [50 * SECOND],
      }),
    ).runs;

    expect(run).toMatchObject({ status: 'failed', attempt: 3, finishedAt: time('09:02:20') });
    expect(
      run?.attempts.map(({ startedAt, finishedAt, outcome }) => [
        at(new Date(startedAt)),
        at(new Date(finishedAt)),
        outcome,
      ]),
    ).toEqual([
      ['09:00:00', '09:00:40', 'retry'],
      ['09:00:50', '09:01:30', 'retry'],
    ]);
  });

  it.each([
    ['skip', ['succeeded 09:00:00-09:01:30', 'skipped (overlap)', 'succeeded 09:02:00-09:03:30']],
    [
      'allow',
      ['succeeded 09:00:00-09:01:30', 'succeeded 09:01:00-09:02:30', 'succeeded 09:02:00-09:03:30'],
    ],
    [
      'queue',
      ['succeeded 09:00:00-09:01:30', 'succeeded 09:01:30-09:03:00', 'succeeded 09:03:00-09:04:30'],
    ],
    [
      'replace',
      [
        'cancelled (replaced) 09:00:00-09:01:00',
        'cancelled (replaced) 09:01:00-09:02:00',
        'succeeded 09:02:00-09:03:30',
      ],
    ],
  ] as const)('overlap %s', (overlap, expected) => {
    const scenario = aScenario({
      to: time('09:05:00'),
      job: { overlap, timeoutMs: 10 * MINUTE, endAt: time('09:02:00') },
      durations: [90 * SECOND],
    });

    expect(ledger(scenario).map((row) => row.slice(9))).toEqual(expected);
  });

  it('takes up what an outage has cut short once the lease has ended', () => {
    const outages = [{ from: time('09:01:10'), to: time('09:01:20') }];
    const scenario = aScenario({ to: time('09:02:10'), outages, durations: [30 * SECOND] });

    expect(ledger(scenario)).toEqual([
      '09:00:00 succeeded 09:00:00-09:00:30',
      '09:01:00 succeeded 09:01:25-09:01:55',
      '09:02:00 running 09:02:00-',
    ]);
    expect(ended(scenario).runs[1]?.attempts).toEqual([
      expect.objectContaining({
        outcome: 'lost',
        startedAt: '2026-11-24T09:01:00.000Z',
        finishedAt: '2026-11-24T09:01:25.000Z',
      }),
    ]);
  });

  it('gives a run up that may not be tried twice', () => {
    const scenario = aScenario({
      to: time('09:02:10'),
      outages: [{ from: time('09:01:10'), to: time('09:01:40') }],
      durations: [30 * SECOND],
      job: { retry: retry({ onLost: 'fail' }) },
    });

    expect(ledger(scenario)[1]).toBe('09:01:00 lost 09:01:00-09:01:40');
  });

  it.each([
    ['skip', ['09:05:00 skipped (missed) 5 from 09:01:00']],
    ['once', ['09:04:00 skipped (missed) 4 from 09:01:00', '09:05:00 succeeded 09:05:30-09:05:31']],
    [
      'all',
      [
        '09:03:00 skipped (missed) 3 from 09:01:00',
        '09:04:00 succeeded 09:05:30-09:05:31',
        '09:05:00 succeeded 09:05:31-09:05:32',
      ],
    ],
  ] as const)('makes up for an outage by the policy: %s', (policy, expected) => {
    const scenario = aScenario({
      to: time('09:05:59'),
      outages: [{ from: time('09:00:30'), to: time('09:05:30') }],
      job: { missed: { ...DEFAULT_MISSED, policy, maxCount: 2 } },
    });

    expect(ledger(scenario).slice(1)).toEqual(expected);
  });

  it('leaves open what an outage has in store that goes on at the end', () => {
    const outages = [{ from: time('09:01:30'), to: time('11:00:00') }];

    expect(ledger(aScenario({ outages }))).toHaveLength(2);
  });

  it('takes outages that overlap or touch for one', () => {
    const one = [{ from: time('09:01:10'), to: time('09:04:30') }];
    const several = [
      { from: time('09:03:00'), to: time('09:04:30') },
      { from: time('09:01:10'), to: time('09:02:00') },
      { from: time('09:02:00'), to: time('09:03:10') },
    ];

    expect(ledger(aScenario({ outages: several }))).toEqual(ledger(aScenario({ outages: one })));
  });

  it('ends with the last start that the job may have', () => {
    expect(ledger(aScenario({ job: { maxRuns: 2 } }))).toHaveLength(2);
  });

  it('names the instant of the rule where the start is spread', () => {
    const [run] = ended(aScenario({ job: { spreadSeconds: 30, seed: 4711 } })).runs;

    expect(run?.nominalFor).toEqual(time('09:00:00'));
    expect(Number(run?.scheduledFor)).toBeGreaterThan(Number(time('09:00:00')));
  });

  it('leaves out what the calendar excludes', () => {
    const rules = { mode: 'exclude', dates: ['2026-11-24'], weekdays: [], ranges: [] };
    const job = { calendarRules: JSON.stringify(rules) };

    expect(ledger(aScenario({ to: time('09:00:30'), job }))).toEqual([
      '09:00:00 skipped (calendar)',
    ]);
  });

  it('is empty when nothing is due', () => {
    expect(ledger(aScenario({ job: { schedule: '@at 2026-11-25T09:00:00Z' } }))).toEqual([]);
    expect(ledger(aScenario({ job: { schedule: '@at 2026-11-23T09:00:00Z' } }))).toEqual([]);
  });

  it('comes to the same in stretches of any length', () => {
    const scenario = aScenario({
      outages: [{ from: time('09:01:10'), to: time('09:05:30') }],
      durations: [70 * SECOND],
      job: { overlap: 'allow', missed: { ...DEFAULT_MISSED, policy: 'all' } },
    });
    const whole = ended(scenario, Infinity).runs;

    expect(ended(scenario, 1).runs).toEqual(whole);
    expect(new Simulation(scenario).runs).toEqual([]);
  });
});

describe('the limits of a simulation', () => {
  const year = { to: new Date('2027-11-24T09:00:00Z') };

  function truncated(scenario: Scenario): Run[] {
    const simulation = ended(scenario);
    expect(simulation.isTruncated).toBe(true);
    expect(Number(simulation.until)).toBeLessThan(Number(scenario.to));
    const late = simulation.runs.filter((run) => run.scheduledFor > simulation.until);
    expect(late).toEqual([]);
    return simulation.runs;
  }

  it('are rows', () => {
    const rows = truncated(aScenario({ ...year, job: { schedule: '* * * * * *' } }));

    expect(rows.length).toBeGreaterThan(MAX_ROWS - 10);
    expect(rows.length).toBeLessThanOrEqual(MAX_ROWS);
  });

  it('hold also for a flood of rows in a single instant', () => {
    const oneDay = { mode: 'only', dates: ['2026-11-24'], weekdays: [], ranges: [] };
    const rows = truncated(
      aScenario({
        ...year,
        job: {
          schedule: '* * * * * *',
          calendarRules: JSON.stringify(oneDay),
          missed: { policy: 'all', maxAgeSeconds: 40_000_000, maxCount: 10_000 },
        },
        outages: [{ from: time('09:00:30'), to: new Date('2027-05-01T00:00:00Z') }],
      }),
    );

    expect(rows.length).toBeLessThanOrEqual(MAX_ROWS);
  });

  it('are steps, where few rows have a long story', () => {
    const rows = truncated(
      aScenario({
        ...year,
        job: { retry: retry({ maxAttempts: 100, initialDelayMs: 0 }) },
        outcomes: ['retry'],
      }),
    );

    expect(rows.flatMap(({ attempts }) => attempts).length).toBeLessThan(MAX_STEPS);
  });

  it('are not reached by a year of hours', () => {
    const { isTruncated, runs } = ended(aScenario({ ...year, job: { schedule: '@hourly' } }));

    expect([isTruncated, runs.length]).toEqual([false, 365 * 24 + 1]);
  });
});

function retry(fields: Partial<typeof DEFAULT_RETRY>): typeof DEFAULT_RETRY {
  return { ...DEFAULT_RETRY, backoff: 'fixed', initialDelayMs: 10 * SECOND, ...fields };
}
