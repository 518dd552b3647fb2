import { expect } from '@jest/globals';
import { DEFAULT_DST, type DstPolicy } from '../../src/schedules/dst-policy.ts';
import { parseSchedule, type ScheduleDefinition } from '../../src/schedules/parse-schedule.ts';
import { upcoming } from '../../src/schedules/schedule.ts';

/** No schedule goes beyond. */
const LAST = new Date('9999-12-31T23:59:59.999Z');

/**
 * The cells of a table, a line being one test: the clause that it proves, the schedule, what else
 * it is made from, the first instant that counts, and the first instants from there on.
 * All instants are UTC, written as `2026-03-08T07:30`, with seconds where they are not zero, and
 * as a bare date at midnight; `none` after them says that no other follows.
 */
export function rowsOf(table: string): string[][] {
  const lines = table.trim().split('\n');
  return lines.map((line) => line.split('|').map((cell) => cell.trim()));
}

/** `clause | schedule | from | instants`, in UTC. */
export function fires(_: string, schedule: string, from: string, instants: string): void {
  expectInstants({ schedule }, from, instants);
}

/** `clause | schedule | zone | policies for gap and overlap | from | instants` */
export function firesIn(
  _: string,
  schedule: string,
  timezone: string,
  policies: string,
  from: string,
  instants: string,
): void {
  const [gap, overlap] = policies.split(' ') as [DstPolicy['gap'], DstPolicy['overlap']];
  expectInstants({ schedule, timezone, dst: { gap, overlap } }, from, instants);
}

/** `clause | schedule | seed of the job | from | instants` */
export function firesUnder(
  _: string,
  schedule: string,
  seed: string,
  from: string,
  instants: string,
): void {
  expectInstants({ schedule, seed: Number(seed) }, from, instants);
}

/** `clause | schedule | anchor | startAt | endAt | from | instants`, where `-` is no bound. */
export function firesBetween(
  _: string,
  schedule: string,
  anchor: string,
  startAt: string,
  endAt: string,
  from: string,
  instants: string,
): void {
  const bound = (text: string) => (text === '-' ? null : readInstant(text));
  const bounds = { startAt: bound(startAt), endAt: bound(endAt) };
  expectInstants({ schedule, anchor: readInstant(anchor), ...bounds }, from, instants);
}

/** Asks forwards, backwards and for the number, which all have to agree. */
function expectInstants(
  definition: Partial<ScheduleDefinition> & { schedule: string },
  from: string,
  instants: string,
): void {
  const defaults = { timezone: 'UTC', dst: DEFAULT_DST, anchor: new Date(0) };
  const schedule = parseSchedule({ ...defaults, ...definition });
  const expected = instants
    .split(' ')
    .filter((text) => text !== 'none')
    .map(readInstant);
  const isAll = instants.endsWith('none');
  const before = new Date(readInstant(from).getTime() - 1);
  const last = isAll ? LAST : (expected.at(-1) ?? before);

  expect(upcoming(schedule, before, isAll ? Infinity : expected.length)).toEqual(expected);
  expect(schedule.count(before, last)).toBe(expected.length);

  const backwards: Date[] = [];
  for (let at = schedule.latest(last); at && at > before;) {
    backwards.unshift(at);
    at = schedule.latest(new Date(at.getTime() - 1));
  }
  expect(backwards).toEqual(expected);
}

function readInstant(text: string): Date {
  const instant = new Date(text.includes('T') ? `${text}Z` : `${text}T00:00Z`);
  if (Number.isNaN(instant.getTime())) throw new Error(`No instant: ${text}`);
  return instant;
}
