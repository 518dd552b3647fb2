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

/** A property takes ten times as long as a line that is passed over. */
const STEPS_PER_PROPERTY = 10;

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
    for (const stretch of occurrencesOf(event, others, window, effort)) days.add(stretch);
    await effort.rest();
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
    events.push(readEvent(text));
    effort.spend(STEPS_PER_PROPERTY * text.properties.length);
    await effort.rest();
  }
  return events;
}

async function eventTexts(file: string, effort: Effort): Promise<EventText[]> {
  const reader = new EventReader();
  for (const line of contentLines(file)) {
    effort.spend(reader.take(line) ? STEPS_PER_PROPERTY : 1);
    await effort.rest();
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
