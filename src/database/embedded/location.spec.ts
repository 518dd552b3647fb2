import { chmod, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { locate, openShelter } from './location.ts';

const silent = () => undefined;

describe('locate', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'location-')));
    await chmod(directory, 0o755);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('takes the directory that was asked for, and makes what is above it', async () => {
    const { home } = await locate(join(directory, 'a/b/postgres'), silent);

    expect(home).toBe(join(directory, 'a/b/postgres'));
    expect((await stat(join(directory, 'a/b'))).isDirectory()).toBe(true);
  });

  it('follows a link, also one to a place that is still empty', async () => {
    await mkdir(join(directory, 'large-disk'));
    await symlink('large-disk/postgres', join(directory, 'postgres'));

    const { home } = await locate(join(directory, 'postgres'), silent);

    expect(home).toBe(join(directory, 'large-disk/postgres'));
  });

  it('says what to do when the place cannot be used', async () => {
    await writeFile(join(directory, 'file'), '');

    const locating = locate(join(directory, 'file/postgres'), silent);

    await expect(locating).rejects.toThrow(EmbeddedDatabaseError);
    await expect(locating).rejects.toThrow(/DATA_DIRECTORY .* DATABASE_URL/);
  });

  it('runs the server as somebody else if and only if we are root', async () => {
    const { account } = await locate(join(directory, 'postgres'), silent);

    expect(account === undefined).toBe(process.getuid?.() !== 0);
    expect(account?.uid).not.toBe(0);
  });
});

describe('openShelter', () => {
  it('makes a directory that everybody may enter, and leaves one that is there as it is', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'shelter-'));
    await openShelter(join(directory, 'made'));
    await openShelter(directory);

    expect((await stat(join(directory, 'made'))).mode & 0o777).toBe(0o755);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await rm(directory, { recursive: true });
  });
});
