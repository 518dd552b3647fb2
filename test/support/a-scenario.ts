import type { Job } from '../../src/jobs/job.ts';
import type { Scenario } from '../../src/simulation/scenario.ts';
import { aJob } from './a-job.ts';

/** What happens to a job that is due each minute from 09:00 to 09:10, with nothing in its way. */
export function aScenario({
  job,
  ...fields
}: Partial<Omit<Scenario, 'job'>> & { job?: Partial<Job> } = {}): Scenario {
  const from = fields.from ?? new Date('2026-11-24T08:59:30Z');
  return {
    job: aJob({ createdAt: from, ...job }),
    from,
    to: new Date('2026-11-24T09:10:00Z'),
    outages: [],
    durations: [],
    outcomes: [],
    planAheadMs: 2_000,
    leaseMs: 15_000,
    ...fields,
  };
}
