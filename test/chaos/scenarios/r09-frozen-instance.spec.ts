import { setTimeout as sleep } from 'node:timers/promises';
import type { PgProxy } from '../faults/pg-proxy.ts';
import { latenessWithin } from '../harness/bounds.ts';
import type { Member } from '../harness/fleet.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

const PER_SECOND = sized(150, 500);
const FREEZE_MS = sized(8_000, 60_000);
const FREEZES = sized(2, 10);
const SECONDS = ((FREEZES + 1) * FREEZE_MS) / 1_000 + sized(8, 30);
/** What the server allows a session that does nothing inside a transaction. */
const TRANSACTION_LIMIT_MS = 5_000;
/** Late enough to tell that somebody keeps the lock. */
const STUCK_MS = 1_500;

scenario(
  {
    id: 'R09',
    title: 'an instance stands still, also in the middle of a claim',
    limitSeconds: sized(120, 1_200),
  },
  async (stage) => {
    await stage.openDatabase();
    const lines = await stage.openLines(3);
    const berth = (index: number) => ({ databaseUrl: (lines[index] as PgProxy).url });
    const { workers } = await stage.startFleet({ size: 3, berth });
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

    await stage.reach(from + 2_300);
    const idle = workers[0] as Member;
    await freeze(stage, async () => {
      idle.process.signal('SIGSTOP');
      return idle;
    });
    let stuck = 0;
    for (let count = 0; count < FREEZES; count += 1) {
      if (await freezeInClaim(stage, workers, lines)) stuck += 1;
    }

    await stage.conclude((judgement) => ({
      load: `${PER_SECOND} starts/s, ${FREEZES + 1} times ${FREEZE_MS / 1_000} s`,
      bites: { count: stuck, atLeast: Math.ceil(FREEZES / 2) },
      bounds: latenessWithin(judgement, { max: TRANSACTION_LIMIT_MS + 3_000 }),
    }));
  },
);

/** Has a process stand still for a while, from when `begin` has stopped it, and go on. */
async function freeze(stage: Stage, begin: () => Promise<Member>): Promise<void> {
  await stage.during('SIGSTOP', 'worker', async () => {
    const member = await begin();
    await sleep(FREEZE_MS);
    member.process.signal('SIGCONT');
  });
}

/**
 * Stops whichever is the first to have locked due runs, so that it keeps them, and answers whether
 * runs were stuck because of that.
 */
async function freezeInClaim(
  stage: Stage,
  workers: readonly Member[],
  lines: readonly PgProxy[],
): Promise<boolean> {
  let isStuck = false;
  await freeze(stage, async () => {
    const member = await stopInClaim(workers, lines);
    await sleep(STUCK_MS + 200);
    isStuck = await someRunsAreStuck(stage);
    return member;
  });
  return isStuck;
}

async function stopInClaim(workers: readonly Member[], lines: readonly PgProxy[]): Promise<Member> {
  let stopped: Member | undefined;
  const traps = workers.map((member, index) =>
    (lines[index] as PgProxy).atMessage(
      // Comes after the one that takes the locks, and only if that has found something.
      {
        stand: 'after',
        matching: ({ kind, statement }) => kind === 'execute' && statement === 'claims.living',
      },
      () => {
        if (stopped) return;
        stopped = member;
        member.process.signal('SIGSTOP');
      },
    ),
  );
  await Promise.race(traps.map((trap) => trap.sprung));
  for (const [index, trap] of traps.entries()) lines[index]?.disarm(trap);
  return stopped as Member;
}

async function someRunsAreStuck({ database }: Stage): Promise<boolean> {
  const rows = await database.query(
    `SELECT FROM runs
      WHERE status = 'planned' AND wake_at < clock_timestamp() - $1 * interval '1 millisecond'
      LIMIT 1`,
    [STUCK_MS],
  );
  return rows.length > 0;
}
