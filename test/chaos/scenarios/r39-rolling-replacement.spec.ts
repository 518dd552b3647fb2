import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.ts';
import type { Exit } from '../../support/instance.ts';
import type { RunRow } from '../checker/evidence.ts';
import { type Bound, exactly } from '../harness/bounds.ts';
import { type Fleet, GRACE_MS, type Member, SHAPE } from '../harness/fleet.ts';
import { heldBy } from '../harness/holders.ts';
import { createJobs } from '../harness/load.ts';
import { Nginx } from '../harness/nginx.ts';
import { Probe } from '../harness/probe.ts';
import type { Receiver } from '../harness/receiver.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

/** With split roles there are more processes than with all roles in each. */
const ROUNDS = sized(SHAPE === 'together' ? 2 : 1, 10);
const PER_SECOND = sized(100, 500);
/** Jobs whose runs take less than the grace time: so many that every worker has some now and then. */
const SLOW_JOBS = 20;
const SLOW_MS = 600;

/** Of the requests to the API, those that read and those that write. */
const READ_EVERY_MS = sized(50, 20);
const WRITE_EVERY_MS = sized(250, 100);

/** One run takes longer than the grace time. */
const LONG_MS = GRACE_MS + 3_000;
/** In the short form others may keep the machine busy; still far less than a lease. */
const SETTINGS = { LEASE_MS: '15000' };
const EXIT_MS = GRACE_MS + sized(5_000, 2_000);
const AGAIN_MS = sized(5_000, 1_000);

const title = 'instances are replaced one after the other behind a load balancer';

scenario({ id: 'R39', title, impossible: Nginx.missing, limitSeconds: sized(240, 900) }, play);

async function play(stage: Stage): Promise<void> {
  const fleet = await stage.startFleet({ size: 3, apis: 2, settings: SETTINGS });
  const nginx = stage.opened(await Nginx.open(urlsOf(fleet)), (balancer) => balancer.close());
  const short = await stage.openReceiver({ delayMs: () => SLOW_MS });
  const long: Receiver = await stage.openReceiver({
    delayMs: () => (long.deliveries.length === 1 ? LONG_MS : 0),
  });
  const slow = { name: 'slow', schedule: '@every 1s', ...short.job };
  await createJobs(stage.apiUrls, Array<object>(SLOW_JOBS).fill(slow));
  await stage.load({ perSecond: PER_SECOND });

  const reads = stage.opened(new Probe(() => `${nginx.url}/jobs?limit=10`, READ_EVERY_MS), stop);
  const writes = stage.opened(new Probe(() => creation(nginx.url), WRITE_EVERY_MS), stop);
  const replacements = new Replacements(stage, fleet, nginx);
  const inTurn = Array.from({ length: ROUNDS }, () => fleet.members).flat();
  for (const [index, member] of inTurn.entries()) {
    await replacements.replace(member, index % 2 === 1);
  }
  const longJob = await startLongRun(stage, nginx.url, long);
  await replacements.replace(await holderOf(stage, fleet, longJob), false);
  await Promise.all([reads, writes].map(stop));
  stage.until(stage.time.now());

  const { exits, busy } = replacements;
  const answers = [reads, writes].flatMap((probe) => probe.answers);
  const created = await stage.database.query(`SELECT FROM jobs WHERE name = '${WRITTEN}'`);
  await stage.conclude((_judgement, { runs }) => ({
    load: `${PER_SECOND + SLOW_JOBS} starts/s, ${answers.length} API requests, ${ROUNDS} rounds`,
    bites: { count: busy, atLeast: ROUNDS * fleet.workers.length + 1 },
    bounds: [
      exactly(
        'API errors',
        answers.filter(({ status }) => status === 0 || status >= 400).length,
        0,
      ),
      exactly('jobs created', created.length, writes.answers.length),
      exactly('exits with another code than 0', exits.filter(({ code }) => code !== 0).length, 0),
      {
        what: 'exit, ms',
        value: Math.round(Math.max(...exits.map(({ ms }) => ms))),
        atMost: EXIT_MS,
      },
      exactly('repeats of runs shorter than the grace time', repeatsOf(short), 0),
      ...handedBack(runs.find((run) => run.job_id === longJob)),
    ],
  }));
}

/** One process after the other is told to leave, and another one takes its place. */
class Replacements {
  readonly exits: Exit[] = [];
  /** Those that had runs under way when they were told. */
  busy = 0;

  constructor(
    private readonly stage: Stage,
    private readonly fleet: Fleet,
    private readonly nginx: Nginx,
  ) {}

  /** @param isTwice tells it again while it is on its way out. */
  async replace(member: Member, isTwice: boolean): Promise<void> {
    const { process, roles } = member;
    if (roles.includes('worker')) await this.untilBusy(member);
    const exit = this.stage.during('SIGTERM', roles, () => member.replace('SIGTERM'));
    if (isTwice) {
      await eventually(async () => !process.isAlive || (await isDraining(process.url)));
      process.signal('SIGTERM');
    }
    this.exits.push(await exit);
    await this.nginx.route(urlsOf(this.fleet));
  }

  private async untilBusy(member: Member): Promise<void> {
    await eventually(async () => (await heldBy(this.stage.database, member)) > 0);
    this.busy += 1;
  }
}

const WRITTEN = 'written meanwhile';

function creation(url: string): Request {
  return new Request(`${url}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ name: WRITTEN, schedule: '@at 2100-01-01T00:00:00Z' }),
  });
}

function urlsOf(fleet: Fleet): string[] {
  return fleet.apis.map(({ url }) => url);
}

async function stop(probe: Probe): Promise<void> {
  await probe.stop();
}

async function isDraining(url: string): Promise<boolean> {
  return (await fetch(`${url}/health/ready`)).status === 503;
}

/** Resolves when it is under way. */
async function startLongRun(stage: Stage, url: string, long: Receiver): Promise<number> {
  const at = stage.time.now() + 1_500;
  const schedule = `@at ${new Date(at).toISOString()}`;
  const [id] = await createJobs([url], [{ name: 'long', schedule, ...long.job }]);
  await eventually(() => long.deliveries.length === 1);
  return id as number;
}

async function holderOf(stage: Stage, fleet: Fleet, jobId: number): Promise<Member> {
  for (const member of fleet.workers) {
    if ((await heldBy(stage.database, member, [jobId])) > 0) return member;
  }
  throw new Error('Nobody holds the long run');
}

function repeatsOf({ deliveries }: Receiver): number {
  return deliveries.length - new Set(deliveries.map(({ key }) => key)).size;
}

/** That it went on elsewhere at once, and did not wait for the end of its lease. */
function handedBack(run: RunRow | undefined): Bound[] {
  const [first] = run?.attempts ?? [];
  const againMs = (run?.started_at ?? Infinity) - Date.parse(first?.finishedAt ?? '');
  return [
    exactly('long runs that were handed back', first?.outcome === 'handed-back' ? 1 : 0, 1),
    { what: 'from hand-back to the next attempt, ms', value: againMs, atMost: AGAIN_MS },
  ];
}
