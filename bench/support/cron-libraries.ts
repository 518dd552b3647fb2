import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { DEFAULT_DST } from '../../src/schedules/dst-policy.ts';
import { parseSchedule } from '../../src/schedules/parse-schedule.ts';

/** A schedule that was read once: the first instant after another one. */
export type Advance = (after: Date) => Date | null;

/** Reads an expression for a zone, the way that each library is meant to be kept and asked. */
type Library = (schedule: string, timezone: string) => Advance;

export const LIBRARIES = { ours, croner, cronParser } satisfies Record<string, Library>;

function ours(schedule: string, timezone: string): Advance {
  const rule = parseSchedule({ schedule, timezone, dst: DEFAULT_DST, anchor: new Date(0) });
  return (after) => rule.next(after);
}

function croner(schedule: string, timezone: string): Advance {
  const cron = new Cron(schedule, { timezone, paused: true });
  return (after) => cron.nextRun(after);
}

function cronParser(schedule: string, timezone: string): Advance {
  const expression = CronExpressionParser.parse(schedule, { tz: timezone });
  let at = Number.NaN;
  return (after) => {
    // It goes on from where it is, and only has to be set back when that is somewhere else.
    if (after.getTime() !== at) expression.reset(after);
    const next = expression.next().toDate();
    at = next.getTime();
    return next;
  };
}
