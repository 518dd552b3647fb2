import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const SCHEDULES = pathToFileURL(join(import.meta.dirname, '../../dist/schedules/')).href;

const EXPRESSIONS = [
  '0 9 * * *',
  '*/30 * * * *',
  '30 0-3 * * *',
  '15 23,0 L * *',
  '0 12 15W * 5#2',
  '59 59 23 31 12 *',
  'H H * * H',
  '@weekly',
  '@every 36h',
  '@at 2026-11-01T05:30:00Z',
];

/** Asks all zones about all expressions, and says what was answered, as one hash. */
const PROGRAM = `
  const [folder, expressions] = process.argv.slice(1);
  const load = (path) => import(new URL(path, folder));
  const { createHash } = await import('node:crypto');
  const { describeSchedule } = await load('describe.js');
  const { parseSchedule } = await load('parse-schedule.js');
  const { upcoming } = await load('schedule.js');
  const { scheduleWarnings } = await load('warnings.js');
  const { timeZoneNames } = await load('zones/time-zones.js');

  const JUNE = new Date('2026-06-01T00:00:00Z');
  const YEARS = [1972, 2011, 2026, 2060];
  const POLICIES = [{ gap: 'shift', overlap: 'first' }, { gap: 'skip', overlap: 'both' }];
  const hash = createHash('sha256');
  for (const timezone of timeZoneNames()) {
    for (const [index, schedule] of JSON.parse(expressions).entries()) {
      const dst = POLICIES[index % 2];
      const definition = { schedule, timezone, dst, anchor: new Date(1e12), seed: 42 };
      const rule = parseSchedule(definition);
      const answers = YEARS.flatMap((year) => {
        const [from, to] = [new Date(Date.UTC(year, 2, 7)), new Date(Date.UTC(year + 1, 2, 7))];
        return [upcoming(rule, from, 3), rule.latest(from), rule.count(from, to)];
      });
      const warnings = scheduleWarnings(definition, upcoming(rule, JUNE, 3), JUNE);
      hash.update(JSON.stringify([answers, warnings, describeSchedule(schedule, timezone, 42)]));
    }
  }
  const next = (schedule, timezone) =>
    parseSchedule({ schedule, timezone, dst: POLICIES[0], anchor: new Date(0) })
      .next(new Date('2026-03-08T00:00:00Z'));
  console.log(JSON.stringify({
    hoursAtHost: -new Date(2026, 0, 15).getTimezoneOffset() / 60,
    next: next('30 2 * * *', 'America/New_York'),
    digest: hash.digest('hex'),
  }));
`;

interface Answers {
  hoursAtHost: number;
  next: string;
  digest: string;
}

/** What a process says whose host is in that zone. */
async function answersIn(zone: string): Promise<Answers> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, SCHEDULES, JSON.stringify(EXPRESSIONS)],
    { env: { ...process.env, NODE_OPTIONS: '', TZ: zone }, timeout: 25_000 },
  );
  return JSON.parse(stdout) as Answers;
}

describe('the time zone of the host', () => {
  let atGreenwich: Promise<Answers> | undefined;

  it.each([
    ['America/New_York', -5],
    ['Asia/Kathmandu', 5.75],
    ['Pacific/Apia', 13],
  ])('changes no answer of any schedule: %s', async (zone, hours) => {
    atGreenwich ??= answersIn('UTC');
    const [here, there] = await Promise.all([atGreenwich, answersIn(zone)]);

    expect([here.hoursAtHost, there.hoursAtHost]).toEqual([0, hours]);
    expect(there.next).toBe('2026-03-08T07:30:00.000Z');
    expect(there.digest).toBe(here.digest);
  });
});
