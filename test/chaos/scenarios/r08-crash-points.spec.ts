import { eventually } from '../../support/eventually.ts';
import { replies } from '../../support/target.ts';
import { CrashPoints } from '../faults/crash-points.ts';
import type { PgProxy } from '../faults/pg-proxy.ts';
import { Standstill } from '../faults/standstill.ts';
import { type Member, SHAPE } from '../harness/fleet.ts';
import { heldBy } from '../harness/holders.ts';
import { createJobs } from '../harness/load.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

/** Two instances, or two workers and a scheduler, die again and again; the others stay. */
const SIZE = 3;
const VICTIMS = SHAPE === 'together' ? [0, 1] : [0, 1, 3];
/** Those that stay leave the work to them, as long as they live, and what is lost as well. */
const RESERVE = { WORKER_CONCURRENCY: '1', PLAN_AHEAD_MS: '0', LEASE_MS: '60000' };
/** Then work under way is handed back at once. */
const SETTINGS = { SHUTDOWN_GRACE_MS: '0' };

/** In the short form without those after which nothing can be different for the server. */
const KINDS = sized(
  ['query', 'bind', 'execute', 'sync'] as const,
  ['query', 'parse', 'bind', 'describe', 'execute', 'sync'] as const,
);
const AT_WORK = ['plan', 'claim', 'finish', 'retry'];
const OPERATIONS = [...AT_WORK, 'hand back'];
/** Of each operation, and of all together. */
const KINDS_AT_LEAST = 3;
const POINTS_AT_LEAST = 30;
/** An instance that lives on for so long has no point left to come to, unless all are slow. */
const PATIENCE_MS = 2_000;
const LONG_PATIENCE_MS = 8_000;
const OTHERS_FIRST_MS = 1_000;
/** For what takes its time on a busy machine. */
const SLOWLY = { timeoutMs: 30_000 };

/** Beside the work of all: what is under way whenever somebody leaves, and what fails at first. */
const SLOW_MS = 3_000;
const EVERY_SECOND = '@every 1s';

const title = 'instances are killed after every message of their work';

scenario({ id: 'R08', title, limitSeconds: sized(240, 900) }, async (stage) => {
  const { url } = await stage.openDatabase();
  const lines = await stage.openLines(SIZE);
  const fleet = await stage.startFleet({
    size: SIZE,
    settings: SETTINGS,
    berth: (index) =>
      VICTIMS.includes(index)
        ? { databaseUrl: (lines[index] as PgProxy).url }
        : { databaseUrl: url, settings: RESERVE },
  });
  const slow = await createSomeJobs(stage);

  const points = new CrashPoints(KINDS);
  const isThorough = () => AT_WORK.every((each) => points.of(each).length >= KINDS_AT_LEAST);
  const victims = VICTIMS.map((index) => {
    const standstill = new Standstill(lines[index] as PgProxy, points);
    return new Victim(stage, fleet.members[index] as Member, standstill, isThorough);
  });
  await Promise.all(victims.map((victim) => victim.dieAgainAndAgain(slow)));
  stage.until(stage.time.now());

  await stage.conclude(() => ({
    load: `20 jobs, ${points.visited.size} points in ${stage.faults.length} kills`,
    bites: { count: points.visited.size, atLeast: POINTS_AT_LEAST },
    bounds: OPERATIONS.map((operation) => ({
      what: `points of ${operation}`,
      value: points.of(operation).length,
      atLeast: KINDS_AT_LEAST,
    })),
  }));
});

/** One place, whose process is killed wherever none was killed before. */
class Victim {
  constructor(
    private readonly stage: Stage,
    private readonly member: Member,
    private readonly standstill: Standstill,
    /** Whether all that there is to do has been interrupted by now. */
    private readonly isThorough: () => boolean,
  ) {}

  /**
   * Until a process comes to no new point, neither at its work nor when it is told to leave.
   * @param slow jobs whose runs it has in hand then.
   */
  async dieAgainAndAgain(slow: readonly number[]): Promise<void> {
    while ((await this.stopsAtWork()) || (await this.stopsLeaving(slow))) await this.die();
    this.standstill.lift();
    await this.member.launch();
  }

  /** What is not claimed cannot be finished: claims stop last, so that all the others may as well. */
  private async stopsAtWork(): Promise<boolean> {
    const { member, standstill } = this;
    standstill.spared = ['claim'];
    await eventually(() => standstill.isThere || member.url !== '', SLOWLY);
    await this.patience(OTHERS_FIRST_MS);
    standstill.spared = [];
    await this.patience(this.isThorough() ? PATIENCE_MS : LONG_PATIENCE_MS);
    return standstill.isThere;
  }

  private async stopsLeaving(slow: readonly number[]): Promise<boolean> {
    const { stage, member, standstill } = this;
    if (member.roles.includes('worker')) {
      await eventually(async () => (await heldBy(stage.database, member, slow)) > 0, SLOWLY);
    }
    let hasLeft = false;
    void member.end('SIGTERM').then(() => (hasLeft = true));
    await eventually(() => standstill.isThere || hasLeft, SLOWLY);
    return standstill.isThere;
  }

  /** Waits for the first session to stop, and then for all others. */
  private async patience(limitMs: number): Promise<void> {
    const { standstill } = this;
    const since = performance.now();
    await eventually(() => standstill.isThere || performance.now() - since > limitMs);
    await standstill.complete();
  }

  private async die(): Promise<void> {
    const { stage, member, standstill } = this;
    const kill = async () => {
      await member.end('SIGKILL');
      standstill.end();
    };
    await stage.during('SIGKILL', member.roles, kill, member.process.pid);
    await member.launch();
  }
}

/** Answers the ids of those whose runs take long. */
async function createSomeJobs(stage: Stage): Promise<number[]> {
  const slow = await stage.openReceiver({ delayMs: () => SLOW_MS });
  const failing = await stage.openReceiver({
    reply: ({ headers }) => replies.status(headers['job-attempt'] === '1' ? 503 : 200),
  });
  const retry = { maxAttempts: 2, initialDelayMs: 100 };
  const kinds = [
    ...Array.from({ length: 5 }, () => slow.job),
    ...Array.from({ length: 5 }, () => ({ ...failing.job, retry, overlap: 'allow' })),
    ...Array.from({ length: 10 }, () => ({ overlap: 'allow' })),
  ];
  const bodies = kinds.map((job) => ({ name: 'any', schedule: EVERY_SECOND, ...job }));
  return (await createJobs(stage.apiUrls, bodies)).slice(0, 5);
}
