import { replies } from '../../support/target.ts';
import { Audit } from '../edits/audit.ts';
import { EditStorm } from '../edits/edit-storm.ts';
import { Random } from '../edits/random.ts';
import { exactly } from '../harness/bounds.ts';
import type { Member } from '../harness/fleet.ts';
import { busiest, jobsHeldBy } from '../harness/holders.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

const SEED = 4_711;
const OPERATIONS = sized(500, 6_000);
const SUBJECTS = sized(40, 500);
/** What the target needs for an answer at most, and how often it fails. */
const SLOWEST_MS = 500;
const FAILING = 0.05;

/** Less than a session may stand idle in a transaction, and a lease lasts. */
const STOP_MS = 3_000;
const BETWEEN_STOPS_MS = 1_500;
/** After a full second, at which much becomes due: when it is under way. */
const AIM_MS = 30;
const TOLERANCES = {
  /** A claim that is not older than a second begins without another look at the job. */
  startMs: 1_200,
  /** A request may have been on its way when its sender was stopped. */
  deliveryMs: STOP_MS + 1_000,
};

const RIVALS = 50;
/** So that schedules show that they go on. */
const QUIET_MS = 3_000;

scenario({ id: 'R33', title: 'a storm of edits, and one of three stands still' }, async (stage) => {
  const { workers, apis } = await stage.startFleet({ size: 3, apis: 2 });
  const random = new Random(SEED);
  const receiver = await stage.openReceiver({
    delayMs: () => random.integer(0, SLOWEST_MS),
    reply: () => replies.status(random.chance(FAILING) ? 503 : 200),
  });
  const standing = new Set<Member>();
  const awake = () => apis.filter((member) => !standing.has(member)).map(({ url }) => url);
  const audit = new Audit(awake, stage.time);

  let isOver = false;
  const options = { audit, targetUrl: receiver.url, seed: SEED };
  const storm = new EditStorm({ ...options, operations: OPERATIONS, subjects: SUBJECTS });
  const raging = storm.rage().finally(() => (isOver = true));
  const stops: number[] = [];
  let statuses: number[] = [];
  const stopping = async () => {
    while (!isOver) {
      const stopped = stop(stage, workers, { standing, audit, random });
      if (stops.length === 0) statuses = await rivals(audit, random);
      stops.push(await stopped);
      await stage.reach(stage.time.now() + BETWEEN_STOPS_MS);
    }
  };
  await Promise.all([raging, stopping()]);

  stage.answers.push(...audit.answers);
  stage.until(stage.time.now() + QUIET_MS);
  // An edit that meets the lock of somebody who stands still is told to come back.
  const failures = audit.answers.filter(({ status }) => status >= 500 && status !== 503);
  await stage.conclude(
    () => ({
      load: `${SUBJECTS} jobs, ${OPERATIONS} operations`,
      bites: {
        count: stops.filter((edits) => edits > 0).length,
        atLeast: Math.ceil(stops.length / 2),
      },
      bounds: [
        exactly('answers that say nothing', failures.length, 0),
        exactly(`${RIVALS} changes of one revision: 200`, count(statuses, 200), 1),
        exactly(`${RIVALS} changes of one revision: 412`, count(statuses, 412), RIVALS - 1),
      ],
    }),
    { tolerances: TOLERANCES, without: ['server error'] },
  );
});

interface Surroundings {
  /** Those that stand still. */
  standing: Set<Member>;
  audit: Audit;
  random: Random;
}

/**
 * Stops the busiest worker at the next second for a while, and edits a job of which it has a run.
 * Answers how many edits that were.
 */
async function stop(
  stage: Stage,
  workers: readonly Member[],
  { standing, audit, random }: Surroundings,
): Promise<number> {
  await stage.reach(Math.ceil(stage.time.now() / 1_000) * 1_000 + AIM_MS);
  const victim = await busiest(stage.database, workers);
  const until = stage.time.now() + STOP_MS;
  standing.add(victim);
  const edits = await stage.during('SIGSTOP', victim.roles, async () => {
    victim.process.signal('SIGSTOP');
    const held = await jobsHeldBy(stage.database, victim);
    const edited = await editOne(audit, random, held);
    await stage.reach(until);
    victim.process.signal('SIGCONT');
    return edited;
  });
  standing.delete(victim);
  return edits;
}

/** Edits the first of these jobs that can be. */
async function editOne(audit: Audit, random: Random, jobIds: readonly number[]): Promise<number> {
  for (const id of jobIds) {
    const edit = { operation: 'patch', method: 'PATCH', path: `/jobs/${id}`, jobIds: [id] };
    const body = { description: 'edited while its worker stood still' };
    const { status } = await audit.ask(random, { ...edit, body });
    if (status === 200) return 1;
  }
  return 0;
}

/** Many change the same revision of a job at the same time; answers how each was answered at last. */
async function rivals(audit: Audit, random: Random): Promise<number[]> {
  const job = { name: 'wanted by all', schedule: '@every 3600s' };
  const create = { operation: 'create', method: 'POST', path: '/jobs', body: job };
  const { body } = await audit.ask<{ id: number; revision: number }>(random, create);
  const change = async (rival: number): Promise<number> => {
    const { status } = await audit.ask(random, {
      operation: 'patch',
      method: 'PATCH',
      path: `/jobs/${body.id}`,
      body: { description: `mine, says ${rival}` },
      ifMatch: body.revision,
      jobIds: [body.id],
    });
    return status === 503 ? change(rival) : status;
  };
  return Promise.all(Array.from({ length: RIVALS }, (_, rival) => change(rival)));
}

function count(statuses: readonly number[], wanted: number): number {
  return statuses.filter((status) => status === wanted).length;
}
