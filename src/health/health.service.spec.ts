import { describe, expect, it } from '@jest/globals';
import { Clock, FakeClock } from '../common/clock.ts';
import { Lifecycle } from '../common/lifecycle.ts';
import { Loops } from '../common/loops.ts';
import { Config } from '../config/config.ts';
import { ZoneDataStatus } from '../scheduler/zone-data/zone-data-status.ts';
import { HealthService } from './health.service.ts';

/** A clock whose source is away. */
class LostClock extends Clock {
  now(): Date {
    return new Date(0);
  }

  async read(): Promise<Date> {
    throw new Error('Connection refused');
  }
}

/** A clock whose source never answers. */
class SilentClock extends LostClock {
  override async read(): Promise<Date> {
    return new Promise(() => undefined);
  }
}

/** Counts how often its source is asked. */
class CountingClock extends FakeClock {
  readings = 0;

  override async read(): Promise<Date> {
    this.readings += 1;
    return super.read();
  }
}

/** The loops of a process in which one of them stalls. */
class StalledLoops extends Loops {
  override get stalled(): string[] {
    return ['planner', 'worker'];
  }
}

interface Parts {
  clock?: Clock;
  loops?: Loops;
  lifecycle?: Lifecycle;
  zoneData?: ZoneDataStatus;
}

function serviceOf({ clock, loops, lifecycle, zoneData }: Parts): HealthService {
  return new HealthService(
    clock ?? new FakeClock('2026-11-24T09:00:00Z'),
    loops ?? new Loops(),
    lifecycle ?? new Lifecycle(),
    new Config(),
    zoneData ?? new ZoneDataStatus(),
  );
}

function readinessOf(parts: Parts) {
  return serviceOf(parts).readiness();
}

describe('the readiness of a process', () => {
  it('is given when nothing is wrong', async () => {
    expect(await readinessOf({})).toMatchObject({
      status: 'ok',
      problems: [],
      roles: ['api', 'scheduler', 'worker'],
    });
  });

  it('is given with older zone data than others have, which it says', async () => {
    const zoneData = new ZoneDataStatus();
    zoneData.stored = '2099a';

    expect(await readinessOf({ zoneData })).toMatchObject({
      status: 'ok',
      zoneDataSource: 'package',
      zoneDataStored: '2099a',
      zoneDataBehind: true,
    });
  });

  it.each([
    ['the database is away', { clock: new LostClock() }, ['the database does not answer']],
    ['the database says nothing', { clock: new SilentClock() }, ['the database does not answer']],
    [
      'loops stall',
      { loops: new StalledLoops() },
      ['the planner loop stalls', 'the worker loop stalls'],
    ],
  ])('is not given when %s', async (_what, parts, problems) => {
    expect(await readinessOf(parts)).toMatchObject({ status: 'unavailable', problems });
  });

  it('is not given while the process is on its way out, and names everything that is wrong', async () => {
    const lifecycle = new Lifecycle();
    lifecycle.drain();

    const { problems } = await readinessOf({ lifecycle, clock: new LostClock() });

    expect(problems).toEqual(['shutting down', 'the database does not answer']);
  });

  it('asks the database once for all who ask at the same time, and anew for who comes later', async () => {
    const clock = new CountingClock('2026-11-24T09:00:00Z');
    const service = serviceOf({ clock });

    await Promise.all(Array.from({ length: 10 }, () => service.readiness()));
    expect(clock.readings).toBe(1);

    await service.readiness();
    expect(clock.readings).toBe(2);
  });
});
