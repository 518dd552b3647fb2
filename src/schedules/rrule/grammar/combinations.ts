import { SECONDS_PER_DAY } from '../../civil.ts';
import { schedulePartError } from '../../schedule-error.ts';
import type { PartName, PartPlaces, RruleParts } from './rrule-parts.ts';
import type { Frequency } from './rrule-values.ts';

const MOST_SECONDS = 10_000;

/** Parts that some frequencies do not take. */
const NOT_WITH: readonly (readonly [PartName, readonly Frequency[]])[] = [
  ['BYWEEKNO', ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY']],
  ['BYYEARDAY', ['DAILY', 'WEEKLY', 'MONTHLY']],
  ['BYMONTHDAY', ['WEEKLY']],
];

/** Refuses parts that RFC 5545 does not allow together. */
export function refuseCombinations(parts: RruleParts, places: PartPlaces): void {
  for (const [name, frequencies] of NOT_WITH) {
    if (parts[name] && frequencies.includes(parts.FREQ)) {
      throw refusal(`FREQ=${parts.FREQ} takes no ${name}`, name, places);
    }
  }
  if (parts.FREQ === 'SECONDLY') refuseLongSteps(parts, places);
  if (parts.COUNT && parts.UNTIL) {
    const later = places.get('COUNT')! > places.get('UNTIL')! ? 'COUNT' : 'UNTIL';
    throw refusal('a rule ends by COUNT or by UNTIL, not by both', later, places);
  }
  if (parts.BYDAY?.some(({ place }) => place !== null)) refusePlaces(parts, places);
  const hasOther = Object.keys(parts).some((name) => /^BY(?!SETPOS)/.test(name));
  if (parts.BYSETPOS && !hasOther) {
    throw refusal('BYSETPOS picks from what another BY part lists', 'BYSETPOS', places);
  }
}

/** Such steps come to the same time of day again after decades, and a search would take as long. */
function refuseLongSteps({ INTERVAL = 1 }: RruleParts, places: PartPlaces): void {
  if (INTERVAL <= MOST_SECONDS || SECONDS_PER_DAY % INTERVAL === 0) return;
  const message = `INTERVAL takes at most ${MOST_SECONDS} seconds, or a part of a day`;
  throw refusal(message, 'INTERVAL', places);
}

/** Only months, and years that are not counted in weeks, have a first or a last Monday. */
function refusePlaces({ FREQ, BYWEEKNO }: RruleParts, places: PartPlaces): void {
  if (FREQ !== 'MONTHLY' && FREQ !== 'YEARLY') {
    const message = 'BYDAY takes numbers such as 1MO with FREQ=MONTHLY and FREQ=YEARLY only';
    throw refusal(message, 'BYDAY', places);
  }
  if (BYWEEKNO) throw refusal('BYDAY takes no numbers beside BYWEEKNO', 'BYDAY', places);
}

function refusal(message: string, name: PartName, places: PartPlaces): Error {
  return schedulePartError(message, places.get(name)!);
}
