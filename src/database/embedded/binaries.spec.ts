import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeLinks, prepareBinaries } from './binaries.ts';
import { run } from './command.ts';

describe('makeLinks', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'binaries-'));
    await mkdir(join(root, 'native/lib'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  async function list(...links: { source: string; target: string }[]): Promise<void> {
    await writeFile(join(root, 'native/pg-symlinks.json'), JSON.stringify(links));
  }

  it('makes the links that are missing, relative, so that the folder may move', async () => {
    await list(
      { source: 'native/lib/liba.so.1.2', target: 'native/lib/liba.so.1' },
      { source: 'native/lib/libb.so.1', target: 'native/libb.so' },
    );

    expect(await makeLinks(root)).toBe(true);

    expect(await readlink(join(root, 'native/lib/liba.so.1'))).toBe('liba.so.1.2');
    expect(await readlink(join(root, 'native/libb.so'))).toBe('lib/libb.so.1');
  });

  it('leaves alone what is there, also when several make them at once', async () => {
    await list({ source: 'native/lib/liba.so.1.2', target: 'native/lib/liba.so.1' });

    const made = await Promise.all([makeLinks(root), makeLinks(root), makeLinks(root)]);

    expect(made).toEqual([true, true, true]);
    expect(await makeLinks(root)).toBe(true);
  });

  it('says when a link cannot be made', async () => {
    await list({ source: 'native/lib/liba.so.1.2', target: 'native/missing/liba.so.1' });

    expect(await makeLinks(root)).toBe(false);
  });

  it('has nothing to do where the package lists no links', async () => {
    expect(await makeLinks(root)).toBe(true);
  });
});

describe('prepareBinaries', () => {
  it('finds programs that run', async () => {
    const { postgres } = await prepareBinaries(undefined, tmpdir(), () => undefined);

    expect(await run(postgres, ['--version'])).toEqual({
      ok: true,
      output: expect.stringMatching(/^postgres \(PostgreSQL\) 18/),
    });
  });
});
