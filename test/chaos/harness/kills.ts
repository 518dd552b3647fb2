import { eventually } from '../../support/eventually.ts';
import type { Fleet, Member } from './fleet.ts';
import { busiest } from './holders.ts';
import type { Stage } from './stage.ts';

/** After a full second, at which much becomes due: when it is under way. */
const AIM_MS = 30;
const SECOND_MS = 1_000;

export interface Kills {
  times: number;
  /** Between two of them, and longer where it takes longer to start another process. */
  everyMs: number;
  /** When the first is, in milliseconds since 1970 by the clock of the database. */
  from: number;
  /** What is waited for before each: that it hits what it is meant to. */
  isInAim?: () => boolean;
}

/**
 * Kills the busiest worker again and again, with split roles a scheduler beside it, and starts
 * another process in its place at once.
 */
export async function killAgainAndAgain(
  stage: Stage,
  fleet: Fleet,
  { times, everyMs, from, isInAim = () => true }: Kills,
): Promise<void> {
  const schedulers = fleet.members.filter(({ roles }) => roles === 'scheduler');
  for (let index = 0; index < times; index += 1) {
    const at = Math.max(from + index * everyMs, stage.time.now());
    await stage.reach(Math.ceil(at / SECOND_MS) * SECOND_MS + AIM_MS);
    await eventually(isInAim);
    const worker = await busiest(stage.database, fleet.workers);
    const scheduler = schedulers[index % schedulers.length];
    await Promise.all([kill(stage, worker), ...(scheduler ? [kill(stage, scheduler)] : [])]);
  }
}

async function kill(stage: Stage, member: Member): Promise<void> {
  const { roles, process } = member;
  const pid = roles.includes('worker') ? process.pid : undefined;
  await stage.during('SIGKILL', roles, () => member.replace('SIGKILL'), pid);
}
