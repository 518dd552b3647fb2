import { it } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { aScenario } from '../../test/support/a-scenario.ts';
import { Simulation } from './simulation.ts';
import { DEFAULT_RETRY } from '../jobs/retry-policy.ts';
import { DEFAULT_MISSED } from '../schedules/missed.ts';

function run(name: string, s: ReturnType<typeof aScenario>) {
  for (let i = 0; i < 2; i++) {
  const t = performance.now();
  const sim = new Simulation(s);
  let worst = 0; let slices = 0;
  for (;;) { const t1 = performance.now(); const over = sim.advance(1000); worst = Math.max(worst, performance.now() - t1); slices++; if (over) break; }
  const runs = sim.runs;
  console.log(name, (performance.now() - t).toFixed(1), 'ms worst slice', worst.toFixed(1), slices, 'rows', runs.length, 'steps', (sim as any).ledger.steps, sim.isTruncated, sim.until.toISOString());
  }
}
const year = new Date('2027-11-24T09:00:00Z');
it('perf', () => {
  run('minutely', aScenario({ to: year }));
  run('secondly allow 1h', aScenario({ to: year, job: { schedule: '* * * * * *', overlap: 'allow', timeoutMs: 3_600_000 }, durations: [3_600_000] }));
  run('tz cron', aScenario({ to: year, job: { schedule: '*/7 9-17 * * 1-5', timezone: 'America/New_York' } }));
  run('retry100', aScenario({ to: year, job: { retry: { ...DEFAULT_RETRY, maxAttempts: 100, initialDelayMs: 0 } }, outcomes: ['retry'] }));
  run('all 10000 outage', aScenario({ to: year, job: { schedule: '* * * * * *', overlap: 'skip', missed: { policy: 'all', maxCount: 10_000, maxAgeSeconds: 366 * 86400 } }, outages: [{ from: new Date('2026-11-24T09:00:00Z'), to: new Date('2026-12-24T09:00:00Z') }] }));
  run('all 9000 outage', aScenario({ to: year, job: { schedule: '* * * * * *', overlap: 'skip', missed: { policy: 'all', maxCount: 9_000, maxAgeSeconds: 366 * 86400 } }, outages: [{ from: new Date('2026-11-24T09:00:00Z'), to: new Date('2026-12-24T09:00:00Z') }] }));
  run('all 9000 outage slow', aScenario({ to: year, job: { schedule: '* * * * * *', overlap: 'skip', timeoutMs: 3_600_000, missed: { policy: 'all', maxCount: 9_000, maxAgeSeconds: 366 * 86400 } }, durations: [3600_000], outages: [{ from: new Date('2026-11-24T09:00:00Z'), to: new Date('2026-12-24T09:00:00Z') }] }));
  run('all 10000 calendar', aScenario({ to: year, job: { schedule: '* * * * * *', overlap: 'skip', calendarRules: JSON.stringify({ mode: 'exclude', dates: [], weekdays: ['TUE', 'THU', 'SAT'], ranges: [] }), missed: { policy: 'all', maxCount: 10_000, maxAgeSeconds: 366 * 86400 } }, outages: [{ from: new Date('2026-11-24T09:00:00Z'), to: new Date('2026-12-24T09:00:00Z') }] }));
  run('100 outages all', aScenario({ to: year, job: { schedule: '* * * * * *', overlap: 'skip', missed: { policy: 'all', maxCount: 100, maxAgeSeconds: 366 * 86400 } }, outages: Array.from({ length: 100 }, (_, i) => ({ from: new Date(Date.parse('2026-11-24T09:00:00Z') + i * 3600_000), to: new Date(Date.parse('2026-11-24T09:59:00Z') + i * 3600_000) })) }));
});
