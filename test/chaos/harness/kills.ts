import { eventually } from '../../support/eventually.ts';
import type { Fleet, Member } from './fleet.ts';
import { busiest } from './holders.ts';
import type { Stage } from './stage.ts';

/** After a full second, at which much becomes due: when it is under way. */
const AIM_MS = 30;
const SECOND_MS = 1_000;

export interface Kills {
  /** Between two of them. */
  everyMs: number;
  /** Milliseconds since 1970 by the clock of the database. */
  from: number;
  to: number;
  /** What is waited for before each: that it hits what it is meant to. */
  isInAim?: () => boolean;
}

/**
 * Kills the busiest worker again and again, with split roles a scheduler beside it, and starts
 * another process in its place at once. Answers how many workers were killed.
 */
export async function killAgainAndAgain(
  stage: Stage,
  fleet: Fleet,
  { everyMs, from, to, isInAim = () => true }: Kills,
): Promise<number> {
  const schedulers = fleet.members.filter(({ roles }) => roles === 'scheduler');
  let kills = 0;
  for (let at = from; at < to; at += everyMs) {
    // It may have taken longer to replace the one before.
    const second = Math.ceil(Math.max(at, stage.time.now()) / SECOND_MS) * SECOND_MS;
    await stage.reach(second + AIM_MS);
    await eventually(isInAim);
    const worker = await busiest(stage.database, fleet.workers);
    const scheduler = schedulers[kills % schedulers.length];
    await Promise.all([kill(stage, worker), ...(scheduler ? [kill(stage, scheduler)] : [])]);
    kills += 1;
  }
  return kills;
}

async function kill(stage: Stage, member: Member): Promise<void> {
  const { roles, process } = member;
  const pid = roles.includes('worker') ? process.pid : undefined;
  await stage.during('SIGKILL', roles, () => member.replace('SIGKILL'), pid);
}
