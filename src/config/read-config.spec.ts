import { describe, expect, it } from '@jest/globals';
import { Config, LOG_LEVELS } from './config.ts';
import { ConfigError, readConfig } from './read-config.ts';

function mistakes(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing to be set', () => {
    const config = readConfig({});

    expect(config).toEqual(new Config());
    expect(config).toMatchObject({
      ROLES: ['api', 'scheduler', 'worker'],
      HOST: '127.0.0.1',
      PORT: 3000,
      DATA_DIRECTORY: '.data',
      LOG_LEVEL: 'info',
    });
    expect(config.DATABASE_URL).toBeUndefined();
    expect(config.ZONEINFO_DIRECTORY).toBeUndefined();
  });

  it('reads what is set, and cannot be changed afterwards', () => {
    const config = readConfig({
      ROLES: 'scheduler, worker',
      HOST: '::1',
      PORT: '0',
      DATABASE_URL: 'postgresql://user:geheim@db/jobs',
      LOG_LEVEL: 'debug',
      ZONEINFO_DIRECTORY: '/usr/share/zoneinfo',
      LEASE_MS: '20000',
      WORKER_CONCURRENCY: '10',
    });

    expect(config).toMatchObject({
      ROLES: ['scheduler', 'worker'],
      HOST: '::1',
      PORT: 0,
      DATABASE_URL: 'postgresql://user:geheim@db/jobs',
      LOG_LEVEL: 'debug',
      ZONEINFO_DIRECTORY: '/usr/share/zoneinfo',
      LEASE_MS: 20_000,
      WORKER_CONCURRENCY: 10,
    });
    expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError);
  });

  it('ignores what it does not know, and takes empty for not set', () => {
    const config = readConfig({ PATH: '/bin', PORT: '', ROLES: '', DATABASE_URL: '', port: 'x' });

    expect(config).toEqual(new Config());
  });

  it('names every mistake at once, and no value', () => {
    const all = mistakes({
      ROLES: 'api,cook',
      HOST: '0.0.0.0',
      PORT: 'geheim',
      DATABASE_URL: 'mysql://user:geheim@db/jobs',
      LOG_LEVEL: 'loud',
      DATABASE_POOL_SIZE: '0',
    });

    expect(all.map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining([
        'ROLES',
        'HOST',
        'PORT',
        'DATABASE_URL',
        'LOG_LEVEL',
        'DATABASE_POOL_SIZE',
      ]),
    );
    expect(all.join()).not.toMatch(/geheim|cook|loud/);
  });

  it.each([
    [{ ROLES: 'api,cook' }, 'ROLES takes a comma-separated list out of api, scheduler, worker'],
    [{ ROLES: 'api,api' }, 'ROLES names a role twice'],
    [{ ROLES: ',' }, 'ROLES takes a comma-separated list out of api, scheduler, worker'],
    [{ HOST: 'example.org' }, 'HOST must be a loopback address'],
    [{ HOST: '127.0.0.1.evil.org' }, 'HOST must be a loopback address'],
    [{ HOST: '::' }, 'HOST must be a loopback address'],
    [{ PORT: '65536' }, 'PORT must be an integer from 0 to 65535'],
    [{ PORT: '-1' }, 'PORT must be an integer from 0 to 65535'],
    [{ PORT: '80.5' }, 'PORT must be an integer from 0 to 65535'],
    [{ DATABASE_URL: 'localhost:5432' }, 'DATABASE_URL must start with postgresql://'],
    [{ DATABASE_POOL_SIZE: '501' }, 'DATABASE_POOL_SIZE must be an integer from 1 to 500'],
    [{ LOG_LEVEL: 'INFO' }, 'LOG_LEVEL must be one of the following values'],
    [{ WORKER_CONCURRENCY: '0' }, 'WORKER_CONCURRENCY must be an integer from 1 to 10000'],
    [{ LEASE_MS: '999' }, 'LEASE_MS must be an integer from 1000 to 600000'],
    [{ PLAN_AHEAD_MS: '60001' }, 'PLAN_AHEAD_MS must be an integer from 0 to 60000'],
    [{ POLL_MS: '99' }, 'POLL_MS must be an integer from 100 to 60000'],
    [{ SHUTDOWN_GRACE_MS: 'soon' }, 'SHUTDOWN_GRACE_MS must be an integer from 0 to 600000'],
  ])('refuses %j', (env, mistake) => {
    expect(mistakes(env)).toContainEqual(expect.stringContaining(mistake));
  });

  it.each(['localhost', '127.0.0.1', '127.8.8.8', '::1'])('listens on %s', (HOST) => {
    expect(readConfig({ HOST }).HOST).toBe(HOST);
  });

  it.each([...LOG_LEVELS])('logs as much as %s', (LOG_LEVEL) => {
    expect(readConfig({ LOG_LEVEL }).LOG_LEVEL).toBe(LOG_LEVEL);
  });

  it('takes its two forms of an address of PostgreSQL', () => {
    for (const DATABASE_URL of ['postgres://db/jobs', 'postgresql://u:p@[::1]:5432/jobs?x=1']) {
      expect(readConfig({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL);
    }
  });
});
