import { schedulePartError } from '../../schedule-error.ts';

const SINGLE = 'single occurrences are left out, moved or added by the exceptions of the job';

/** What stands beside a rule in a calendar file, and what does its work here. */
const INSTEAD: Readonly<Record<string, string>> = {
  DTSTART: 'startAt says when it starts, and timezone where',
  DTEND: 'endAt says when it ends',
  TZID: 'timezone says where it applies',
  EXDATE: SINGLE,
  RDATE: SINGLE,
  EXRULE: SINGLE,
  RSCALE: 'it follows the Gregorian calendar',
  SKIP: 'days that a month does not have are left out; BYMONTHDAY=-1 is the last one',
};

const LINE = /^[ \t]*(DTSTART|DTEND|EXDATE|RDATE|EXRULE)\b/im;

/** Refuses the other lines of a calendar file, with a sentence that says what to use instead. */
export function refuseOtherLines(schedule: string): void {
  const [match = '', name = ''] = LINE.exec(schedule) ?? [];
  if (name !== '') {
    throw insteadOf(name.toUpperCase(), schedule.indexOf(match) + match.length - name.length)!;
  }
  const lineBreak = schedule.search(/[\r\n]/);
  if (lineBreak >= 0 && /\bFREQ=/i.test(schedule)) {
    throw schedulePartError('a rule takes one line, and a schedule one rule', lineBreak);
  }
}

/** The error that says what does the work of a name here; undefined for other names. */
export function insteadOf(name: string, at: number): Error | undefined {
  const instead = INSTEAD[name];
  return instead === undefined
    ? undefined
    : schedulePartError(`a rule takes no ${name} here: ${instead}`, at);
}
