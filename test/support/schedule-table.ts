import { expect, it } from '@jest/globals';
import { DEFAULT_DST, type DstPolicy } from '../../src/schedules/dst-policy.ts';
import { parseSchedule, type ScheduleDefinition } from '../../src/schedules/parse-schedule.ts';
import { upcoming, type Schedule } from '../../src/schedules/schedule.ts';

/** No schedule goes beyond. */
const LAST = new Date('9999-12-31T23:59:59.999Z');

/** One line of a table, apart from what it is called and what it says. */
interface Case {
  definition: Partial<ScheduleDefinition>;
  /** The first instant that counts. */
  from: Date;
  /** The first instants from there on. */
  expected: Date[];
  /** There are no others. */
  isAll: boolean;
}

/**
 * Tables of schedules and of the instants at which they are due. A line is one test:
 * `clause | schedule | from | instants`. All instants are UTC, written as `2026-03-08T07:30`, with
 * seconds where they are not zero, and as a bare date at midnight; `none` after the instants says
 * that no other follows.
 */
export function itFires(table: string): void {
  itFiresAsListed('%s: %s', table, ([from, instants]) => readCase({}, from, instants));
}

/** The same with `zone | policies for gap and overlap` after the schedule. */
export function itFiresIn(table: string): void {
  itFiresAsListed('%s: %s in %s with %s', table, ([timezone, policies, from, instants]) => {
    const [gap, overlap] = (policies ?? '').split(' ') as [DstPolicy['gap'], DstPolicy['overlap']];
    return readCase({ timezone, dst: { gap, overlap } }, from, instants);
  });
}

/** The same with the seed of a job after the schedule. */
export function itFiresUnder(table: string): void {
  itFiresAsListed('%s: %s under the seed %s', table, ([seed, from, instants]) => {
    return readCase({ seed: Number(seed) }, from, instants);
  });
}

/** The same with `anchor | startAt | endAt` after the schedule, where `-` is none. */
export function itFiresBetween(table: string): void {
  itFiresAsListed(
    '%s: %s anchored to %s, from %s to %s',
    table,
    ([anchor, startAt, endAt, ...rest]) => {
      const bounds = { startAt: readInstant(startAt), endAt: readInstant(endAt) };
      return readCase({ anchor: readInstant(anchor) ?? new Date(0), ...bounds }, ...rest);
    },
  );
}

function itFiresAsListed(name: string, table: string, read: (cells: string[]) => Case): void {
  const lines = table.trim().split('\n');
  it.each(lines.map((line) => line.split('|').map((cell) => cell.trim())))(
    name,
    (_clause = '', schedule = '', ...cells) => {
      const { definition, ...rest } = read(cells);
      const defaults = { timezone: 'UTC', dst: DEFAULT_DST, anchor: new Date(0) };
      expectInstants(parseSchedule({ ...defaults, ...definition, schedule }), rest);
    },
  );
}

/** Asks forwards, backwards and for the number, which all have to agree. */
function expectInstants(schedule: Schedule, { from, expected, isAll }: Omit<Case, 'definition'>) {
  const before = new Date(from.getTime() - 1);
  const last = isAll ? LAST : (expected.at(-1) ?? from);

  expect(upcoming(schedule, before, isAll ? Infinity : expected.length)).toEqual(expected);
  expect(schedule.count(before, last)).toBe(expected.length);

  const backwards: Date[] = [];
  for (let at = schedule.latest(last); at && at > before;) {
    backwards.unshift(at);
    at = schedule.latest(new Date(at.getTime() - 1));
  }
  expect(backwards).toEqual(expected);
}

function readCase(definition: Case['definition'], from?: string, instants = ''): Case {
  const texts = instants.split(' ');
  return {
    definition,
    from: readInstant(from) ?? new Date(0),
    expected: texts.flatMap((text) => (text === 'none' ? [] : (readInstant(text) ?? []))),
    isAll: texts.includes('none'),
  };
}

/** Null for `-`. */
function readInstant(text = '-'): Date | null {
  if (text === '-') return null;
  const instant = new Date(text.includes('T') ? `${text}Z` : `${text}T00:00Z`);
  if (Number.isNaN(instant.getTime())) throw new Error(`No instant: ${text}`);
  return instant;
}
