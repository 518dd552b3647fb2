import { type Answer, Api } from '../../support/api.ts';
import { eventually } from '../../support/eventually.ts';
import type { DatabaseFaults } from '../faults/database-faults.ts';
import { type Bound, exactly } from '../harness/bounds.ts';
import { scenario } from '../harness/scenario.ts';
import type { Problem } from '../../../src/common/problem.ts';

const CLIENTS = 50;
/** So many sessions at least wait for each other before the first request can have its effect. */
const RACING = 8;
const SCHEDULE = '@every 86400s';

type Body = Problem & { id?: number };

scenario({ id: 'R34', title: 'fifty clients send one Idempotency-Key' }, async (stage) => {
  await stage.startFleet({ size: 3, apis: 3 });
  const urls = stage.apiUrls;
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new Api(urls[index % urls.length] as string),
  );
  const faults = stage.openDatabaseFaults();

  const same = await race(clients, faults, 'one-body', () => 'the same');
  const others = await race(clients, faults, 'many-bodies', (index) => `body ${index}`);
  const late = await Promise.all(
    clients.map((client, index) => post(client, 'one-body', `other ${index}`)),
  );
  const jobs = await stage.database.query('SELECT FROM jobs');

  stage.until(stage.time.now());
  await stage.conclude(() => ({
    load: `${CLIENTS} requests at a time`,
    bites: { count: Math.min(same.racing, others.racing), atLeast: RACING },
    bounds: [
      exactly('jobs for two keys', jobs.length, 2),
      exactly('equal requests: answered with 201', count(same.answers, 201), CLIENTS),
      exactly('equal requests: different answers', distinct(same.answers), 1),
      exactly('other bodies at the same time: answered with 201', count(others.answers, 201), 1),
      ...refused('other bodies at the same time', others.answers, CLIENTS - 1),
      ...refused('other bodies afterwards', late, CLIENTS),
    ],
  }));
});

/**
 * All clients send a request with this key, and nobody can change a job until many of them have
 * met.
 */
async function race(
  clients: readonly Api[],
  faults: DatabaseFaults,
  key: string,
  name: (index: number) => string,
): Promise<{ answers: Answer<Body>[]; racing: number }> {
  const hold = await faults.lock('jobs');
  const answers = Promise.all(
    clients.map((client, index) => untilAnswered(() => post(client, key, name(index)))),
  );
  await eventually(async () => (await hold.blocked()) >= RACING);
  const racing = await hold.blocked();
  await hold.release();
  return { answers: await answers, racing };
}

/** Who is told that the request is under way sends it again. */
async function untilAnswered(send: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
  let answer = await send();
  await eventually(async () => {
    if (answer.body.code !== 'IDEMPOTENCY_IN_PROGRESS') return true;
    answer = await send();
    return false;
  });
  return answer;
}

function post(client: Api, key: string, name: string): Promise<Answer<Body>> {
  return client.send('POST', '/jobs', { name, schedule: SCHEDULE }, { 'idempotency-key': key });
}

function count(answers: readonly Answer<Body>[], status: number): number {
  return answers.filter((answer) => answer.status === status).length;
}

function distinct(answers: readonly Answer<Body>[]): number {
  return new Set(answers.map(({ text }) => text)).size;
}

function refused(what: string, answers: readonly Answer<Body>[], wanted: number): Bound[] {
  const found = answers.filter(({ body }) => body.code === 'IDEMPOTENCY_KEY_REUSED');
  return [exactly(`${what}: refused`, found.length, wanted)];
}
