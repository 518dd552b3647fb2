import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A zone as a compiled file tells of it (RFC 9636). Seconds, offsets east of Greenwich. */
export interface ZoneText {
  /** The offset before the first change. */
  first: number;
  changes?: readonly (readonly [at: string, offset: number])[];
  /** The rule for the time after the last change; versions from 2 on. */
  footer?: string;
  version?: 1 | 2 | 3 | 4;
  leapSeconds?: number;
}

/** Compiles a zone as `zic` does. From version 2 on the 32-bit block is left empty ("slim"). */
export function tzif({ footer = '', version = 2, ...zone }: ZoneText): Buffer {
  if (version === 1) return block(version, zone, 4);
  const slim = block(version, { first: 0 }, 4);
  return Buffer.concat([slim, block(version, zone, 8), Buffer.from(`\n${footer}\n`)]);
}

function block(
  version: number,
  { first, changes = [], leapSeconds = 0 }: ZoneText,
  width: 4 | 8,
): Buffer {
  const offsets = [...new Set([first, ...changes.map(([, offset]) => offset)])];
  const header = Buffer.alloc(44);
  header.write('TZif');
  if (version > 1) header.write(String(version), 4);
  const names = 'ZZZ\0';
  [0, 0, leapSeconds, changes.length, offsets.length, names.length].forEach((count, index) =>
    header.writeUInt32BE(count, 20 + index * 4),
  );
  const times = changes.map(([at]) => instant(Date.parse(at) / 1_000, width));
  const kinds = Buffer.from(changes.map(([, offset]) => offsets.indexOf(offset)));
  const types = offsets.map((offset) => {
    const type = Buffer.alloc(6);
    type.writeInt32BE(offset);
    return type;
  });
  const leaps = Buffer.alloc(leapSeconds * (width + 4));
  return Buffer.concat([header, ...times, kinds, ...types, Buffer.from(names), leaps]);
}

function instant(at: number, width: 4 | 8): Buffer {
  const bytes = Buffer.alloc(width);
  if (width === 4) bytes.writeInt32BE(at);
  else bytes.writeBigInt64BE(BigInt(at));
  return bytes;
}

/** A zoneinfo directory of a test's own. */
export class ZoneinfoDirectory {
  private constructor(readonly path: string) {}

  /** Zones by their names; the version goes to `tzdata.zi`. */
  static async create(
    version: string,
    zones: Record<string, ZoneText>,
  ): Promise<ZoneinfoDirectory> {
    const directory = new ZoneinfoDirectory(await mkdtemp(join(tmpdir(), 'zoneinfo-')));
    await directory.update(version, zones);
    return directory;
  }

  /** What an upgrade of the data does: other files, and another version. */
  async update(version: string, zones: Record<string, ZoneText>): Promise<void> {
    for (const [name, zone] of Object.entries(zones)) await this.write(name, tzif(zone));
    await this.write('tzdata.zi', `# version ${version}\n# This is the public domain.\n`);
  }

  async write(name: string, content: Buffer | string): Promise<void> {
    const path = join(this.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }

  async remove(name = ''): Promise<void> {
    await rm(join(this.path, name), { recursive: true });
  }
}
