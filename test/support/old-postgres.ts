import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARIES = '/usr/lib/postgresql/15/bin';

/** Whether this machine has a PostgreSQL 15, and may start it. */
export const HAS_OLD_POSTGRES =
  existsSync(`${BINARIES}/postgres`) && (!isRoot() || account() !== undefined);

/** A server that is too old for us, with data of its own. */
export class OldPostgres {
  private constructor(
    private readonly server: ChildProcess,
    private readonly directory: string,
    readonly url: string,
  ) {}

  static async start(): Promise<OldPostgres> {
    const directory = await mkdtemp(join(tmpdir(), 'job-scheduler-old-'));
    await chmod(directory, 0o755);
    const user = isRoot() ? account() : undefined;
    if (user) await chown(directory, user.uid, user.gid);
    const data = join(directory, 'data');
    const options = { ...user, cwd: directory, stdio: 'ignore' as const };

    const initdb = spawn(
      `${BINARIES}/initdb`,
      ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'],
      options,
    );
    const [code] = (await once(initdb, 'exit')) as [number];
    if (code !== 0) throw new Error(`initdb ended with ${code}`);

    const port = await freePort();
    const server = spawn(
      `${BINARIES}/postgres`,
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory],
      options,
    );
    return new OldPostgres(server, directory, `postgresql://postgres@127.0.0.1:${port}/postgres`);
  }

  async stop(): Promise<void> {
    const exited = once(this.server, 'exit');
    this.server.kill('SIGINT');
    await exited;
    await rm(this.directory, { recursive: true, force: true });
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** PostgreSQL does not run as root: whom it may run as instead. */
function account(): { uid: number; gid: number } | undefined {
  const id = (option: string) =>
    Number.parseInt(spawnSync('id', [option, 'postgres'], { encoding: 'utf8' }).stdout, 10);
  const [uid, gid] = [id('-u'), id('-g')];
  return Number.isNaN(uid) || Number.isNaN(gid) ? undefined : { uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
