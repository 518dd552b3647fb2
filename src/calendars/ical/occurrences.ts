import { dayOf, SECONDS_PER_DAY } from '../../schedules/civil.ts';
import type { Stretch } from '../../schedules/listed-days.ts';
import type { Effort } from './effort.ts';
import type { Event, Occurrence } from './event.ts';
import { type LocalTime, secondsIn } from './local-time.ts';
import { Recurrence } from './recurrence.ts';

/**
 * The days that an event touches, an occurrence each, on the clock of its own zone; some at a time,
 * so that whoever asks may rest. One that takes place once counts whenever that is; of all others
 * only what touches the window.
 * @param replaced starts that other events stand in for.
 */
export function* occurrencesOf(
  event: Event,
  replaced: readonly LocalTime[],
  window: Stretch,
  effort: Effort,
): Generator<Stretch[]> {
  const isSeries = event.rule !== null || event.added.length > 0;
  if (!isSeries && event.replaces === null) {
    yield [stretchOf(event, event.start.zone)];
    return;
  }
  const excepted = isSeries ? exceptedDays(event, replaced, effort) : new Set();
  for (const stretches of allOf(event, window, effort)) {
    yield stretches.filter(
      ({ from, to }) => from <= window.to && to >= window.from && !excepted.has(from),
    );
  }
}

/** An event begins with its start, whether its rule says so or not. */
function* allOf(event: Event, window: Stretch, effort: Effort): Generator<Stretch[]> {
  const { start, extraDays, added, rule } = event;
  effort.spend(added.length + 1);
  yield [event, ...added].map((occurrence) => stretchOf(occurrence, start.zone));
  if (!rule) return;

  const recurrence = new Recurrence(rule, dayOf(start.seconds), lastDayOf(event));
  const reaching = { from: window.from - extraDays, to: window.to };
  for (const days of recurrence.days(reaching, effort)) {
    yield days.map((from) => ({ from, to: from + extraDays }));
  }
}

/** The last day on which an occurrence may start. */
function lastDayOf({ rule, start }: Event): number {
  const until = rule?.until;
  if (!until) return Infinity;
  const timeOfDay = start.seconds - dayOf(start.seconds) * SECONDS_PER_DAY;
  const lastSeconds = secondsIn(start.zone, until);
  return dayOf(until.isDate ? lastSeconds : lastSeconds - timeOfDay);
}

/** A rule of days has one occurrence a day at most, so that its day names it. */
function exceptedDays(
  { start, excepted }: Event,
  replaced: readonly LocalTime[],
  effort: Effort,
): ReadonlySet<number> {
  effort.spend(excepted.length + replaced.length);
  return new Set([...excepted, ...replaced].map((time) => dayOf(secondsIn(start.zone, time))));
}

function stretchOf({ start, extraDays }: Occurrence, zone: string | null): Stretch {
  const from = dayOf(secondsIn(zone, start));
  return { from, to: from + extraDays };
}
