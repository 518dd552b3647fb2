import { dayOf, monthOf, monthStart } from '../../schedules/civil.ts';
import { epochMs } from '../../schedules/schedule.ts';
import type { Stretch } from '../../schedules/listed-days.ts';
import { contentLines } from './content-lines.ts';
import { Effort } from './effort.ts';
import { type EventText, EventReader } from './event-reader.ts';
import { type Event, readEvent } from './event.ts';
import { ImportedDays } from './imported-days.ts';
import type { LocalTime } from './local-time.ts';
import { occurrencesOf } from './occurrences.ts';

/** Beside what grows with it. */
const STEPS_PER_EVENT = 20;

/**
 * The days of all events in an iCalendar file. Cancelled ones do not count; what repeats does
 * within the window. Lets other work go on meanwhile, and gives up on a file that is made to
 * cost more than any real one.
 * @throws InvalidRequestError with the line that is to blame.
 */
export async function readDays(file: string, window: Stretch): Promise<ImportedDays> {
  const effort = new Effort();
  const days = new ImportedDays();
  const events = await eventsIn(file, effort);
  const replaced = replacedStarts(events);
  for (const event of events) {
    if (event.isCancelled) continue;
    const others = replaced.get(event.uid) ?? [];
    for (const stretches of occurrencesOf(event, others, window, effort)) {
      for (const stretch of stretches) days.add(stretch);
      if (effort.isDue) await effort.rest();
    }
  }
  return days;
}

/** From now on for so many years. It begins with yesterday, which it still is in some zones. */
export function windowFrom(now: Date, years: number): Stretch {
  const today = dayOf(epochMs(now) / 1000);
  const month = monthOf(today);
  const to = monthStart(month + 12 * years) + (today - monthStart(month));
  return { from: today - 1, to };
}

async function eventsIn(file: string, effort: Effort): Promise<Event[]> {
  const events: Event[] = [];
  for (const text of await eventTexts(file, effort)) {
    effort.spend(STEPS_PER_EVENT + text.values);
    if (effort.isDue) await effort.rest();
    events.push(readEvent(text));
  }
  return events;
}

async function eventTexts(file: string, effort: Effort): Promise<EventText[]> {
  const reader = new EventReader(effort);
  for (const line of contentLines(file)) {
    reader.take(line);
    if (effort.isDue) await effort.rest();
  }
  return reader.finish();
}

function replacedStarts(events: readonly Event[]): Map<string, LocalTime[]> {
  const starts = new Map<string, LocalTime[]>();
  for (const { uid, replaces } of events) {
    if (!replaces || uid === '') continue;
    const known = starts.get(uid);
    if (known) known.push(replaces);
    else starts.set(uid, [replaces]);
  }
  return starts;
}
