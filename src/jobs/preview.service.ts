import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { InvalidRequestError } from '../common/errors.ts';
import { parseInstant } from '../common/instant.ts';
import { DEFAULT_DST } from '../schedules/dst-policy.ts';
import { describeSchedule } from '../schedules/describe.ts';
import { parseSchedule, type ScheduleDefinition } from '../schedules/parse-schedule.ts';
import { ScheduleError } from '../schedules/schedule-error.ts';
import { type Schedule, upcoming } from '../schedules/schedule.ts';
import { scheduleWarnings } from '../schedules/warnings.ts';
import { zoneDataVersion } from '../schedules/zones/time-zones.ts';
import { DEFAULT_PREVIEW, type PreviewDto, type PreviewResultDto } from './dto/preview.dto.ts';
import type { UpcomingDto, UpcomingQueryDto } from './dto/upcoming.dto.ts';
import { readableSchedule, startsOf, upcomingOf } from './job-schedule.ts';
import type { Job } from './job.ts';
import { newSeed } from './seed.ts';

/** Answers what a schedule will do, saved or not. */
@Injectable()
export class PreviewService {
  constructor(private readonly clock: Clock) {}

  preview(input: PreviewDto): PreviewResultDto {
    const now = this.clock.now();
    const from = instantOf(input.from) ?? now;
    const definition = definitionOf(input, now);
    const schedule = parsed(definition);
    return {
      kind: schedule.kind,
      text: describeSchedule(definition.schedule, definition.timezone, definition.seed),
      next: upcoming(schedule, from, input.count ?? DEFAULT_PREVIEW),
      warnings: scheduleWarnings(definition, upcoming(schedule, from, 3), from),
      zoneData: zoneDataVersion(),
    };
  }

  upcomingOf(job: Job, query: UpcomingQueryDto): UpcomingDto {
    const from = instantOf(query.from) ?? this.clock.now();
    const schedule = readableSchedule(job);
    if (!schedule) return { upcoming: [], warnings: [] };

    const starts = upcomingOf(job, from, query.count);
    return {
      upcoming: starts.map((start) => ({ nominal: schedule.nominalOf(start), effective: start })),
      warnings: scheduleWarnings(
        { ...job, anchor: job.startAt ?? job.createdAt },
        startsOf(schedule, from, 3),
        from,
      ),
    };
  }
}

function definitionOf(input: PreviewDto, now: Date): ScheduleDefinition {
  const startAt = instantOf(input.startAt) ?? null;
  return {
    schedule: input.schedule,
    timezone: input.timezone ?? 'UTC',
    dst: { ...DEFAULT_DST, ...input.dst },
    anchor: startAt ?? now,
    startAt,
    endAt: instantOf(input.endAt) ?? null,
    seed: typeof input.key === 'string' ? newSeed(input.key) : undefined,
  };
}

function parsed(definition: ScheduleDefinition): Schedule {
  try {
    return parseSchedule(definition);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new InvalidRequestError([{ path: error.field, message: error.message }]);
  }
}

function instantOf(text: string | null | undefined): Date | null {
  return typeof text === 'string' ? parseInstant(text) : null;
}
