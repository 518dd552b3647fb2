import { describe, expect, it } from '@jest/globals';
import { newDefinition } from '../jobs/job-definition.ts';
import type { SimulatedDefinition } from './dto/simulate.dto.ts';
import { simulationWarnings } from './simulation-warnings.ts';

function codes(job: Partial<SimulatedDefinition>): string[] {
  const definition = newDefinition({ name: 'a', schedule: '* * * * *', ...job });
  return simulationWarnings(definition).map(({ code }) => code);
}

describe('the warnings of a simulation', () => {
  it('are none where nothing is left to chance', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ retry: { maxAttempts: 3, jitter: 0 } })).toEqual([]);
    expect(codes({ key: 'a', spreadSeconds: 30 })).toEqual([]);
  });

  it('tell of jitter that is taken as its mean', () => {
    const retry = { maxAttempts: 3, jitter: 0.2 };
    const [warning] = simulationWarnings(newDefinition({ name: 'a', schedule: '@daily', retry }));

    expect(warning).toEqual({ code: 'MEAN_JITTER', message: expect.stringContaining('20 %') });
  });

  it.each([{ spreadSeconds: 30 }, { schedule: 'H * * * *' }])(
    'tell of times that are drawn for each job: %p',
    (job) => {
      expect(codes(job)).toEqual(['DRAWN_FOR_JOB']);
    },
  );
});
