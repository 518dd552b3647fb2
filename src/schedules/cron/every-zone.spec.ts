import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expressions } from '../../../test/support/cron-arbitraries.ts';
import {
  changesBetween,
  DAY,
  HOUR,
  type Listed,
  oracle,
  scheduleOf,
  textOf,
} from '../../../test/support/cron-oracle.ts';
import type { DstPolicy } from '../dst-policy.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { upcoming, type Schedule } from '../schedule.ts';
import type { TimeZone } from '../zones/time-zone.ts';
import { timeZone, timeZoneNames } from '../zones/time-zones.ts';

const POLICIES = (['skip', 'shift'] as const).flatMap((gap) =>
  (['first', 'second', 'both'] as const).map((overlap): DstPolicy => ({ gap, overlap })),
);

const date = (seconds: number) => new Date(seconds * 1000);
const seconds = (instant: Date) => instant.getTime() / 1000;
const justBefore = (instant: Date) => new Date(instant.getTime() - 1);

/** A random instant from 1971 to 2199, every other time within hours of a change of the clock. */
function instants(zone: TimeZone): fc.Arbitrary<number> {
  const anywhere = fc.integer({ min: 365 * DAY, max: 229 * 365 * DAY });
  const changes = changesBetween(zone, 1971, 2199);
  if (changes.length === 0) return anywhere;
  const near = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -3 * HOUR, max: 3 * HOUR }))
    .map(([change, shift]) => change + shift);
  return fc.oneof(anywhere, near);
}

interface Question {
  listed: Listed;
  zone: TimeZone;
  dst: DstPolicy;
  /** Seconds since 1970. */
  after: number;
}

/**
 * What is wrong with the answers around one instant, in words. Texts instead of `expect`, which
 * would take most of the time.
 */
function flaws(question: Question): string[] {
  const schedule = scheduleOf(question.listed, question.zone.name, question.dst);
  if (!schedule) return [];
  const after = date(question.after);
  const next = schedule.next(after);
  const claims = {
    ...aboutRepetition(schedule, question, next),
    ...(next ? aboutNeighbours(schedule, after, next) : {}),
    ...aboutTheOracle(question, next),
  };
  const broken = Object.entries(claims).filter(([, holds]) => !holds);
  return broken.map(([claim]) => claim);
}

function aboutRepetition(
  schedule: Schedule,
  { listed, zone, dst, after }: Question,
  next: Date | null,
) {
  const again = schedule.next(date(after));
  // A space more, so that it is not looked up but read again.
  const text = { schedule: `${textOf(listed)} `, timezone: zone.name, dst: { ...dst } };
  const reread = parseSchedule({ ...text, anchor: new Date(0) }).next(date(after));
  return {
    'asked twice it answers the same': again?.getTime() === next?.getTime(),
    'read twice it answers the same': reread?.getTime() === next?.getTime(),
  };
}

function aboutNeighbours(schedule: Schedule, after: Date, next: Date) {
  const three = upcoming(schedule, after, 3);
  const second = schedule.next(next);
  const previous = schedule.latest(justBefore(next));
  return {
    'next is later': next > after,
    'next is a whole second': next.getTime() % 1000 === 0,
    'a millisecond before next is next':
      schedule.next(justBefore(next))?.getTime() === next.getTime(),
    'the latest up to next is next': schedule.latest(next)?.getTime() === next.getTime(),
    'the latest before next is not after the question': !previous || previous <= after,
    'next of the latest is next':
      !previous || schedule.next(previous)?.getTime() === next.getTime(),
    'upcoming is next again and again': three[1]?.getTime() === second?.getTime(),
    'as many are counted as come': schedule.count(after, three.at(-1)!) === three.length,
    'none is counted before next': schedule.count(after, justBefore(next)) === 0,
  };
}

/** What is due in the day after the question and in the hours up to the answer, by brute force. */
function aboutTheOracle({ listed, zone, dst, after }: Question, next: Date | null) {
  const end = next ? seconds(next) : Infinity;
  const isNear = end <= after + DAY;
  const dayAfter = oracle(listed, zone, dst, [after, Math.min(end, after + DAY)]);
  const hoursBefore = isNear || !next ? dayAfter : oracle(listed, zone, dst, [end - 6 * HOUR, end]);
  return {
    'nothing is due in the day after the question but next':
      dayAfter[0] === (isNear ? end : undefined),
    'nothing is due in the hours before next': !next || hoursBefore[0] === end,
  };
}

describe('every zone', () => {
  it.each(POLICIES)('has right neighbours of a random instant with $gap and $overlap', (dst) => {
    for (const [index, name] of timeZoneNames().entries()) {
      const zone = timeZone(name)!;
      const property = fc.property(expressions, instants(zone), (listed, after) => {
        expect(flaws({ listed, zone, dst, after })).toEqual([]);
      });
      fc.assert(property, { seed: index * POLICIES.length + POLICIES.indexOf(dst), numRuns: 1 });
    }
  });
});
