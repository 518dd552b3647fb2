import type { RunRow } from '../checker/evidence.ts';
import { openRows } from '../evidence/open-rows.ts';
import type { FakeTime } from '../faults/fake-time.ts';
import { eventually } from '../../support/eventually.ts';
import { exactly } from '../harness/bounds.ts';
import { needsFakeTime, openFakeTime } from '../harness/fake-clocks.ts';
import type { Fleet } from '../harness/fleet.ts';
import { createJobs } from '../harness/load.ts';
import { scenario } from '../harness/scenario.ts';
import { FULL, sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';
import { CLOCK_CHANGES, type ClockChange, WINDOW } from './vectors/clock-changes.ts';

const CHANGES = CLOCK_CHANGES.filter(({ isShort }) => FULL || isShort);
/** Jobs for each of the vectors. */
const COPIES = sized(1, 3);

/** What happened at the first of them is not to be forgotten before the last. */
const SETTINGS = { RETENTION_DAYS: '3660' };
/** Everybody starts so long before each change, and only the end of that is waited for. */
const START_MS = 120_000;
const LEAD_MS = 3_000;
const SECOND_MS = 1_000;

const title = 'clocks change, and years, in many zones';

scenario(
  { id: 'R30', title, impossible: needsFakeTime, limitSeconds: sized(180, 1_200) },
  async (stage) => {
    const time = await openFakeTime(stage);
    await time.jumpTo(startOf(CHANGES[0] as ClockChange));
    const { environment } = time;
    await stage.openServer({ environment });
    const { url } = stage.database;
    const fleet = await stage.fleetOf({
      size: 2,
      settings: SETTINGS,
      berth: () => ({ databaseUrl: url, settings: environment }),
    });

    const world = new World(stage, time, fleet);
    for (const change of CHANGES) await world.live(change);

    const zones = new Set(
      CHANGES.flatMap(({ vectors }) => vectors.map(({ timezone }) => timezone)),
    );
    const astray = await stage.database.query('SELECT FROM runs_default');
    await stage.conclude(
      (_judgement, { runs }) => ({
        load: `${world.instants.size} jobs in ${zones.size} zones, ${CHANGES.length} changes`,
        bites: {
          count: CHANGES.filter((change) => runs.some((run) => isAfter(change, run))).length,
          atLeast: CHANGES.length,
        },
        bounds: [
          exactly(
            'runs without success',
            runs.filter(({ status }) => status !== 'succeeded').length,
            0,
          ),
          exactly('runs without a partition of their week', astray.length, 0),
        ],
      }),
      { dueOverride: world.instants },
    );
  },
);

/** Everything that has a clock. */
class World {
  /** When each job is due, in milliseconds since 1970. */
  readonly instants = new Map<number, number[]>();

  constructor(
    private readonly stage: Stage,
    private readonly time: FakeTime,
    private readonly fleet: Fleet,
  ) {}

  /** All instances start before a change, get its jobs, and live through it. */
  async live(change: ClockChange): Promise<void> {
    const { members } = this.fleet;
    await Promise.all(members.map((member) => member.leave()));
    await this.goTo(startOf(change));
    await Promise.all(members.map((member) => member.start()));
    await this.createJobs(change);

    const { database } = this.stage;
    const [from, to] = boundsOf(change);
    await this.goTo(new Date(from.getTime() - LEAD_MS));
    await database.query(`SELECT pg_notify('scheduler_jobs', '')`);
    this.stage.until(to.getTime());
    await this.stage.during('change', change.title, () => this.stage.reach(to.getTime()));
    await eventually(async () => (await openRows(database, to.getTime())) === 0);
  }

  private async goTo(instant: Date): Promise<void> {
    await this.time.jumpTo(instant);
    await this.stage.time.tie();
  }

  private async createJobs(change: ClockChange): Promise<void> {
    const [startAt, endAt] = boundsOf(change);
    const vectors = Array.from({ length: COPIES }, () => change.vectors).flat();
    const bodies = vectors.map(({ schedule, timezone, dst }) => {
      return { name: schedule, schedule, timezone, dst, startAt, endAt, overlap: 'allow' };
    });
    const ids = await createJobs(this.stage.apiUrls, bodies);
    for (const [index, { offsets }] of vectors.entries()) {
      const instants = offsets.map((seconds) => change.at.getTime() + seconds * SECOND_MS);
      this.instants.set(ids[index] as number, instants);
    }
  }
}

function startOf({ at }: ClockChange): Date {
  return new Date(at.getTime() - START_MS);
}

/** What the jobs of a change are bounded by. */
function boundsOf({ at }: ClockChange): [Date, Date] {
  const [from, to] = [WINDOW.from, WINDOW.to].map((seconds) => at.getTime() + seconds * SECOND_MS);
  return [new Date(from as number), new Date(to as number)];
}

function isAfter({ at }: ClockChange, { attempt, scheduled_for }: RunRow): boolean {
  const seconds = (scheduled_for - at.getTime()) / SECOND_MS;
  return attempt > 0 && seconds >= 0 && seconds <= WINDOW.to;
}
