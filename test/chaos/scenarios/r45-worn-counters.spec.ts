import { Api, type Answer } from '../../support/api.ts';
import type { Problem } from '../../../src/common/problem.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

/** The highest number that an integer column holds. */
const HIGHEST = 2 ** 31 - 1;
/** Ids that are left. */
const LEFT = 5;
const REFUSED = 3;

const PER_SECOND = sized(50, 300);
const SECONDS = sized(10, 60);
const WORN = 10;

scenario({ id: 'R45', title: 'ids and counters of runs come to their end' }, async (stage) => {
  const { apis } = await stage.startFleet({ size: 2 });
  const api = new Api((apis[0] as { url: string }).url);
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
  const { query } = stage.database;
  const worn = await query<{ id: number }>(
    `UPDATE jobs SET run_count = $1 WHERE id IN (SELECT id FROM jobs ORDER BY id LIMIT $2)
     RETURNING id`,
    [HIGHEST - 1, WORN],
  );
  await query(`SELECT setval('jobs_id_seq', $1)`, [HIGHEST - LEFT]);

  const endAt = new Date(from + SECONDS * 1_000).toISOString();
  const body = { name: 'late', schedule: '* * * * * *', endAt };
  const answers: Answer<{ id?: number } & Partial<Problem>>[] = [];
  for (let index = 0; index < LEFT + REFUSED; index += 1) {
    answers.push(await api.send('POST', '/jobs', body));
  }
  const { status } = await api.get(`/jobs/${HIGHEST}`);

  await stage.settle();
  const counts = await query<{ id: number; started: number }>(
    `SELECT job_id AS id, count(*)::integer AS started FROM runs
      WHERE attempt > 0 AND (job_id = ANY ($1) OR job_id > $2) GROUP BY job_id`,
    [worn.map(({ id }) => id), HIGHEST - LEFT],
  );
  const refusals = answers.slice(LEFT);
  const clear = refusals.filter(({ status: code, body: problem }) => code !== 500 && problem.code);
  await stage.conclude((judgement) => ({
    load: `${PER_SECOND} starts/s for ${SECONDS} s`,
    bites: { count: refusals.filter(({ status: code }) => code >= 400).length, atLeast: REFUSED },
    bounds: [
      exactly(
        'jobs with the last ids',
        answers.filter((answer) => answer.status === 201).length,
        LEFT,
      ),
      exactly('refusals that say why', clear.length, REFUSED),
      exactly('answer for the job with the highest id', status, 200),
      exactly(
        'jobs at an end of something that have run on',
        counts.filter(({ started }) => started > 1).length,
        WORN + LEFT,
      ),
      ...latenessWithin(judgement, { p99: 1_000 }),
    ],
  }));
});
