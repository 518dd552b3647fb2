import { appendFile, chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Binaries, prepareBinaries } from '../../../src/database/embedded/binaries.ts';
import { type Account, run } from '../../../src/database/embedded/command.ts';
import { locate } from '../../../src/database/embedded/location.ts';

/** Data of a server, who serves it, and with what. */
export interface PostgresData {
  /** Everything of this server is below; removed with it. */
  readonly directory: string;
  readonly data: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

/** Whoever can reach the server may do everything: it serves one test. */
const ACCESS = ['all', 'replication']
  .map((database) => `host ${database} all 0.0.0.0/0 trust\n`)
  .join('');
const INITDB = [
  ...['--username', 'postgres', '--auth', 'trust', '--no-sync', '--no-instructions'],
  ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin'],
  ...['--builtin-locale', 'C.UTF-8'],
];
/** Of a server that runs, and of no use in a copy of its data. */
const OF_THE_PROCESS = ['postmaster.pid', 'postmaster.opts'];

/** Data with nothing in it. @param parent the directory to put it in */
export async function makeData(parent = tmpdir()): Promise<PostgresData> {
  const place = await findPlace(parent);
  const { data, account, binaries } = place;
  await mustRun(binaries.initdb, ['--pgdata', data, ...INITDB], account);
  await appendFile(join(data, 'pg_hba.conf'), ACCESS);
  return place;
}

/**
 * Data of a standby: a copy of what a running server has. It follows the server at
 * `primaryUrl`, which may lead through a proxy.
 */
export async function copyData(
  source: PostgresData,
  sourceUrl: string,
  primaryUrl: string,
): Promise<PostgresData> {
  const place = await findPlace(tmpdir());
  const backup = new pg.Client(sourceUrl);
  await backup.connect();
  try {
    await backup.query(`SELECT pg_backup_start('standby', fast => true)`);
    await copyTree(source.data, place);
    const { rows } = await backup.query<{ label: string }>(
      'SELECT labelfile AS label FROM pg_backup_stop(wait_for_archive => false)',
    );
    await write(place, 'backup_label', rows[0]?.label ?? '');
  } finally {
    await backup.end();
  }
  for (const name of OF_THE_PROCESS) await rm(join(place.data, name), { force: true });
  const settings = `primary_conninfo = '${primaryUrl}'\n`;
  await appendFile(join(place.data, 'postgresql.auto.conf'), settings);
  await write(place, 'standby.signal', '');
  return place;
}

async function findPlace(parent: string): Promise<PostgresData> {
  const directory = await mkdtemp(join(parent, 'job-scheduler-private-'));
  // The server may run as another user, who has to get in.
  await chmod(directory, 0o755);
  const { home, account, shelter } = await locate(join(directory, 'data'), () => undefined);
  if (account) await chown(directory, account.uid, account.gid);
  const binaries = await prepareBinaries(account, shelter, () => undefined);
  return { directory, data: home, account, binaries };
}

/** Files of a living server may vanish meanwhile: such are not missed. */
async function copyTree(from: string, { data, account }: PostgresData): Promise<void> {
  const { ok, output } = await run('cp', ['-R', '-p', from, data], account);
  const complaints = ok ? [] : output.split('\n');
  const serious = complaints.filter((line) => !line.includes('No such file or directory'));
  if (serious.length > 0) throw new Error(`The data cannot be copied: ${serious.join('\n')}`);
}

async function write({ data, account }: PostgresData, name: string, text: string): Promise<void> {
  const path = join(data, name);
  await writeFile(path, text, { mode: 0o600 });
  if (account) await chown(path, account.uid, account.gid);
}

async function mustRun(file: string, args: string[], account: Account | undefined): Promise<void> {
  const { ok, output } = await run(file, args, account);
  if (!ok) throw new Error(`${file} has failed: ${output}`);
}
