import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../src/database/embedded/launch.ts';
import { eventually } from '../../support/eventually.ts';

const PROGRAM = ['/usr/sbin', '/usr/local/sbin', ...(process.env.PATH ?? '').split(':')]
  .map((directory) => join(directory, 'nginx'))
  .find((path) => existsSync(path));

/** Below those that the system gives to clients. */
const FIRST_PORT = 17_000;
/** Answers which instances requests go to. */
const ROUTE = '/-/route';

/**
 * A real load balancer in front of instances. It learns of nothing in advance: when an instance
 * does not answer, or answers 503, it asks the next one.
 */
export class Nginx {
  /** Why there can be none here; undefined where there can. */
  static missing(): string | undefined {
    return PROGRAM === undefined ? 'needs nginx' : undefined;
  }

  private constructor(
    private readonly directory: string,
    private readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** @param instances their addresses. */
  static async open(instances: readonly string[]): Promise<Nginx> {
    const directory = await mkdtemp(join(tmpdir(), 'job-scheduler-nginx-'));
    // Its workers may be another user, who has to get in.
    await chmod(directory, 0o755);
    const port = await freePort(FIRST_PORT);
    await configure(directory, port, instances);
    const args = ['-p', directory, '-c', 'nginx.conf', '-e', 'error.log'];
    const child = spawn(PROGRAM ?? 'nginx', args, { stdio: 'ignore' });
    const nginx = new Nginx(directory, port, child);
    await nginx.untilRouted(instances);
    return nginx;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Has requests go to these instances; those that are under way go on where they are. */
  async route(instances: readonly string[]): Promise<void> {
    await configure(this.directory, this.port, instances);
    this.child.kill('SIGHUP');
    await this.untilRouted(instances);
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exited;
    }
    await rm(this.directory, { recursive: true });
  }

  private async untilRouted(instances: readonly string[]): Promise<void> {
    const wanted = names(instances);
    await eventually(async () => (await (await fetch(this.url + ROUTE)).text()) === wanted);
  }
}

function names(instances: readonly string[]): string {
  return instances.map((url) => new URL(url).host).join(' ');
}

/**
 * Writing requests are tried again elsewhere too, since ours carry idempotency keys. Connections of
 * clients are not kept: that one of them is closed while a request is on its way, is nothing that an
 * instance could help.
 */
async function configure(
  directory: string,
  port: number,
  instances: readonly string[],
): Promise<void> {
  const servers = instances.map((url) => `server ${new URL(url).host} max_fails=0;`).join(' ');
  const configuration = `
    daemon off;
    pid nginx.pid;
    worker_processes 1;
    events {}
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      upstream instances { ${servers} keepalive 16; }
      server {
        listen 127.0.0.1:${port};
        keepalive_timeout 0;
        location = ${ROUTE} { return 200 "${names(instances)}"; }
        location / {
          proxy_pass http://instances;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_connect_timeout 2s;
          proxy_next_upstream error timeout http_502 http_503 non_idempotent;
        }
      }
    }`;
  await writeFile(join(directory, 'nginx.conf'), configuration);
}
