import { type Answer, Api } from '../../support/api.ts';
import type { Problem } from '../../../src/common/problem.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { StageDatabase } from '../harness/stage.ts';

/** The highest number that an integer column holds. */
const HIGHEST = 2 ** 31 - 1;
/** Ids that are left, and requests beyond them. */
const LEFT = 5;
const BEYOND = 3;
/** Jobs whose runs can be counted once more. */
const WORN = 10;
const PER_SECOND = sized(50, 300);
const SECONDS = sized(10, 60);

scenario(
  { id: 'R45', title: 'ids of jobs and counts of runs come to their end' },
  async (stage) => {
    await stage.startFleet({ size: 2 });
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
    const worn = await wearOut(stage.database);

    const endAt = new Date(from + SECONDS * 1_000).toISOString();
    const body = { name: 'late', schedule: '* * * * * *', endAt };
    const api = new Api(stage.apiUrls[0] as string);
    const answers: Answer<Problem>[] = [];
    for (let index = 0; index < LEFT + BEYOND; index += 1) {
      answers.push(await api.send<Problem>('POST', '/jobs', body));
    }
    const last = await api.get(`/jobs/${HIGHEST}`);

    const created = answers.filter(({ status }) => status === 201);
    const refused = answers.filter((answer) => answer.body.code === 'JOB_IDS_EXHAUSTED');
    await stage.conclude((judgement, { runs }) => {
      const started = (isIt: (jobId: number) => boolean) => {
        const ids = runs.filter(({ job_id, attempt }) => isIt(job_id) && attempt > 0);
        return new Set(ids.map(({ job_id }) => job_id)).size;
      };
      return {
        load: `${PER_SECOND} starts/s for ${SECONDS} s`,
        bites: { count: answers.length - created.length, atLeast: BEYOND },
        bounds: [
          exactly('jobs with the last ids', created.length, LEFT),
          exactly('refusals that say why', refused.length, BEYOND),
          exactly('answer for the job with the highest id', last.status, 200),
          exactly(
            'jobs with the last ids that run',
            started((id) => id > HIGHEST - LEFT),
            LEFT,
          ),
          exactly(
            'jobs that nobody can count any more and that run',
            started((id) => worn.includes(id)),
            WORN,
          ),
          ...latenessWithin(judgement, { p99: 1_000 }),
        ],
      };
    });
  },
);

/** Leaves a few ids, and few starts to count to some of the jobs, of which it answers the ids. */
async function wearOut({ query }: StageDatabase): Promise<number[]> {
  await query(`SELECT setval('jobs_id_seq', $1)`, [HIGHEST - LEFT]);
  const rows = await query<{ id: number }>(
    `UPDATE jobs SET run_count = $1
      WHERE id IN (SELECT id FROM jobs ORDER BY id LIMIT $2)
     RETURNING id`,
    [HIGHEST - 1, WORN],
  );
  return rows.map(({ id }) => id);
}
