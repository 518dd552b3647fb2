import { describeSchedule } from '../../src/schedules/describe.ts';
import { DEFAULT_DST } from '../../src/schedules/dst-policy.ts';
import { parseSchedule, type ScheduleDefinition } from '../../src/schedules/parse-schedule.ts';
import { ScheduleError } from '../../src/schedules/schedule-error.ts';
import { upcoming } from '../../src/schedules/schedule.ts';
import { scheduleWarnings } from '../../src/schedules/warnings.ts';
import { usedMs } from './cpu.ts';
import { quantile, rounded } from './statistics.ts';

const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2036-01-01T00:00:00Z');
/** All with a summer time that goes on. */
const ZONES = ['New_York', 'Chicago', 'Denver', 'Los_Angeles', 'Halifax', 'Toronto', 'Boise'].map(
  (city) => `America/${city}`,
);

interface Cost {
  worstMs: number;
  medianMs: number;
}

/** What a request can make the service do with a schedule. */
export interface ScheduleCost {
  costly: string;
  worstMs: number;
  works: Record<string, Cost>;
}

/** CPU time in milliseconds of what a request can ask for, at worst and in the middle. */
export function costOf(costly: string, schedule: string): ScheduleCost {
  const inZone = (timezone: string): ScheduleDefinition => {
    return { schedule, timezone, dst: { ...DEFAULT_DST, gap: 'skip' }, anchor: FROM };
  };
  const rule = (timezone: string) => parseSchedule(inZone(timezone));
  const works: Record<string, (timezone: string) => unknown> = {
    parse: (timezone) => rule(timezone),
    next: (timezone) => upcoming(rule(timezone), FROM, 5),
    nextIn9900: (timezone) => rule(timezone).next(new Date('9900-01-01T00:00:00Z')),
    latest: (timezone) => rule(timezone).latest(TO),
    countTenYears: (timezone) => rule(timezone).count(FROM, TO),
    describe: (timezone) => describeSchedule(schedule, timezone, 42),
    warn: (timezone) => scheduleWarnings(inZone(timezone), upcoming(rule(timezone), FROM, 3), FROM),
  };
  const costs = Object.entries(works).map(([name, work]) => [name, costOfWork(work)] as const);
  const worstMs = Math.max(...costs.map(([, cost]) => cost.worstMs));
  return { costly, worstMs, works: Object.fromEntries(costs) };
}

/** Once in each zone, since what has been read once is remembered. */
function costOfWork(work: (timezone: string) => unknown): Cost {
  const samples = ZONES.map((timezone) => {
    const start = usedMs();
    refusable(() => work(timezone));
    return usedMs() - start;
  });
  return { worstMs: rounded(quantile(samples, 1)), medianMs: rounded(quantile(samples, 0.5)) };
}

function refusable(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
  }
}
