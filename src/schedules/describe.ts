import { toString as cronInWords } from 'cronstrue';
import { LRUCache } from 'lru-cache';
import { spellOutHashes } from './cron/cron-expression.ts';
import { usesHash } from './cron/hashed-item.ts';
import { instantAt } from './once-schedule.ts';
import { rruleInWords } from './rrule/words/rrule-words.ts';
import { readExpression } from './schedule-expression.ts';

/** Finding the words takes some 20 microseconds, which a list of jobs would pay for each. */
const known = new LRUCache<string, string>({ max: 10_000 });

const UNIT_NAMES = { d: 'day', h: 'hour', m: 'minute', s: 'second' };

/**
 * A valid schedule in plain words, such as `At 09:00, Monday through Friday (Europe/Paris)`.
 * With the seed of a job the words say what `H` stands for in it.
 */
export function describeSchedule(schedule: string, timezone: string, seed?: number): string {
  const { kind, text, at } = readExpression(schedule);
  if (kind === 'once') return `Once, at ${instantAt(text, at).toISOString()}`;
  if (kind === 'interval') return `Every ${periodInWords(text)}`;

  const isDrawn = kind === 'cron' && usesHash(text) && seed !== undefined;
  const expression = isDrawn ? spellOutHashes(text, seed) : text;
  const words =
    known.get(expression) ?? (kind === 'rrule' ? rruleInWords(expression) : cronText(expression));
  known.set(expression, words);
  return `${words} (${timezone})`;
}

function cronText(expression: string): string {
  const fields = expression
    .trim()
    .toUpperCase()
    .split(/[ \t]+/);
  if (usesHash(expression)) return `Cron ${fields.join(' ')}, where H is drawn for each job`;
  const [dayOfMonth, , dayOfWeek] = fields.slice(-3);
  try {
    const words = cronInWords(fields.join(' '), { use24HourTimeFormat: true });
    // The library joins both day fields with "and", which many read as "both at once".
    const either = isRestricted(dayOfMonth) && isRestricted(dayOfWeek);
    return either ? `${words}, whichever day matches` : words;
  } catch {
    // It cannot put everything into words that our dialect knows: lists of W, for example.
    return `Cron ${fields.join(' ')}`;
  }
}

function isRestricted(dayField = '*'): boolean {
  return dayField !== '*' && dayField !== '?' && dayField !== '*/1';
}

function periodInWords(period: string): string {
  const amounts = Array.from(period.matchAll(/(\d+)([dhms])/g), ([, amount, unit]) => {
    const name = UNIT_NAMES[unit as keyof typeof UNIT_NAMES];
    return Number(amount) === 1 ? name : `${Number(amount)} ${name}s`;
  });
  const parts = amounts.filter((amount) => !amount.startsWith('0 '));
  // "Every hour", but "every 1 hour and 30 minutes".
  return parts
    .map((part) => (parts.length > 1 && !/^\d/.test(part) ? `1 ${part}` : part))
    .join(' and ');
}
