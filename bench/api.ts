import { Child } from './support/child.ts';
import { insertJobs } from './support/jobs.ts';
import type { LoadResult } from './support/load.ts';
import { machine, print, say, size } from './support/report.ts';
import { withServer } from './support/server.ts';
import { startService } from './support/service.ts';
import { quantile, rounded, spreads } from './support/statistics.ts';

const CONNECTIONS = 50;
const WARM_UP_MS = 1_000;
const YEAR_MS = 365 * 86_400_000;

type Kind = 'get' | 'list' | 'create' | 'update';
const KINDS: readonly Kind[] = ['get', 'list', 'create', 'update'];

/**
 * Requests a second and their latency at 50 connections, in turns with Fastify in front of one
 * prepared statement of the same kind, and with Fastify that answers at once.
 */
await withServer(async ({ version, createDatabase }) => {
  const jobs = size('jobs', 1_000);
  const rounds = size('rounds', 3);
  const ms = size('seconds', 3) * 1_000;
  const database = await createDatabase();
  const nextRun = new Date(Date.now() + YEAR_MS);
  await insertJobs(database.pool, { count: jobs, schedule: '0 9 * * 1-5', nextRun });
  const service = await startService(database.url);
  const plain = await Child.start('fastify-server', database.url);
  const generator = await Child.start('load');
  const ports = { service: portOf(service.url), plain: portOf(String(plain.greeting)) };
  const measure = (port: number, requests: string[], length = ms): Promise<LoadResult> =>
    generator.ask<LoadResult>({ port, requests, connections: CONNECTIONS, ms: length });

  const results: Record<string, object> = {};
  for (const kind of KINDS) {
    const requests = requestsOf(kind, jobs);
    const ours: LoadResult[] = [];
    const theirs: LoadResult[] = [];
    await measure(ports.service, requests, WARM_UP_MS);
    await measure(ports.plain, requests, WARM_UP_MS);
    for (let round = 1; round <= rounds; round += 1) {
      ours.push(await measure(ports.service, requests));
      theirs.push(await measure(ports.plain, requests));
      print({ kind, round, service: ours.at(-1), fastifyAndPg: theirs.at(-1) });
    }
    const ratios = ours.map((one, at) => one.perSecond / (theirs[at]?.perSecond ?? Number.NaN));
    const toFastifyAndPg = rounded(quantile(ratios, 0.5));
    say(`${kind}: ${spreads(ours).perSecond.median}/s, ${toFastifyAndPg} of Fastify and pg`);
    results[kind] = { service: spreads(ours), fastifyAndPg: spreads(theirs), toFastifyAndPg };
  }
  const bare = await measure(ports.plain, [request('GET', '/bare')]);
  await generator.stop();
  await plain.stop();
  await service.stop();
  await database.drop();
  print({
    bench: 'api',
    connections: CONNECTIONS,
    rounds,
    ...results,
    bareFastify: bare,
    postgres: version,
    machine: machine(),
  });
});

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function requestsOf(kind: Kind, jobs: number): string[] {
  if (kind === 'list') return [request('GET', '/jobs?limit=100')];
  if (kind === 'create') {
    return [request('POST', '/jobs', { name: 'created', schedule: '0 9 * * 1-5' })];
  }
  const ids = Array.from({ length: jobs }, (_, index) => index + 1);
  if (kind === 'get') return ids.map((id) => request('GET', `/jobs/${id}`));
  return ids.map((id) => request('PATCH', `/jobs/${id}`, { name: `changed ${id}` }));
}

function request(method: string, path: string, body?: object): string {
  const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n`;
  if (!body) return `${head}\r\n`;
  const text = JSON.stringify(body);
  return `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}
