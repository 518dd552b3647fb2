import { refuseOtherLines } from './rrule/grammar/other-lines.ts';
import { schedulePartError } from './schedule-error.ts';

/** Which form a schedule has, and what is left to read of it, at which place. */
export interface ScheduleExpression {
  readonly kind: 'cron' | 'interval' | 'once' | 'rrule';
  readonly text: string;
  readonly at: number;
}

const LONGEST = 1000;

/** What a rule begins with: its name, or at once with one of its parts. */
const RRULE = /^(?:RRULE:|(?=[A-Z-]+=))/i;

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
]);

/** Tells the forms of a schedule apart. Cron texts keep their places, nicknames are spelled out. */
export function readExpression(schedule: string): ScheduleExpression {
  refuseUnreadable(schedule);
  const start = schedule.search(/[^ \t]/);
  const text = schedule.replace(/^[ \t]+|[ \t]+$/g, '');
  const [prefix] = RRULE.exec(text) ?? [];
  if (prefix !== undefined) {
    return { kind: 'rrule', text: text.slice(prefix.length), at: start + prefix.length };
  }
  if (!text.startsWith('@')) return { kind: 'cron', text: schedule, at: 0 };

  const [, name = '', space = '', rest = ''] = /^(@[^ \t]*)([ \t]*)(.*)$/.exec(text) ?? [];
  const at = start + name.length + space.length;
  const word = name.toLowerCase();
  if (word === '@every') return { kind: 'interval', text: rest, at };
  if (word === '@at') return { kind: 'once', text: rest, at };

  const cron = NICKNAMES.get(word);
  if (cron === undefined) {
    const known = [...NICKNAMES.keys(), '@every', '@at'].join(' ');
    throw schedulePartError(`this nickname is not one of ${known}`, start);
  }
  if (rest !== '') throw schedulePartError(`${word} takes nothing after it`, at);
  return { kind: 'cron', text: cron, at: start };
}

function refuseUnreadable(schedule: string): void {
  if (schedule.length > LONGEST) {
    const message = `a schedule takes at most ${LONGEST} characters, got ${schedule.length}`;
    throw schedulePartError(message, LONGEST);
  }
  refuseOtherLines(schedule);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const control = schedule.search(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
  if (control >= 0) throw schedulePartError('a schedule takes no control characters', control);
  if (schedule.trim() === '') throw schedulePartError('a schedule must not be empty', 0);
}
