import { parseRrule } from '../grammar/parse-rrule.ts';
import type { RruleParts } from '../grammar/rrule-parts.ts';
import type { RruleDay } from '../grammar/rrule-values.ts';
import { timeInWords } from './time-words.ts';
import { listInWords, nounFor, ordinalInWords } from './words.ts';

const UNITS = {
  SECONDLY: 'second',
  MINUTELY: 'minute',
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
};

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const MONTHS = (
  'January February March April May June ' + 'July August September October November December'
).split(' ');

/** A rule in plain words, such as `Every month, on the last Friday of the month, at 09:00`. */
export function rruleInWords(text: string): string {
  const { parts } = parseRrule(text, 0);
  const { INTERVAL = 1, FREQ } = parts;
  const every = `Every ${INTERVAL === 1 ? '' : `${INTERVAL} `}${nounFor(INTERVAL, UNITS[FREQ])}`;
  const phrases = [every, ...dayPhrases(parts), timeInWords(parts), ...endPhrases(parts)];
  return phrases.filter((phrase) => phrase !== '').join(', ');
}

function dayPhrases(parts: RruleParts): string[] {
  const { BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY } = parts;
  const phrases: string[] = [];
  if (BYMONTH) {
    const months = [...BYMONTH].sort((a, b) => a - b).map((month) => MONTHS[month - 1]!);
    phrases.push(`in ${listInWords(months)}`);
  }
  if (BYWEEKNO) phrases.push(`in the ${placesInWords(BYWEEKNO)} week of the year`);
  if (BYYEARDAY) phrases.push(`on the ${placesInWords(BYYEARDAY)} day of the year`);
  if (BYMONTHDAY) phrases.push(`on the ${placesInWords(BYMONTHDAY)} day of the month`);
  if (BYDAY) phrases.push(weekdayPhrase(parts, BYDAY));
  return phrases;
}

/** Beside numbered days a weekday is a condition, and else a choice. */
function weekdayPhrase({ FREQ, BYMONTH, ...rest }: RruleParts, days: readonly RruleDay[]): string {
  const names = days.map(({ weekday, place }) => {
    const name = WEEKDAYS[weekday]!;
    return place === null ? name : `the ${ordinalInWords(place)} ${name}`;
  });
  const isPlaced = days.some(({ place }) => place !== null);
  const around = FREQ === 'MONTHLY' || BYMONTH ? 'month' : 'year';
  const scope = isPlaced ? ` of the ${around}` : '';
  const isCondition = rest.BYYEARDAY ?? rest.BYMONTHDAY;
  return isCondition
    ? `when it is ${listInWords(names, 'or')}${scope}`
    : `on ${listInWords(names)}${scope}`;
}

function endPhrases({ FREQ, BYSETPOS, COUNT, UNTIL }: RruleParts): string[] {
  const phrases: string[] = [];
  if (BYSETPOS) phrases.push(`only the ${placesInWords(BYSETPOS)} of these in a ${UNITS[FREQ]}`);
  if (COUNT) phrases.push(COUNT === 1 ? 'once' : `${COUNT} times`);
  if (UNTIL) {
    const time = new Date(UNTIL.seconds * 1000).toISOString().slice(0, 19);
    phrases.push(`until ${UNTIL.isLocal ? time.replace('T23:59:59', '') : `${time}Z`}`);
  }
  return phrases;
}

function placesInWords(places: ReadonlySet<number>): string {
  return listInWords([...places].map(ordinalInWords));
}
