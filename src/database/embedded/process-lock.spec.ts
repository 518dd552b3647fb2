import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withProcessLock } from './process-lock.ts';

describe('withProcessLock', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'process-lock-'));
    path = join(directory, 'thing');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('lets one in at a time', async () => {
    let inside = 0;
    const seen: number[] = [];

    await Promise.all(
      Array.from({ length: 6 }, () =>
        withProcessLock(path, async () => {
          inside += 1;
          await nextTurn();
          seen.push(inside);
          inside -= 1;
        }),
      ),
    );

    expect(seen).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('returns what the action returns, and leaves nothing behind', async () => {
    expect(await withProcessLock(path, async () => 'done')).toBe('done');
    expect(await readdir(directory)).toEqual([]);
  });

  it('is free again when the action has failed', async () => {
    const failing = withProcessLock(path, () => Promise.reject(new Error('broken')));

    await expect(failing).rejects.toThrow('broken');
    expect(await withProcessLock(path, async () => 'next')).toBe('next');
  });

  it.each([
    ['has died', `${2 ** 22 + 1}-123-1`],
    ['had a pid that now belongs to a later process', `${process.pid}-1-1`],
  ])('does not wait for a process that %s', async (_what, ticket) => {
    await writeFile(`${path}.lock-${ticket}`, '');

    expect(await withProcessLock(path, async () => 'done')).toBe('done');
    expect(await readdir(directory)).toEqual([]);
  });

  it('does not mind what is locked beside it', async () => {
    await withProcessLock(join(directory, 'thing2'), async () => {
      expect(await withProcessLock(path, async () => 'done')).toBe('done');
    });
  });
});
