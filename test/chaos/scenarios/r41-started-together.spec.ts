import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../../src/database/migrations.ts';
import { createEmptyDatabase } from '../../support/empty-database.ts';
import { installObserver } from '../evidence/observer.ts';
import { PgProxy } from '../faults/pg-proxy.ts';
import { type Bound, exactly } from '../harness/bounds.ts';
import { Fleet } from '../harness/fleet.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

const TOGETHER = sized(4, 5);
const READY_MS = 30_000;
const LOAD = { perSecond: 50, seconds: 6 };
const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
const FIRST = '20261124000000_init';

scenario(
  { id: 'R41', title: 'many instances start together on a schema that is not there yet' },
  async (stage) => {
    const empty = await createEmptyDatabase();
    stage.opened(empty, (database) => database.drop());
    const onEmpty = await startTogether(stage, 'an empty schema', empty.url);

    const old = await createEmptyDatabase();
    stage.opened(old, (database) => database.drop());
    await bringToFirst(old.url);
    const onOld = await startTogether(stage, 'an old schema', old.url);

    const interrupted = await createEmptyDatabase();
    await stage.openBareDatabase(interrupted);
    const killed = await killWhileMigrating(stage, interrupted.url);
    const afterwards = await startTogether(stage, 'a migration cut short', interrupted.url, false);
    await installObserver(interrupted);
    await stage.startFleet({ size: 2 });
    await stage.load(LOAD);

    await stage.conclude(() => ({
      load: `${TOGETHER} instances at once, three times`,
      bites: { count: killed, atLeast: 1 },
      bounds: [...onEmpty, ...onOld, ...afterwards],
    }));
  },
);

/** Starts several at the same moment, and ends them once all of them answer. */
async function startTogether(
  stage: Stage,
  what: string,
  databaseUrl: string,
  isMigration = true,
): Promise<Bound[]> {
  const settings = { LOG_LEVEL: 'info' };
  const berth = () => ({ databaseUrl });
  const fleet = Fleet.of({ size: TOGETHER, shape: 'together', settings, berth });
  stage.opened(fleet, (members) => members.close());
  const startedAt = performance.now();
  await Promise.all(fleet.members.map((member) => member.start()));
  const readyMs = Math.round(performance.now() - startedAt);
  await fleet.close();

  const migrators = fleet.members.filter(({ process }) =>
    process.lines.some((line) => line.includes('"Migrated"')),
  );
  return [
    { what: `ready on ${what}, ms`, value: readyMs, atMost: READY_MS },
    ...(isMigration ? [exactly(`who has migrated ${what}`, migrators.length, 1)] : []),
  ];
}

async function bringToFirst(databaseUrl: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'job-scheduler-old-schema-'));
  try {
    for (const name of [FIRST, 'migration_lock.toml']) {
      await cp(join(MIGRATIONS, name), join(directory, name), { recursive: true });
    }
    await migrate(databaseUrl, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Kills an instance in the middle of a migration, and answers whether it was there. */
async function killWhileMigrating(stage: Stage, databaseUrl: string): Promise<number> {
  const line = stage.opened(await PgProxy.to(databaseUrl), (proxy) => proxy.close());
  const berth = () => ({ databaseUrl: line.url });
  const fleet = Fleet.of({ size: 1, shape: 'together', berth });
  stage.opened(fleet, (members) => members.close());
  const [member] = fleet.members;
  const trap = line.killAtMessage(
    { stand: 'after', matching: ({ text = '' }) => text.includes('CREATE TABLE "jobs"') },
    async () => member?.end('SIGKILL'),
  );
  await stage.during('SIGKILL', 'migration', async () => {
    await member?.launch();
    await trap.sprung;
  });
  return trap.message ? 1 : 0;
}
