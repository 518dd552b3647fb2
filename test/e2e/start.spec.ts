import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, lstat, mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { joinEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { eventually } from '../support/eventually.ts';

const asRoot = process.getuid?.() === 0 ? it : it.skip;
const COMPILED = join(import.meta.dirname, '../../dist/database/embedded/embedded-postgres.js');
/** A process that joins, tells what it was told and the address, and stays until its input ends. */
const MEMBER = `
  const { joinEmbeddedPostgres } = await import(process.argv[1]);
  const tell = (event) => console.log(JSON.stringify(event));
  const server = await joinEmbeddedPostgres({
    dataDirectory: process.argv[2],
    log: (message) => tell({ message }),
  });
  // Before anybody is told that we are there: the signal may come at once.
  process.once('SIGTERM', () => server.leave().then(() => process.exit()));
  tell({ url: server.url });
`;

type Child = ChildProcessByStdio<null, Readable, null>;

let directory: string;
let dataDirectory: string;
let said: string[];
const joined: EmbeddedPostgres[] = [];
const children: Child[] = [];

async function joinServer(): Promise<EmbeddedPostgres> {
  const server = await joinEmbeddedPostgres({
    dataDirectory,
    log: (message) => said.push(message),
  });
  joined.push(server);
  return server;
}

/** Joins from a process of its own and resolves to the address that it got. */
async function joinFromChild(): Promise<{ child: Child; url: string }> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', MEMBER, COMPILED, dataDirectory],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  children.push(child);
  for await (const line of createInterface(child.stdout)) {
    const event = JSON.parse(line) as { message?: string; url?: string };
    if (event.message) said.push(event.message);
    if (event.url) return { child, url: event.url };
  }
  throw new Error('The process ended before it had joined');
}

async function end(child: Child, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const pidFile = () => join(dataDirectory, 'data', 'postmaster.pid');
const serverPid = async () => Number((await readFile(pidFile(), 'utf8')).split('\n')[0]);

/** True once the server has left neither a pid file nor somebody who answers. */
async function isStopped(url: string): Promise<boolean> {
  const hasFile = await access(pidFile()).then(
    () => true,
    () => false,
  );
  return !hasFile && !(await query(url, 'SELECT 1').catch(() => undefined));
}

describe('embedded PostgreSQL', () => {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'job-scheduler-start-'));
    await chmod(directory, 0o755);
    dataDirectory = join(directory, 'postgres');
    said = [];
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => end(child, 'SIGKILL')));
    await Promise.all(joined.splice(0).map((server) => server.leave()));
    const home = await realpath(dataDirectory).catch(() => directory);
    await rm(home, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  });

  it('keeps its data from one start to the next', async () => {
    const first = await joinServer();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.leave();
    expect(await isStopped(first.url)).toBe(true);

    const second = await joinServer();

    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is a durable PostgreSQL 18 that listens on loopback and asks for its password', async () => {
    const { url } = await joinServer();

    const settings = await query(
      url,
      `SELECT name, setting FROM pg_settings
        WHERE name IN ('data_checksums', 'fsync', 'listen_addresses', 'server_encoding')
        ORDER BY name`,
    );
    const withoutPassword = new URL(url);
    withoutPassword.password = 'guess';

    expect(settings).toEqual([
      { name: 'data_checksums', setting: 'on' },
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'server_encoding', setting: 'UTF8' },
    ]);
    expect(await query(url, 'SHOW server_version_num')).toEqual([
      { server_version_num: expect.stringMatching(/^18/) },
    ]);
    await expect(query(withoutPassword.href, 'SELECT 1')).rejects.toThrow(/password/);
    expect((await stat(join(dataDirectory, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('is joined by the second process and stopped by the last one', async () => {
    const first = await joinFromChild();
    const second = await joinServer();
    expect(second.url).toBe(first.url);

    await end(first.child, 'SIGTERM');
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    await second.leave();
    expect(await isStopped(second.url)).toBe(true);
  });

  it('stops when all leave at the same moment, and lets them leave twice', async () => {
    const members = [await joinServer(), await joinServer(), await joinServer()];

    await Promise.all(members.flatMap((member) => [member.leave(), member.leave()]));

    expect(await isStopped(members[0]?.url ?? '')).toBe(true);
    expect(said.filter((message) => message.startsWith('Stopped'))).toHaveLength(1);
  });

  it('is made and started once when processes start at the same moment on nothing', async () => {
    const members = await Promise.all([1, 2, 3, 4].map(() => joinFromChild()));

    expect(new Set(members.map(({ url }) => url)).size).toBe(1);
    expect(said.filter((message) => message.startsWith('Made'))).toHaveLength(1);
    expect(said.filter((message) => message.startsWith('Started'))).toHaveLength(1);

    await Promise.all(members.map(({ child }) => end(child, 'SIGTERM')));
    expect(await isStopped(members[0]?.url ?? '')).toBe(true);
  });

  it('is there for whoever comes while the last one leaves', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = await joinServer();

      const [, second] = await Promise.all([first.leave(), joinServer()]);

      expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await second.leave();
    }
  });

  it('goes on running for the next start when its process was killed', async () => {
    const killed = await joinFromChild();
    await end(killed.child, 'SIGKILL');

    const next = await joinServer();
    expect(next.url).toBe(killed.url);

    // The server notices the killed process' closed connection in its own time.
    await eventually(async () => {
      const rows = await query(next.url, `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`);
      return rows.length === 1;
    });
    await next.leave();
    expect(await isStopped(next.url)).toBe(true);
  });

  it('starts when a killed server has left a pid that now belongs to another process', async () => {
    const member = await joinFromChild();
    await query(member.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pid = await serverPid();
    await end(member.child, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    const { uid, gid } = await stat(dataDirectory);
    const other = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' });
    const left = await readFile(pidFile(), 'utf8');
    await writeFile(pidFile(), left.replace(String(pid), String(other.pid)));

    try {
      const next = await joinServer();
      expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    } finally {
      other.kill();
    }
  });

  it('comes back at the same address when the server is killed under its process', async () => {
    const { url } = await joinServer();

    process.kill(await serverPid(), 'SIGKILL');

    await eventually(() => said.includes('The embedded database is there again.'));
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('stays counted when its connection is cut', async () => {
    const [first, second] = [await joinServer(), await joinServer()];
    await query(
      first.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%presence'`,
    );
    await eventually(() => said.filter((message) => message.endsWith('there again.')).length === 2);

    await first.leave();
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.leave();
    expect(await isStopped(second.url)).toBe(true);
  });

  asRoot('lives elsewhere when only root may enter the directory', async () => {
    await chmod(directory, 0o700);
    const first = await joinServer();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.leave();

    const second = await joinServer();

    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect((await lstat(dataDirectory)).isSymbolicLink()).toBe(true);
    expect(said).toContainEqual(expect.stringContaining(await realpath(dataDirectory)));
  });
});
