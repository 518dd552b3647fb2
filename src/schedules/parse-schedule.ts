import { LRUCache } from 'lru-cache';
import { BoundedSchedule } from './bounded.ts';
import { parseCron } from './cron/cron-expression.ts';
import { CronSchedule } from './cron/cron-schedule.ts';
import { usesHash } from './cron/hashed-item.ts';
import { LocalTimes } from './cron/local-times.ts';
import type { DstPolicy } from './dst-policy.ts';
import { IntervalSchedule, parsePeriod } from './interval-schedule.ts';
import { OnceSchedule, instantAt } from './once-schedule.ts';
import { compileRrule } from './rrule/compile-rrule.ts';
import type { Schedule } from './schedule.ts';
import { readExpression } from './schedule-expression.ts';
import { ScheduleError } from './schedule-error.ts';
import type { TimeZone } from './zones/time-zone.ts';
import { timeZone, whenZonesChange } from './zones/time-zones.ts';
import { Timeline } from './zones/timeline.ts';

/** What a job says about its instants. */
export interface ScheduleDefinition {
  schedule: string;
  /** A name of the IANA data. Matters to local times only, but has to be right always. */
  timezone: string;
  dst: DstPolicy;
  /** Where an interval or a rule starts when there is no `startAt`: the creation of the job. */
  anchor: Date;
  /** No instants before this one; an interval has its first here, and a rule starts here. */
  startAt?: Date | null;
  /** No instants after this one. */
  endAt?: Date | null;
  /** What `H` is drawn by, from 0 to 2^31 - 1: stable for a job, different for others. */
  seed?: number;
}

/** Some hundred bytes to a few kilobytes each; the engine asks for the same few again and again. */
const compiled = new LRUCache<string, Schedule>({ max: 10_000 });
whenZonesChange(() => compiled.clear());

/** Makes the schedule of a definition, or throws a `ScheduleError`. */
export function parseSchedule(definition: ScheduleDefinition): Schedule {
  const { startAt = null, endAt = null } = definition;
  const whole = parseUnbounded(definition);
  return startAt || endAt ? new BoundedSchedule(whole, startAt, endAt) : whole;
}

/** The same without `startAt` and `endAt` as bounds; an interval still counts from its anchor. */
export function parseUnbounded(definition: ScheduleDefinition): Schedule {
  const { schedule, timezone, dst, anchor, startAt, seed = 0 } = definition;
  const key = cacheKey(definition);
  const known = compiled.get(key);
  if (known) return known;

  const expression = readExpression(schedule);
  const zone = timeZone(timezone);
  if (!zone) throw unknownZone(timezone);
  if (expression.kind === 'once') {
    return new OnceSchedule(instantAt(expression.text, expression.at));
  }
  if (expression.kind === 'interval') {
    const periodMs = parsePeriod(expression.text, expression.at);
    // The creation of a job is not one of its instants; a start that was asked for is.
    return new IntervalSchedule(periodMs, startAt?.getTime() ?? anchor.getTime() + periodMs);
  }

  const { text, at } = expression;
  const made =
    expression.kind === 'rrule'
      ? compileRrule(text, at, { zone, dst, anchor, startAt: startAt ?? null })
      : cronSchedule(text, seed, zone, dst);
  compiled.set(key, made);
  return made;
}

function cronSchedule(text: string, seed: number, zone: TimeZone, dst: DstPolicy): CronSchedule {
  const fields = parseCron(text, seed);
  // With all 24 hours listed nothing is at a fixed time: such a schedule goes by elapsed time.
  const timeline = new Timeline(zone, fields.hours.size === 24 ? null : { ...dst });
  return new CronSchedule(new LocalTimes(fields), timeline);
}

function unknownZone(timezone: string): ScheduleError {
  const named = /^[\w+/-]{1,64}$/.test(timezone) ? `, got ${timezone}` : '';
  const message = `timezone takes a name of the IANA data such as Europe/Paris${named}`;
  return new ScheduleError(message, 'timezone', null);
}

/** Seed and start count only where they matter, so that jobs with the same schedule share it. */
function cacheKey(definition: ScheduleDefinition): string {
  const { schedule, timezone, dst, anchor, startAt, seed = 0 } = definition;
  const drawn = usesHash(schedule) ? seed : '';
  const asked = startAt ? `from ${startAt.getTime()}` : `after ${anchor.getTime()}`;
  // Only the parts of a rule are written with an equals sign.
  const start = schedule.includes('=') ? asked : '';
  return `${dst.gap} ${dst.overlap} ${drawn} ${start} ${timezone} ${schedule}`;
}
