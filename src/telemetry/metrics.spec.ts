import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.ts';

describe('metrics', () => {
  it('of two instances in one process do not mix', async () => {
    const [one, two] = [new Metrics(), new Metrics()];

    one.runsTotal.inc({ status: 'failed' }, 3);

    expect(await one.registry.metrics()).toContain('scheduler_runs_total{status="failed"} 3\n');
    expect(await two.registry.metrics()).not.toContain('status="failed"');
  });

  it('ask for the value of a gauge when somebody reads it', async () => {
    const metrics = new Metrics();
    let asked = 0;
    metrics.gauge('test_gauge', 'A test.', () => (asked += 1));

    expect(asked).toBe(0);
    expect(await metrics.registry.metrics()).toContain('test_gauge 1\n');
    expect(await metrics.registry.metrics()).toContain('test_gauge 2\n');
  });

  it.each([
    [
      'fails at once',
      () => {
        throw new Error('away');
      },
    ],
    ['fails later', () => Promise.reject(new Error('away'))],
  ])(
    'are all told when the reader of a gauge %s',
    async (_how, read: () => number | Promise<number>) => {
      const metrics = new Metrics();
      metrics.gauge('test_gauge', 'A test.', read);
      metrics.leasesLost.inc();

      const text = await metrics.registry.metrics();

      expect(text).toContain('test_gauge Nan\n');
      expect(text).toContain('scheduler_leases_lost_total 1\n');
    },
  );

  it('sort lateness from a millisecond to ten minutes', async () => {
    const metrics = new Metrics();

    for (const seconds of [0.0005, 0.02, 700]) metrics.lateness.observe(seconds);

    const text = await metrics.registry.metrics();
    const bucket = (le: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`scheduler_run_lateness_seconds_bucket{le="${le}"}`))
          ?.split(' ')[1],
      );
    expect([bucket('0.001'), bucket('0.025'), bucket('600'), bucket('+Inf')]).toEqual([1, 2, 2, 3]);
  });

  it('show what the pools that they watch do', async () => {
    const metrics = new Metrics();
    metrics.watchPool('test', { totalCount: 5, idleCount: 2, waitingCount: 1 });

    const text = await metrics.registry.metrics();

    expect(text).toContain('scheduler_pool_connections{pool="test",state="open"} 5\n');
    expect(text).toContain('scheduler_pool_connections{pool="test",state="idle"} 2\n');
    expect(text).toContain('scheduler_pool_connections{pool="test",state="waiting"} 1\n');
  });
});
