import { replies } from '../../support/target.ts';
import { type Answer, isSuccess } from '../checker/evidence.ts';
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
const SLOWEST_MS = 300;
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
  const stops: Stop[] = [];
  let statuses: number[] = [];
  while (!isOver) {
    const stopping = stop(stage, workers, standing);
    if (stops.length === 0) statuses = await rivals(audit, random);
    stops.push(await stopping);
    await stage.reach(stage.time.now() + BETWEEN_STOPS_MS);
  }
  await raging;

  stage.answers.push(...audit.answers);
  stage.until(stage.time.now() + QUIET_MS);
  const bites = stops.filter((each) => audit.answers.some((answer) => isAcross(answer, each)));
  await stage.conclude(
    () => ({
      load: `${SUBJECTS} jobs, ${OPERATIONS} operations`,
      bites: { count: bites.length, atLeast: Math.ceil(stops.length / 2) },
      bounds: [
        exactly(`${RIVALS} changes of one revision: 200`, count(statuses, 200), 1),
        exactly(`${RIVALS} changes of one revision: 412`, count(statuses, 412), RIVALS - 1),
      ],
    }),
    { tolerances: TOLERANCES },
  );
});

interface Stop {
  from: number;
  to: number;
  /** The jobs of which the one that stood still had runs under way. */
  jobIds: readonly number[];
}

/** Stops the busiest worker at the next second for a while. */
async function stop(
  stage: Stage,
  workers: readonly Member[],
  standing: Set<Member>,
): Promise<Stop> {
  await stage.reach(Math.ceil(stage.time.now() / 1_000) * 1_000 + AIM_MS);
  const victim = await busiest(stage.database, workers);
  const from = stage.time.now();
  standing.add(victim);
  const jobIds = await stage.during('SIGSTOP', victim.roles, async () => {
    victim.process.signal('SIGSTOP');
    const held = await jobsHeldBy(stage.database, victim);
    await stage.reach(from + STOP_MS);
    victim.process.signal('SIGCONT');
    return held;
  });
  standing.delete(victim);
  return { from, to: stage.time.now(), jobIds };
}

/** Whether a job was changed while the one that had its runs stood still. */
function isAcross(answer: Answer, { from, to, jobIds }: Stop): boolean {
  const { operation, sentAt, answeredAt } = answer;
  const isChange = isSuccess(answer) && !operation.endsWith('trigger');
  const isWithin = sentAt > from && answeredAt < to;
  return isChange && isWithin && answer.jobIds.some((id) => jobIds.includes(id));
}

/** Many change the same revision of a job at the same time; answers how each was answered. */
async function rivals(audit: Audit, random: Random): Promise<number[]> {
  const job = { name: 'wanted by all', schedule: '@every 3600s' };
  const create = { operation: 'create', method: 'POST', path: '/jobs', body: job };
  const { body } = await audit.ask<{ id: number; revision: number }>(random, create);
  const answers = await Promise.all(
    Array.from({ length: RIVALS }, (_, rival) =>
      audit.ask(random, {
        operation: 'patch',
        method: 'PATCH',
        path: `/jobs/${body.id}`,
        body: { description: `mine, says ${rival}` },
        ifMatch: body.revision,
        jobIds: [body.id],
      }),
    ),
  );
  return answers.map(({ status }) => status);
}

function count(statuses: readonly number[], wanted: number): number {
  return statuses.filter((status) => status === wanted).length;
}
