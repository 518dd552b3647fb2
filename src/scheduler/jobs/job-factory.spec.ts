import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { HandlersModule } from './handlers.module.ts';
import { HttpJob } from './http.job.ts';
import { JobFactory, UnknownJobTypeError } from './job-factory.ts';
import { LogJob } from './log.job.ts';

describe('JobFactory', () => {
  it('maps every type of the list to its handler', async () => {
    const module = await Test.createTestingModule({ imports: [HandlersModule] }).compile();

    const factory = module.get(JobFactory);

    expect(factory.types).toEqual(['log', 'http']);
    expect(factory.for('log')).toBeInstanceOf(LogJob);
    expect(factory.for('http')).toBeInstanceOf(HttpJob);
  });

  it('stops the boot when two handlers share a type', () => {
    expect(() => new JobFactory([new LogJob(), new LogJob()])).toThrow('share a type: log,log');
  });

  it.each(['ftp', 'LOG', '', 'constructor', '__proto__'])('refuses the type %p', (type) => {
    const factory = new JobFactory([new LogJob()]);

    const refused = (): unknown => factory.for(type);

    expect(refused).toThrow(UnknownJobTypeError);
    expect(refused).toThrow(
      expect.objectContaining({
        status: 400,
        violations: [{ path: 'type', message: 'must be one of log' }],
      }),
    );
  });
});
