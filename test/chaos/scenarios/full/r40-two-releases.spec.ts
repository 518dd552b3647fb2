import { migrate } from '../../../../src/database/migrations.ts';
import { createEmptyDatabase } from '../../../support/empty-database.ts';
import type { Fleet } from '../../harness/fleet.ts';
import { FormerRelease } from '../../harness/former-release.ts';
import { scenario } from '../../harness/scenario.ts';
import type { Stage } from '../../harness/stage.ts';

const PER_SECOND = 280;
/** Registered each time that a release comes, through both. */
const NEW_PER_SECOND = 10;
const TOGETHER_MS = 40_000;
const ALONE_MS = 10_000;
const SIZE = 2;

const title = 'the former and the present release share a database, in both orders';

scenario({ id: 'R40', title, impossible: FormerRelease.missing }, async (stage) => {
  const release = stage.opened(await FormerRelease.compile(), (former) => former.remove());
  const database = await createEmptyDatabase();
  await migrate(database.url, release.migrations);
  await stage.openDatabase(database);
  const { url } = database;
  const berth = () => ({ databaseUrl: url, build: release.build });

  const former = await stage.startFleet({ size: SIZE, berth });
  await stage.load({ perSecond: PER_SECOND });
  await stage.reach(stage.time.now() + ALONE_MS);

  const present = await stage.startFleet({ size: SIZE });
  const upgrading = await share(stage, former, present);
  await former.close();
  await stage.reach(stage.time.now() + ALONE_MS);

  await Promise.all(former.members.map((member) => member.start()));
  const returning = await share(stage, former, present);
  await present.close();
  await stage.reach(stage.time.now() + ALONE_MS);
  stage.until(stage.time.now());

  await stage.conclude(() => ({
    load: `${PER_SECOND + 2 * NEW_PER_SECOND} starts/s, 2 × ${TOGETHER_MS / 1_000} s together`,
    bites: { count: Math.min(...upgrading, ...returning), atLeast: TOGETHER_MS / 1_000 },
  }));
});

/** Has both at work for a while, and answers how many runs each of them has begun. */
async function share(stage: Stage, ...fleets: Fleet[]): Promise<number[]> {
  const since = stage.time.now();
  const urls = fleets.flatMap((fleet) => fleet.apis.map((api) => api.url));
  await stage.load({ perSecond: NEW_PER_SECOND }, urls);
  await stage.reach(since + TOGETHER_MS);
  const rows = await stage.database.query<{ worker: string; runs: number }>(
    `SELECT worker, count(*)::integer AS runs FROM runs
      WHERE started_at > to_timestamp($1::float8 / 1000)
      GROUP BY worker`,
    [since],
  );
  return fleets.map(({ workers }) =>
    rows
      .filter(({ worker }) => workers.some((member) => member.isNamed(worker)))
      .reduce((sum, { runs }) => sum + runs, 0),
  );
}
