import { describeSchedule } from '../src/schedules/describe.ts';
import { DEFAULT_DST } from '../src/schedules/dst-policy.ts';
import { parseSchedule, type ScheduleDefinition } from '../src/schedules/parse-schedule.ts';
import { ScheduleError } from '../src/schedules/schedule-error.ts';
import { upcoming } from '../src/schedules/schedule.ts';
import { scheduleWarnings } from '../src/schedules/warnings.ts';
import { zoneDataVersion } from '../src/schedules/zones/time-zones.ts';
import { COSTLY_SCHEDULES } from './support/costly-schedules.ts';
import { type Advance, LIBRARIES } from './support/cron-libraries.ts';
import { machine, print, say, size } from './support/report.ts';
import { quantile, rounded, type Spread, spreads } from './support/statistics.ts';

const CASES = [
  ['0 9 * * *', 'America/New_York'],
  ['0 9 * * *', 'UTC'],
  ['*/5 * * * *', 'America/New_York'],
  ['0 0 29 2 *', 'America/New_York'],
  ['0 9 * * 1-5', 'America/New_York'],
  ['0 9 * * *', 'Australia/Lord_Howe'],
] as const;

const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2036-01-01T00:00:00Z');
/** All with a summer time that goes on. */
const ZONES = ['New_York', 'Chicago', 'Denver', 'Los_Angeles', 'Halifax', 'Toronto', 'Boise'].map(
  (city) => `America/${city}`,
);
/** Looking at the time more often would be part of the figure. */
const BATCH = 200;

type Rates = Record<'sequentialPerSecond' | 'randomPerSecond', number>;
type Name = keyof typeof LIBRARIES;

/**
 * How many next instants a second of CPU time gives, each from the one before and from random
 * ones, in turns with the two libraries that others use; and what the costliest schedules cost.
 */
const ms = size('milliseconds', 100);
const rounds = size('rounds', 3);
const speed: Record<string, object> = {};
for (const [schedule, timezone] of CASES) {
  const name = `${schedule} ${timezone}`;
  const results = compare(schedule, timezone);
  speed[name] = results;
  print({ case: name, ...results });
  say(`${name}: ${results.ours?.sequentialPerSecond?.median}/s, ${results.toCroner} of croner`);
}
const costs = Object.entries(COSTLY_SCHEDULES).map(([name, schedule]) => costOf(name, schedule));
for (const cost of costs) print(cost);
const worst = costs.reduce((a, b) => (a.worstMs >= b.worstMs ? a : b));
say(`costliest: ${worst.costly}, ${worst.worstMs} ms`);
print({
  bench: 'schedules',
  rounds,
  speed,
  costliest: worst,
  zoneData: zoneDataVersion(),
  machine: machine(),
});

function compare(schedule: string, timezone: string) {
  const names = Object.keys(LIBRARIES) as Name[];
  const advances = names.map((name) => [name, LIBRARIES[name](schedule, timezone)] as const);
  const samples: Record<Name, Rates[]> = { ours: [], croner: [], cronParser: [] };
  // The first round finds cold code and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, advance] of advances) {
      const rates = ratesOf(advance);
      if (round > 0 && rates) samples[name].push(rates);
    }
  }
  const [ours, croner, cronParser] = names.map((name) => spreads(samples[name]));
  return {
    ours,
    croner,
    cronParser,
    toCroner: ratio(ours, croner),
    toCronParser: ratio(ours, cronParser),
  };
}

type Figures = Partial<Record<keyof Rates, Spread>>;

/** How many times faster, each from the one before; NaN where the other one has no figures. */
function ratio(ours: Figures = {}, other: Figures = {}): number {
  const [fast, slow] = [ours, other].map((one) => one.sequentialPerSecond?.median ?? Number.NaN);
  return rounded(Number(fast) / Number(slow));
}

/** Null for a library that cannot tell: cron-parser gives up where a clock moves half an hour. */
function ratesOf(advance: Advance): Rates | null {
  try {
    return {
      sequentialPerSecond: rateOf(sequentially(advance)),
      randomPerSecond: rateOf(randomly(advance)),
    };
  } catch (error) {
    say(`no answer: ${String(error)}`);
    return null;
  }
}

function sequentially(advance: Advance): () => void {
  let at = FROM;
  return () => {
    const next = advance(at);
    at = next && next < TO ? next : FROM;
  };
}

function randomly(advance: Advance): () => void {
  const span = TO.getTime() - FROM.getTime();
  let state = 1;
  const instants = Array.from({ length: 5_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return new Date(FROM.getTime() + Math.floor((state / 2 ** 32) * span));
  });
  let index = 0;
  return () => {
    index = (index + 1) % instants.length;
    if (!advance(instants[index] as Date)) throw new Error('No instant was found');
  };
}

/** How often a second of CPU time has room for a step. */
function rateOf(step: () => void): number {
  const start = usedMs();
  let steps = 0;
  let used = 0;
  while (used < ms) {
    for (let index = 0; index < BATCH; index += 1) step();
    steps += BATCH;
    used = usedMs() - start;
  }
  return (steps * 1_000) / used;
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** CPU time in milliseconds of what a request can ask for, at worst and in the middle. */
function costOf(costly: string, schedule: string) {
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
    warn: (timezone) => scheduleWarnings(inZone(timezone), rule(timezone), FROM),
  };
  const costs = Object.entries(works).map(([name, work]) => [name, costOfWork(work)] as const);
  const worstMs = Math.max(...costs.map(([, cost]) => cost.worstMs));
  return { costly, worstMs, ...Object.fromEntries(costs) };
}

/** Once in each zone, since what has been read once is remembered. */
function costOfWork(work: (timezone: string) => unknown): { worstMs: number; medianMs: number } {
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
