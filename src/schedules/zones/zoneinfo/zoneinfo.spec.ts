import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tzif, ZoneinfoDirectory } from '../../../../test/support/zoneinfo.ts';
import { readZoneinfo, ZoneinfoError, zoneinfoVersion } from './zoneinfo.ts';

const HOUR = 3_600;
const MARS = { first: HOUR, footer: '<+01>-1' };

let directory: ZoneinfoDirectory;

beforeEach(async () => {
  directory = await ZoneinfoDirectory.create('2027a', {
    'America/Vancouver': { first: -7 * HOUR },
    'America/Argentina/Mars': MARS,
    UTC: { first: 0 },
  });
});
afterEach(() => directory.remove());

async function link(target: string, name: string): Promise<void> {
  await symlink(target, join(directory.path, name));
}

describe('a zoneinfo directory', () => {
  it('is read as a whole, its release included', async () => {
    const { data, leftOut } = await readZoneinfo(directory.path);

    expect(data).toMatchObject({ version: '2027a', source: 'directory' });
    expect(data.names).toEqual(['America/Argentina/Mars', 'America/Vancouver', 'UTC']);
    expect(data.zone('America/Vancouver')?.offsetAt(0)).toBe(-7 * HOUR);
    expect(data.zone('Europe/Paris')).toBeUndefined();
    expect(leftOut).toEqual([]);
  });

  it.each(['2027a', '2027zz', '2027a-14-g0123abc'])('may be of release %s', async (version) => {
    await directory.update(version, {});

    expect(await zoneinfoVersion(directory.path)).toBe(version);
  });

  it('may say its release in a file of its own', async () => {
    await directory.remove('tzdata.zi');
    await directory.write('+VERSION', '2027b\n');

    expect(await zoneinfoVersion(directory.path)).toBe('2027b');
  });

  it('may hold more than zones: tables, other forms of all zones, the zone of the system', async () => {
    await directory.write('zone.tab', 'CA +4916-12307 America/Vancouver\n');
    await directory.write('leapseconds', '# Leap 1972 Jun 30 23:59:60 + S\n');
    await directory.write('right/UTC', tzif({ first: 0, leapSeconds: 27 }));
    await directory.write('posix/Europe/Paris', tzif(MARS));
    await directory.write('localtime', tzif(MARS));
    await directory.write('Factory', tzif(MARS));

    const { data, leftOut } = await readZoneinfo(directory.path);

    expect(data.names).toHaveLength(3);
    expect(leftOut).toEqual([]);
  });

  it('may have links in it, which lead to files of its own', async () => {
    await link('America/Vancouver', 'Canada-Pacific');
    await link('/etc/passwd', 'Passwd');
    await link('nowhere', 'Nowhere');
    await link('..', 'Up');
    await link('.', 'Itself');
    await link('America', 'Folder');
    const socket = createServer().listen(join(directory.path, 'Socket'));
    await once(socket, 'listening');

    const { data, leftOut } = await readZoneinfo(directory.path);

    expect(data.zone('Canada-Pacific')?.offsetAt(0)).toBe(-7 * HOUR);
    expect(data.names).toHaveLength(4);
    expect(leftOut.map((text) => text.split(':')[0]).sort()).toEqual([
      'Folder',
      'Itself',
      'Nowhere',
      'Passwd',
      'Socket',
      'Up',
    ]);
    socket.close();
  });

  it('may be a link itself', async () => {
    const other = await ZoneinfoDirectory.create('2027b', { UTC: { first: 0 } });
    await symlink(directory.path, join(other.path, 'link'));

    const { data } = await readZoneinfo(join(other.path, 'link'));

    expect(data.version).toBe('2027a');
    await other.remove();
  });

  it('loses the zones that cannot be read, and says which', async () => {
    await directory.write('America/Vancouver', 'nothing of the kind, by far, as it is only text');
    await directory.write('Europe/Paris', Buffer.alloc(70_000));
    // Two changes in one day.
    await directory.write(
      'Europe/Berlin',
      tzif({
        first: 0,
        changes: [
          ['2026-05-01T00:00:00Z', HOUR],
          ['2026-05-01T12:00:00Z', 0],
        ],
      }),
    );

    const { data, leftOut } = await readZoneinfo(directory.path);

    expect(data.names).toEqual(['America/Argentina/Mars', 'UTC']);
    expect(leftOut.sort()).toEqual([
      'America/Vancouver: it does not begin with TZif',
      'Europe/Berlin: its clock is moved as none has ever been',
      'Europe/Paris: it is too large',
    ]);
  });
});

describe('a directory that is none', () => {
  async function refusal(path = directory.path): Promise<unknown> {
    return readZoneinfo(path).catch((error: unknown) => error);
  }

  it('is refused when it is not there', async () => {
    const error = await refusal('/nowhere/at/all');

    expect(error).toBeInstanceOf(ZoneinfoError);
    expect(String(error)).toContain('/nowhere/at/all');
    expect(String(error)).toContain('ENOENT');
  });

  it('is refused when it is a file', async () => {
    expect(String(await refusal(join(directory.path, 'UTC')))).toContain('ENOTDIR');
  });

  it.each(['', '# version\n', '# version unknown\n', '# version 2027\n', 'version 2027a\n'])(
    'is refused when its text begins with %j',
    async (text) => {
      await directory.write('tzdata.zi', text);

      expect(String(await refusal())).toContain('which release');
    },
  );

  it('is refused when it holds no zone', async () => {
    await directory.remove('America');
    await directory.remove('UTC');

    expect(String(await refusal())).toContain('no compiled zone');
  });
});
