import { readableSchedule } from '../jobs/job-schedule.ts';
import type { Agenda } from '../schedules/agenda.ts';
import { describeSchedule } from '../schedules/describe.ts';
import { isFixedZone } from '../schedules/zones/time-zones.ts';
import type { AnyJob, StateChange, RevisionInForce } from './explain.repository.ts';
import type { InForce } from './explanation.ts';

/** The instants of a job by a revision; null when it cannot be read any more. */
export function agendaOf(
  job: AnyJob,
  { definition, calendarRules }: RevisionInForce,
): Agenda | null {
  return readableSchedule({
    ...definition,
    ...job,
    startAt: dateOf(definition.startAt),
    endAt: dateOf(definition.endAt),
    calendarRules,
  });
}

/**
 * What a revision says about an instant.
 * @param state what has last made the job active or inactive.
 */
export function inForceOf(
  { seed }: AnyJob,
  { revision, at: since, definition }: RevisionInForce,
  state: StateChange | undefined,
  agenda: Agenda,
  at: Date,
): InForce {
  const isCompleted = !definition.isActive && state?.action === 'completed';
  const isPaused = !definition.isActive && !isCompleted;
  const nominal = agenda.nominalOf(at).getTime();
  const exception = definition.exceptions.find((each) => Date.parse(each.at) === nominal);
  return {
    revision,
    since,
    isActive: definition.isActive,
    isCompleted,
    pausedSince: isPaused ? (state?.at ?? since) : null,
    pausedReason: definition.pausedReason,
    pausedUntil: dateOf(definition.pausedUntil),
    scheduleText: describeSchedule(definition.schedule, definition.timezone, seed),
    isZoneFixed: isFixedZone(definition.timezone),
    isDue: agenda.has(at),
    before: agenda.latest(new Date(at.getTime() - 1)),
    after: agenda.next(at),
    exclusion: agenda.exclusionOf(at),
    exception: exception ? { movedTo: exception.to, reason: exception.reason } : null,
    calendar: definition.calendar,
    overlap: definition.overlap,
    missed: definition.missed.policy,
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
