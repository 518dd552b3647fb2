import { execFile } from 'node:child_process';
import { access, chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Debian puts it below the directory of the machine's kind. */
const LIBRARIES = '/usr/lib';
/** For programs with threads. */
const LIBRARY = 'faketime/libfaketimeMT.so.1';
/** Where each process under it has two small files, which it takes away unless it is killed. */
const SHARED_MEMORY = '/dev/shm';
const REMAINS = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/;
const PROBE_MS = 3_600_000;

/**
 * A clock for processes of a scenario: the true time moved by an offset, which can change while
 * they run, at once and for all of them. Only the clock that tells the time of day is faked; the
 * monotonic one, by which timers run, stays as it is. (libfaketime, through a file that it reads
 * whenever a process asks for the time, which then takes some ten microseconds.)
 */
export class FakeTime {
  private offset = 0;

  private constructor(
    private readonly directory: string,
    private readonly library: string,
  ) {}

  /** Begins with the true time, or so far off it. */
  static async open(offsetMs = 0): Promise<FakeTime> {
    const library = await findLibrary();
    if (library === undefined) throw new Error('libfaketime is not installed');
    const directory = await mkdtemp(join(tmpdir(), 'job-scheduler-time-'));
    // A server of PostgreSQL reads it as another user.
    await chmod(directory, 0o755);
    const time = new FakeTime(directory, library);
    await time.shift(offsetMs);
    return time;
  }

  /** Whether a process of this machine believes it. */
  static async isPossible(): Promise<boolean> {
    const time = await FakeTime.open(PROBE_MS).catch(() => undefined);
    if (!time) return false;
    try {
      const env = { PATH: process.env.PATH, ...time.environment };
      const { stdout } = await execute(process.execPath, ['-p', 'Date.now()'], { env });
      return Math.abs(Number(stdout) - time.now()) < PROBE_MS / 2;
    } finally {
      await time.close();
    }
  }

  /** Variables of a process that is to live in this time. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  get offsetMs(): number {
    return this.offset;
  }

  /** What those processes take for the present, in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.offset;
  }

  /** Sets the offset to the true time, in milliseconds; negative is in the past. */
  async shift(offsetMs: number): Promise<void> {
    const seconds = (offsetMs / 1_000).toFixed(3);
    // Renamed into place, since a process may read it at any moment.
    await writeFile(`${this.file}.next`, offsetMs < 0 ? seconds : `+${seconds}`, { mode: 0o644 });
    await rename(`${this.file}.next`, this.file);
    this.offset = offsetMs;
  }

  /** Makes it this instant now; time goes on from there. */
  async jumpTo(instant: Date): Promise<void> {
    await this.shift(instant.getTime() - Date.now());
  }

  /** Comes after the processes have ended. */
  async close(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
    await removeRemains();
  }

  private get file(): string {
    return join(this.directory, 'offset');
  }
}

async function findLibrary(): Promise<string | undefined> {
  for (const name of await readdir(LIBRARIES).catch(() => [])) {
    const path = join(LIBRARIES, name, LIBRARY);
    if (await exists(path)) return path;
  }
  return undefined;
}

async function removeRemains(): Promise<void> {
  for (const name of await readdir(SHARED_MEMORY)) {
    const [, pid] = REMAINS.exec(name) ?? [];
    const isDead = pid !== undefined && !(await exists(`/proc/${pid}`));
    if (isDead) await rm(join(SHARED_MEMORY, name), { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
