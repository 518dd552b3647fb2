import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findPostmaster, parsePostmaster } from './postmaster.ts';

const READY = `4711
/srv/.data/postgres/data
1795518000
41234

127.0.0.1
  1234567    12345
ready   
`;

describe('parsePostmaster', () => {
  it('reads who serves, where, and how far it has got', () => {
    expect(parsePostmaster(READY)).toEqual({ pid: 4711, port: 41234, status: 'ready' });
  });

  it('knows no port before the server has written one', () => {
    const started = READY.split('\n').slice(0, 3).join('\n');

    expect(parsePostmaster(started)).toEqual({ pid: 4711, port: undefined, status: '' });
  });

  it('takes the negative number of a server without listener for its pid', () => {
    expect(parsePostmaster('-4711\n')?.pid).toBe(4711);
  });

  it.each(['', '\n', 'nonsense\n', '0\n', '1.5\n'])('finds nobody in %j', (text) => {
    expect(parsePostmaster(text)).toBeUndefined();
  });
});

describe('findPostmaster', () => {
  let data: string;

  beforeEach(async () => {
    data = join(await mkdtemp(join(tmpdir(), 'postmaster-')), 'data');
    await mkdir(data);
  });
  afterEach(() => rm(join(data, '..'), { recursive: true }));

  it('finds nobody where no file is', async () => {
    expect(await findPostmaster(data)).toBeUndefined();
  });

  it.each([
    ['a process that is no server', process.pid],
    ['no process', 2 ** 22 + 1],
  ])('finds nobody when the pid belongs to %s', async (_who, pid) => {
    await writeFile(join(data, 'postmaster.pid'), READY.replace('4711', String(pid)));

    expect(await findPostmaster(data)).toBeUndefined();
  });
});
