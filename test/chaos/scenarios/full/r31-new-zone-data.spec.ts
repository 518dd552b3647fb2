import { Api } from '../../../support/api.ts';
import { eventually } from '../../../support/eventually.ts';
import { ZoneinfoDirectory } from '../../../support/zoneinfo.ts';
import { exactly } from '../../harness/bounds.ts';
import type { Fleet } from '../../harness/fleet.ts';
import { createJobs } from '../../harness/load.ts';
import { scenario } from '../../harness/scenario.ts';
import type { Stage } from '../../harness/stage.ts';

/** Hours ahead of UTC by the old law and by the new one, in winter, which here is all year. */
const ZONES = [
  { zone: 'America/Vancouver', old: -8, new: -7 },
  { zone: 'America/Edmonton', old: -7, new: -6 },
  { zone: 'Africa/Casablanca', old: 1, new: 0 },
] as const;
type Law = 'old' | 'new';

/** Newer than any that come with the service. */
const RELEASES = ['9000a', '9000b', '9000c', '9000d'] as const;
const SETTINGS = {
  // Twelve such sleeps are between two looks at the directory.
  POLL_MS: '200',
  // So that what the old data make due is planned when the new ones come.
  PLAN_AHEAD_MS: '60000',
};

/** After the jobs of one change are made: due by the data before it, both times, and by those after. */
const BEFORE_MS = 8_000;
const WITHDRAWN_MS = 60_000;
const AFTER_MS = 65_000;
/** Within which the new data have to be in force, well before the second of them. */
const CHANGE_LIMIT_MS = 40_000;
/** Within which everybody has looked once more for what processes with older data have done. */
const REPEAT_LIMIT_MS = 300_000;

/** Of each kind in each zone. */
const COPIES = 5;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const title = 'zone data change, at a restart and while the service runs';

scenario({ id: 'R31', title, limitSeconds: 1_200 }, async (stage) => {
  const directory = await ZoneinfoDirectory.create(RELEASES[0], textsOf('old'));
  stage.opened(directory, (each) => each.remove());
  const fleet = await stage.startFleet({
    size: 2,
    settings: { ...SETTINGS, ZONEINFO_DIRECTORY: directory.path },
  });
  await createJobs(
    stage.apiUrls,
    copied(({ zone }) => ({ name: 'often', schedule: '*/5 * * * * *', timezone: zone })),
  );

  const world = new World(stage, fleet, directory);
  await world.restart(RELEASES[1], 'new');
  await world.swap(RELEASES[2], 'old');
  await world.swap(RELEASES[3], 'new');

  const { outdated } = world;
  await stage.conclude(
    (_judgement, { runs }) => {
      const ofOutdated = runs.filter(({ job_id }) => outdated.includes(job_id));
      const withdrawn = runs.filter((run) => run.reason === 'zone-data');
      return {
        load: `${3 * COPIES} jobs for each of 3 changes and of 3 kinds, ${3 * COPIES} others all the time`,
        bites: { count: world.bites, atLeast: outdated.length },
        bounds: [
          exactly('previews by other data', world.wrongPreviews, 0),
          exactly('runs that were withdrawn with a reason', withdrawn.length, outdated.length),
          exactly('starts by old data', ofOutdated.filter(({ attempt }) => attempt > 0).length, 0),
        ],
      };
    },
    { dueOverride: world.instants() },
  );
});

/** A job that is due at one time of each day, and the only instant that it has here. */
interface Daily {
  id: number;
  zone: string;
  at: number;
  /** By local time, in milliseconds after midnight. */
  localMs: number;
}

/** The laws in force, and what is due by them. */
class World {
  /** Jobs whose runs are to be withdrawn. */
  readonly outdated: number[] = [];
  /** Runs of those that were planned when other data came. */
  bites = 0;
  wrongPreviews = 0;
  private law: Law = 'old';
  private readonly daily: Daily[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly fleet: Fleet,
    private readonly directory: ZoneinfoDirectory,
  ) {}

  /** Other data are there when all processes start again. */
  async restart(release: string, law: Law): Promise<void> {
    await this.change(law, async () => {
      const { members } = this.fleet;
      await Promise.all(members.map((member) => member.leave()));
      await this.directory.update(release, textsOf(law));
      await Promise.all(members.map((member) => member.start()));
      await this.inForce(release);
    });
  }

  /**
   * Other data come while everybody works. Who has not noticed yet plans by the old ones meanwhile,
   * which is put right in the end: what was passed over then comes as late as that.
   */
  async swap(release: string, law: Law): Promise<void> {
    await this.change(law, async () => {
      await this.directory.update(release, textsOf(law));
      await this.inForce(release);
    });
    await eventually(() => this.isStored(release, 'AND repeat_at IS NULL'), {
      timeoutMs: REPEAT_LIMIT_MS,
    });
    this.stage.until(this.stage.time.now());
  }

  /** When each of the daily jobs is due: once here, and next by the law that is in force now. */
  instants(): Map<number, number[]> {
    const now = this.stage.time.now();
    return new Map(
      this.daily.map(({ id, zone, at, localMs }) => {
        const utcMs = localMs - offsetOf(zone, this.law);
        const next = utcMs + (Math.floor((now - utcMs) / DAY_MS) + 1) * DAY_MS;
        return [id, [at, next]];
      }),
    );
  }

  private async change(law: Law, work: () => Promise<void>): Promise<void> {
    const { stage } = this;
    const begin = Math.ceil(stage.time.now() / SECOND_MS) * SECOND_MS;
    await this.createDaily(begin + BEFORE_MS, this.law);
    const outdated = await this.createDaily(begin + WITHDRAWN_MS, this.law);
    await this.createDaily(begin + AFTER_MS, law);
    this.outdated.push(...outdated);

    await stage.reach(begin + BEFORE_MS + SECOND_MS);
    this.bites += await this.planned(outdated);
    await stage.during('zone data', law, work);
    this.law = law;
    await this.checkPreviews();
    stage.until(begin + AFTER_MS);
    await stage.reach(begin + AFTER_MS + SECOND_MS);
  }

  /** Jobs in each zone whose clock shows the time of day then that it shows at this instant. */
  private async createDaily(at: number, law: Law): Promise<number[]> {
    const local = copied(({ zone }) => ({ zone, localMs: (at + offsetOf(zone, law)) % DAY_MS }));
    const bodies = local.map(({ zone, localMs }) => {
      const time = new Date(localMs);
      const fields = [time.getUTCSeconds(), time.getUTCMinutes(), time.getUTCHours()];
      return { name: 'daily', schedule: `${fields.join(' ')} * * *`, timezone: zone };
    });
    const ids = await createJobs(this.stage.apiUrls, bodies);
    this.daily.push(...local.map((each, index) => ({ ...each, at, id: ids[index] as number })));
    return ids;
  }

  private async planned(jobIds: readonly number[]): Promise<number> {
    const rows = await this.stage.database.query(
      `SELECT FROM runs WHERE status = 'planned' AND job_id = ANY ($1)`,
      [jobIds],
    );
    return rows.length;
  }

  /** Resolves when every process goes by a release, and so does all that is stored. */
  private async inForce(release: string): Promise<void> {
    await eventually(
      async () => {
        const shown = await Promise.all(
          this.fleet.members.map(({ url }) => new Api(url).get<Ready>('/health/ready')),
        );
        const isShown = shown.every(({ body }) => body.zoneData === release);
        return isShown && (await this.isStored(release));
      },
      { timeoutMs: CHANGE_LIMIT_MS },
    );
  }

  /** Whether all next instants derive from a release. */
  private async isStored(release: string, condition = ''): Promise<boolean> {
    const rows = await this.stage.database.query(
      `SELECT FROM zone_data WHERE version = $1 AND done_up_to IS NULL ${condition}`,
      [release],
    );
    return rows.length > 0;
  }

  /** Nine o'clock by the API must be that of the law. */
  private async checkPreviews(): Promise<void> {
    for (const { url } of this.fleet.apis) {
      for (const { zone } of ZONES) {
        const asked = { schedule: '0 9 * * *', timezone: zone, count: 1 };
        const { body } = await new Api(url).send<Preview>('POST', '/schedules/preview', asked);
        const localMs = Date.parse(body.next[0] ?? '') + offsetOf(zone, this.law);
        if (localMs % DAY_MS !== 9 * HOUR_MS) this.wrongPreviews += 1;
      }
    }
  }
}

interface Ready {
  zoneData: string;
}

interface Preview {
  next: string[];
}

function offsetOf(name: string, law: Law): number {
  const hours = ZONES.find(({ zone }) => zone === name)?.[law] ?? NaN;
  return hours * HOUR_MS;
}

/** What the files of the zones say. */
function textsOf(law: Law): Record<string, { first: number; footer: string }> {
  return Object.fromEntries(
    ZONES.map(({ zone, [law]: hours }) => {
      return [zone, { first: hours * 3_600, footer: `<LAW>${-hours}` }];
    }),
  );
}

function copied<T>(of: (zone: (typeof ZONES)[number]) => T): T[] {
  return Array.from({ length: COPIES }, () => ZONES.map(of)).flat();
}
