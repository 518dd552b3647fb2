import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Api, type JobJson, type RunJson } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { Instance } from '../support/instance.ts';

const NO_DATABASE_URL = '';

describe('the service with nothing configured', () => {
  let directory: string;
  let instances: Instance[];

  beforeEach(async () => {
    instances = [];
    directory = await mkdtemp(join(tmpdir(), 'first-try-'));
    // The database may be served by another user, who has to get in.
    await chmod(directory, 0o755);
  });
  afterEach(async () => {
    for (const instance of instances) await instance.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  async function start(settings: Record<string, string> = {}): Promise<Instance> {
    const instance = await Instance.start(NO_DATABASE_URL, {
      DATA_DIRECTORY: directory,
      ...settings,
    });
    instances.push(instance);
    return instance;
  }

  it('does what the command that it prints says, and keeps it over a restart', async () => {
    const first = await start();
    const [, url = '', body = ''] = /curl -s (\S+) .*-d '(.*)'/.exec(first.lines.join('\n')) ?? [];
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const exit = await first.end('SIGTERM');

    const second = await start();
    const { body: jobs } = await new Api(second.url).send<JobJson[]>('GET', '/jobs');

    expect(answer.status).toBe(201);
    expect(exit.code).toBe(0);
    expect(jobs).toMatchObject([{ id: 1, name: 'hello', isActive: true }]);
  });

  it('runs a job every second, none twice and none missing', async () => {
    const api = new Api((await start()).url);
    await api.send('POST', '/jobs', { name: 'secondly', schedule: '* * * * * *' });

    const runs = await eventually(async () => {
      const { body } = await api.send<RunJson[]>('GET', '/runs?status=succeeded');
      if (body.length < 3) throw new Error('There are fewer than three runs');
      return body;
    });

    const instants = runs.map(({ scheduledFor }) => Date.parse(scheduledFor));
    const steps = instants.slice(1).map((instant, n) => (instants[n] ?? 0) - instant);
    expect(new Set(steps)).toEqual(new Set([1_000]));
  });

  it('shares its database with another one, which goes on when it is stopped', async () => {
    const first = await start();
    const second = await start();
    await new Api(first.url).send('POST', '/jobs', { name: 'shared', schedule: '@hourly' });

    const exit = await first.end('SIGTERM', 'SIGINT');
    const { body } = await new Api(second.url).send<JobJson>('GET', '/jobs/1');

    expect(exit.code).toBe(0);
    expect(body.name).toBe('shared');
  });

  it('says everything that is wrong with its settings, and nothing of their values', async () => {
    const settings = { PORT: 'secret', ROLES: 'boss', HOST: '0.0.0.0' };

    const message = await start(settings).catch((error: Error) => error.message);

    expect(message).toEqual(expect.stringContaining('ROLES takes a comma-separated list'));
    expect(message).toEqual(expect.stringContaining('HOST must be a loopback address'));
    expect(message).toEqual(expect.stringContaining('PORT must be'));
    expect(message).not.toEqual(expect.stringContaining('secret'));
  });
});
