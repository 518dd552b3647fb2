import { zoneDataVersion } from '../src/schedules/zones/time-zones.ts';
import { type Rates, ratesOf } from './support/advance-rates.ts';
import { COSTLY_SCHEDULES } from './support/costly-schedules.ts';
import { LIBRARIES } from './support/cron-libraries.ts';
import { machine, print, say, size } from './support/report.ts';
import { costOf } from './support/schedule-costs.ts';
import { rounded, type Spread, spreads } from './support/statistics.ts';

const CASES = [
  ['0 9 * * *', 'America/New_York'],
  ['0 9 * * *', 'UTC'],
  ['*/5 * * * *', 'America/New_York'],
  ['0 0 29 2 *', 'America/New_York'],
  ['0 9 * * 1-5', 'America/New_York'],
  ['0 9 * * *', 'Australia/Lord_Howe'],
] as const;

type Name = keyof typeof LIBRARIES;

/**
 * How many next instants a second of CPU time gives, each from the one before and from random
 * ones, in turns with the two libraries that others use; and what the costliest schedules cost.
 */
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
