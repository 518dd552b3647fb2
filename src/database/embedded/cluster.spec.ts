import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clusterFiles, ensureCluster } from './cluster.ts';

/** Stands for all three programs: answers like a PostgreSQL 18, and fails as initdb. */
const PROGRAM = `#!/bin/sh
[ "$1" = --version ] && echo "postgres (PostgreSQL) 18.4" && exit 0
echo "no space left" >&2
exit 1
`;

describe('ensureCluster', () => {
  let directory: string;
  let home: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cluster-'));
    home = join(directory, 'postgres');
    await writeFile(join(directory, 'program'), PROGRAM, { mode: 0o755 });
  });
  afterEach(() => rm(directory, { recursive: true }));

  function ensure(): Promise<boolean> {
    const program = join(directory, 'program');
    const binaries = { postgres: program, initdb: program, pgCtl: program };
    return ensureCluster({ home, account: undefined, binaries, settings: {} });
  }

  async function haveData(version: string): Promise<void> {
    const files = clusterFiles(home);
    await mkdir(files.data, { recursive: true });
    await writeFile(files.password, 'secret');
    await writeFile(join(files.data, 'PG_VERSION'), `${version}\n`);
  }

  it('leaves data alone that is there', async () => {
    await haveData('18');

    expect(await ensure()).toBe(false);
  });

  it('refuses data of another PostgreSQL and names both', async () => {
    await haveData('17');

    await expect(ensure()).rejects.toThrow(/made by PostgreSQL 17, .* 18\.4/);
  });

  it('refuses a directory that holds something else, and does not touch it', async () => {
    await mkdir(home);
    await writeFile(join(home, 'thesis.txt'), 'years of work');

    await expect(ensure()).rejects.toThrow(/is not empty/);
    expect(await readdir(home)).toEqual(['thesis.txt']);
  });

  it('leaves nothing that looks like data when it cannot be made, and says why', async () => {
    await expect(ensure()).rejects.toThrow(/no space left/);

    await expect(stat(home)).rejects.toThrow(/ENOENT/);
  });

  it('begins anew where an earlier try was cut off', async () => {
    await mkdir(join(directory, 'postgres.partial/data'), { recursive: true });

    await expect(ensure()).rejects.toThrow(/no space left/);
  });
});
