import { describe, expect, it } from '@jest/globals';
import type { LogLevel } from '../config/config.ts';
import { PinoLogger } from './pino-logger.ts';

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

/** A logger and the lines that it has written. */
function aLogger(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const logger = new PinoLogger(level, { write: (line: string) => void lines.push(line) });
  const records = (): Record<string, unknown>[] =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, records };
}

describe('the log', () => {
  it('is one JSON line for each record, with the instance and who speaks', () => {
    const { logger, lines, records } = aLogger();

    logger.log('Migrated', 'Database');

    expect(lines).toHaveLength(1);
    expect(records()).toEqual([
      {
        level: LEVELS.info,
        time: expect.any(Number),
        instance: expect.stringMatching(/^[\w.-]+-\d+-[0-9a-f]{6}$/),
        logger: 'Database',
        message: 'Migrated',
      },
    ]);
  });

  it('takes fields beside the message', () => {
    const { logger, records } = aLogger();

    logger.warn({ message: 'A run is no longer ours', jobId: 7 }, 'Leases');

    expect(records()).toMatchObject([
      { level: LEVELS.warn, logger: 'Leases', message: 'A run is no longer ours', jobId: 7 },
    ]);
  });

  it('keeps errors with their stack and cause', () => {
    const { logger, records } = aLogger();
    const error = new Error('No', { cause: new Error('The deeper reason') });

    logger.error({ message: 'GET /jobs failed', err: error }, 'ProblemFilter');
    logger.error(error);
    logger.error('Broken', 'Error: Broken\n    at somewhere', 'Nest');

    const [first, second, third] = records();
    expect(first).toMatchObject({ message: 'GET /jobs failed', err: { type: 'Error' } });
    expect(JSON.stringify(first)).toContain('The deeper reason');
    expect(second).toMatchObject({ level: LEVELS.error, err: { stack: expect.any(String) } });
    expect(third).toMatchObject({ logger: 'Nest', stack: expect.stringContaining('somewhere') });
  });

  it('cannot be forged by what is logged', () => {
    const { logger, lines, records } = aLogger();

    logger.log('a\n{"level":60,"message":"forged"}\u001b[31m', 'Jobs');

    expect(lines.join('').trimEnd().split('\n')).toHaveLength(1);
    expect(records()).toMatchObject([{ level: LEVELS.info, logger: 'Jobs' }]);
    expect(lines[0]).not.toContain('\u001b');
  });

  it('has a level for everything that the framework says', () => {
    const { logger, records } = aLogger();

    logger.debug('a', 'X');
    logger.verbose('b', 'X');
    logger.log('c', 'X');
    logger.warn('d', 'X');
    logger.error('e', undefined, 'X');
    logger.fatal('f', 'X');

    const { debug, info, warn, error, fatal } = LEVELS;
    expect(records().map(({ level }) => level)).toEqual([debug, debug, info, warn, error, fatal]);
  });

  it('calls the chatter of the framework by its name', () => {
    const { logger, records } = aLogger();

    logger.log('Mapped {/jobs, GET} route', 'RouterExplorer');

    expect(records()).toMatchObject([{ level: LEVELS.debug }]);
  });

  it.each([
    ['silent', 0],
    ['error', 1],
    ['warn', 2],
    ['info', 3],
    ['debug', 4],
  ] as const)('is as loud as %s', (level, count) => {
    const { logger, lines } = aLogger(level);

    logger.error('a');
    logger.warn('b');
    logger.log('c');
    logger.debug('d');

    expect(lines).toHaveLength(count);
  });
});
