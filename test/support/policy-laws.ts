import { newDefinition } from '../../src/jobs/job-definition.ts';
import { scheduleOf } from '../../src/jobs/job-schedule.ts';
import type { JobDefinition } from '../../src/jobs/job.ts';
import { newSeed } from '../../src/jobs/seed.ts';
import type { RunDto } from '../../src/runs/dto/run.dto.ts';
import type { Case, Course } from './course.ts';

type Law = (runs: readonly RunDto[], about: About) => unknown[];

interface About {
  definition: JobDefinition;
  one: Case;
  course: Course;
  /** All instants of the job within the course, in order. */
  instants: number[];
}

/** What a ledger breaks of what the policies promise, whoever has made it: nothing, if all is well. */
export function breaches(one: Case, course: Course, runs: readonly RunDto[]): string[] {
  const definition = newDefinition({ name: 'a', ...one.job });
  const about = { definition, one, course, instants: instantsOf(definition, course) };
  return Object.entries(LAWS).flatMap(([name, law]) =>
    law(runs, about).map((what) => `${name}: ${JSON.stringify(what)}`),
  );
}

const LAWS: Record<string, Law> = {
  'every instant has one row, or a place in one range': (runs, { instants, definition }) => {
    const last = runs.filter(hasStarted).map(firstStart).sort(ascending)[
      (definition.maxRuns ?? Infinity) - 1
    ];
    return instants
      .filter((instant) => instant <= (last ?? Infinity))
      .filter((instant) => runs.filter((run) => covers(run, instant)).length !== 1);
  },
  'a range says how many it covers': (runs, { instants }) =>
    runs.filter(
      (run) =>
        run.count !== null &&
        run.count !== instants.filter((instant) => covers(run, instant)).length,
    ),
  'nothing starts too early': (runs) =>
    runs.filter((run) => hasStarted(run) && firstStart(run) < Number(run.scheduledFor)),
  'nothing begins or ends while there is no engine': (runs, { course }) =>
    runs.filter((run) =>
      timesOf(run).some((at) =>
        course.outages.some(({ from, to }) => at >= Number(from) && at < Number(to)),
      ),
    ),
  'one at a time, unless all are allowed': (runs, { definition, course }) => {
    if (definition.overlap === 'allow') return [];
    const active = runs.filter(hasStarted).toSorted((a, b) => firstStart(a) - firstStart(b));
    return active.filter((run, index) => {
      const before = active[index - 1];
      return before && Number(before.finishedAt ?? course.to) > firstStart(run);
    });
  },
  'only replace cancels, and only skip and queue pass over': (runs, { definition }) =>
    runs.filter(
      ({ status, reason }) =>
        (status === 'cancelled' && definition.overlap !== 'replace') ||
        (reason === 'overlap' && !['skip', 'queue'].includes(definition.overlap)),
    ),
  'no more is made up for than the policy allows': (runs, { definition, course }) => {
    const { policy, maxCount } = definition.missed;
    const most = { skip: 0, once: 1, all: maxCount }[policy];
    const ends = course.outages.map(({ to }) => Number(to)).sort(ascending);
    return ends.filter((end, index) => {
      const since = ends[index - 1] ?? -Infinity;
      const made = runs.filter(
        ({ trigger, scheduledFor }) =>
          trigger === 'missed' && Number(scheduledFor) > since && Number(scheduledFor) <= end,
      );
      return made.length > most;
    });
  },
  'what is made up for is not too old': (runs, { definition, course }) =>
    runs.filter(
      ({ trigger, scheduledFor }) =>
        trigger === 'missed' &&
        !course.outages.some(
          ({ to }) =>
            Number(to) >= Number(scheduledFor) &&
            Number(to) - Number(scheduledFor) <= definition.missed.maxAgeSeconds * 1_000,
        ),
    ),
  'no more starts than the job may have': (runs, { definition }) =>
    runs.filter(hasStarted).length > (definition.maxRuns ?? Infinity) ? [runs.length] : [],
  'no more attempts than the policy allows': (runs, { definition }) =>
    runs.filter(({ attempts }) => {
      const { maxAttempts, onLost } = definition.retry;
      return attempts.length > maxAttempts + (onLost === 'retry' ? 1 : 0);
    }),
  'the next attempt comes after its delay': (runs, { definition }) =>
    runs.flatMap(({ attempts }) =>
      attempts.filter((attempt, index) => {
        const before = attempts[index - 1];
        if (before?.outcome !== 'retry') return false;
        const pause = Date.parse(attempt.startedAt) - Date.parse(before.finishedAt ?? '');
        return pause < delayOf(definition.retry, before.attempt);
      }),
    ),
  'an attempt lasts as long as it is told to, up to its limit': (runs, { one, definition }) => {
    const lengths = one.durations.map((length) => Math.min(length, definition.timeoutMs));
    return runs.flatMap(({ attempts }) =>
      attempts.filter(({ startedAt, finishedAt, outcome }) => {
        const isOver = ['succeeded', 'failed', 'retry'].includes(outcome ?? '');
        return isOver && !lengths.includes(Date.parse(finishedAt ?? '') - Date.parse(startedAt));
      }),
    );
  },
  'nothing is left waiting that could start': (runs, { course }) => {
    const isBusy = runs.some((run) => hasStarted(run) && run.finishedAt === null);
    return runs.filter(
      (run) => !isBusy && run.status === 'queued' && Number(run.scheduledFor) <= Number(course.to),
    );
  },
};

function instantsOf(definition: JobDefinition, { from, to }: Course): number[] {
  const schedule = scheduleOf({
    ...definition,
    createdAt: from,
    seed: newSeed(definition.key),
    exceptions: [],
    calendarRules: null,
  });
  const instants: number[] = [];
  for (let next = schedule.next(from); next && next <= to; next = schedule.next(next)) {
    instants.push(next.getTime());
  }
  return instants;
}

function covers({ scheduledFor, rangeFrom, count }: RunDto, instant: number): boolean {
  const first = count === null ? scheduledFor : rangeFrom;
  return Number(first) <= instant && instant <= Number(scheduledFor);
}

function hasStarted({ attempts }: RunDto): boolean {
  return attempts.length > 0;
}

function firstStart({ attempts }: RunDto): number {
  return Date.parse(attempts[0]?.startedAt ?? '');
}

function timesOf({ attempts }: RunDto): number[] {
  return attempts.flatMap(({ startedAt, finishedAt }) =>
    [startedAt, finishedAt].filter((at) => at !== null).map((at) => Date.parse(at)),
  );
}

function delayOf({ backoff, initialDelayMs, maxDelayMs }: JobDefinition['retry'], attempt: number) {
  const grown = backoff === 'fixed' ? initialDelayMs : initialDelayMs * 2 ** (attempt - 1);
  return Math.min(grown, maxDelayMs);
}

function ascending(one: number, other: number): number {
  return one - other;
}
