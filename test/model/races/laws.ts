import type { BegunAttempt, Evidence } from './evidence.ts';
import { type Change, rowsAfter, type RunRow } from './history.ts';

/** What must hold whatever the order: answers every breach that it finds. */
type Law = (evidence: Evidence) => string[];

/** How a run may go on. */
const NEXT: Record<string, readonly string[]> = {
  planned: ['running', 'queued', 'skipped', 'cancelled'],
  queued: ['queued', 'running', 'skipped', 'cancelled'],
  running: ['running', 'queued', 'succeeded', 'failed', 'cancelled', 'lost'],
};
/** What stands against a request, and is nobody's fault. */
const REFUSALS = [
  '400 INVALID_REQUEST',
  '404 JOB_NOT_FOUND',
  '404 RUN_NOT_FOUND',
  '409 RUN_FINISHED',
  '409 RUN_NOT_FINISHED',
  '409 RUN_COVERS_RANGE',
  '409 JOB_DELETED',
  '409 JOB_COMPLETED',
];

const LAWS: Record<string, Law> = {
  'nothing breaks': ({ troubles, answers }) => [
    ...troubles,
    ...answers.filter(({ answer }) => answer.startsWith('broke')).map(({ answer }) => answer),
  ],
  'requests are refused for known reasons': ({ answers }) =>
    answers
      .map(({ answer }) => answer)
      .filter((answer) => answer !== 'done' && !REFUSALS.includes(answer)),
  'a run goes on as runs may, and a verdict is never left': ({ history }) =>
    broken(history, (was, is) => was.wakeAt === null || !NEXT[was.status]?.includes(is.status)),
  'only what was planned is ever removed': ({ history }) =>
    history.filter(({ was, is }) => is === null && was?.status !== 'planned').map(told),
  'fencing numbers rise whenever a run changes hands': ({ history }) =>
    broken(history, (was, is) =>
      changesHands(was, is) ? is.fence <= was.fence : is.fence < was.fence,
    ),
  'attempts are counted one by one': ({ history }) =>
    broken(history, (was, is) => is.attempt !== was.attempt + (isStart(was, is) ? 1 : 0)),
  'each start calls its handler once': ({ history, attempts }) => {
    const starts = changesOf(history).filter(([was, is]) => isStart(was, is));
    const wanted = starts.map(([, { id, attempt }]) => `${id} attempt ${attempt}`);
    const called = attempts.map(({ runId, number }) => `${runId} attempt ${number}`);
    return wanted.sort().join() === called.sort().join()
      ? []
      : [`started ${wanted.join()}, called ${called.join()}`];
  },
  'an end is that of the attempt that holds the run': ({ history, attempts }) =>
    broken(history, (was, is) => isOwnEnd(was, is) && !fits(is, attemptOf(was, attempts))),
  'what is noted of an attempt is noted of the one that holds the run': ({ history }) =>
    broken(history, (was, is) => {
      const noted = is.attempts.length > was.attempts.length ? is.attempts.at(-1) : undefined;
      return noted !== undefined && noted.attempt !== was.attempt;
    }),
  'no end comes after the end of the lease': ({ history }) =>
    broken(history, (was, is) => isOwnEnd(was, is) && Number(was.wakeAt) <= endOf(is)),
  'a handler is told of what was taken away from it': ({ history, attempts, announcements }) =>
    changesOf(history)
      .filter(([was, is]) => was.status === 'running' && changesHands(was, is))
      .filter(([was]) => isUntold(attemptOf(was, attempts)))
      .map(([was, is]) => `${told({ was, is })}, announced: ${announcements.join()}`),
  'a cancellation is announced to the workers': ({ history, announcements }) =>
    broken(history, (was, is) => {
      const isCancelled = was.status === 'running' && is.status === 'cancelled';
      return isCancelled && !announcements.some((id) => id === was.id || id === String(was.jobId));
    }),
  'one run of a job is active at a time': ({ scenario, history }) =>
    scenario.job.overlap === 'allow' ? [] : activeTogether(history),
  'what was answered is in the ledger': ({ answers, history }) => {
    const rows = new Set(rowsAfter(history).map(({ id }) => id));
    return answers
      .filter(({ answer }) => answer === 'done')
      .flatMap(({ request, runs }) =>
        runs.filter((id) => !rows.has(id)).map((id) => `${request.ask} ${id}`),
      );
  },
  'a run is cancelled when that was answered': ({ answers, history }) => {
    const rows = new Map(rowsAfter(history).map((row) => [row.id, row]));
    return answers
      .filter(({ request, answer }) => request.ask === 'cancel' && answer === 'done')
      .flatMap(({ runs }) => runs)
      .filter((id) => rows.get(id)?.status !== 'cancelled' || rows.get(id)?.reason !== 'requested');
  },
  'nothing starts from a definition that was edited before': (evidence) =>
    evidence.answers
      .filter(({ request, answer }) => request.ask !== 'delete' && answer === 'done')
      .flatMap(({ answered, revision }) =>
        startedAfter(evidence, answered).filter((attempt) => {
          const start = startOf(attempt, evidence.history);
          return revision !== null && start !== undefined && Number(start.revision) < revision;
        }),
      )
      .map(called),
  'no occurrence starts in a pause': (evidence) => {
    const { answers } = evidence;
    const mayEnd = answers.some(({ request }) => ['resume', 'pause shortly'].includes(request.ask));
    return answers
      .filter(({ request, answer }) => request.ask === 'pause' && answer === 'done' && !mayEnd)
      .flatMap(({ answered }) => startedAfter(evidence, answered))
      .filter(({ runId }) => runId.split('-').length === 2)
      .map(called);
  },
  'nothing of a deleted job starts': (evidence) =>
    evidence.answers
      .filter(({ request, answer }) => request.ask === 'delete' && answer === 'done')
      .flatMap(({ answered }) => startedAfter(evidence, answered))
      .map(called),
  'every instant has its one row': (evidence) => {
    const requests = evidence.answers.map(({ request }) => request);
    const isOther = requests.some(
      (request) => request.ask === 'edit' && ['schedule', 'maxRuns'].includes(request.patch),
    );
    return isOther ? [] : unaccounted(evidence);
  },
};

/** All that is wrong with a race: the law, and how it was broken. */
export function breaches(evidence: Evidence): string[] {
  return Object.entries(LAWS).flatMap(([law, find]) =>
    find(evidence).map((breach) => `${law}: ${breach}`),
  );
}

function changesOf(history: readonly Change[]): [RunRow, RunRow][] {
  return history.flatMap(({ was, is }): [RunRow, RunRow][] => (was && is ? [[was, is]] : []));
}

function broken(
  history: readonly Change[],
  isBreach: (was: RunRow, is: RunRow) => boolean,
): string[] {
  return changesOf(history)
    .filter(([was, is]) => isBreach(was, is))
    .map(([was, is]) => told({ was, is }));
}

function told({ was, is }: Change): string {
  const inWords = (row: RunRow | null) =>
    row && `${row.status} (${row.reason}) attempt ${row.attempt} fence ${row.fence}`;
  return `${(was ?? is)?.id}: ${inWords(was)} -> ${inWords(is)}`;
}

function called({ runId, number }: BegunAttempt): string {
  return `${runId} attempt ${number}`;
}

function isStart(was: RunRow, is: RunRow): boolean {
  return was.status !== 'running' && is.status === 'running';
}

/** An end that the attempt itself has brought, as opposed to one that others have. */
function isOwnEnd(was: RunRow, is: RunRow): boolean {
  if (was.status !== 'running') return false;
  const isTriedAgain = is.status === 'queued' && is.attempts.at(-1)?.outcome === 'retry';
  return is.status === 'succeeded' || is.status === 'failed' || isTriedAgain;
}

function changesHands(was: RunRow, is: RunRow): boolean {
  if (isStart(was, is)) return true;
  return was.status === 'running' && is.status !== 'running' && !isOwnEnd(was, is);
}

function endOf({ finishedAt, attempts }: RunRow): number {
  return finishedAt ?? Date.parse(attempts.at(-1)?.finishedAt ?? '');
}

function attemptOf(
  { id, attempt }: RunRow,
  attempts: readonly BegunAttempt[],
): BegunAttempt | undefined {
  return attempts.find(({ runId, number }) => runId === id && number === attempt);
}

function fits(row: RunRow, attempt: BegunAttempt | undefined): boolean {
  if (attempt?.answered === null || attempt?.answered === undefined) return false;
  const wanted =
    row.status === 'queued'
      ? ['retry']
      : row.status === 'failed'
        ? ['failed', 'retry']
        : ['succeeded'];
  return wanted.includes(String(attempt.outcome)) && row.attempt === attempt.number;
}

function isUntold(attempt: BegunAttempt | undefined): boolean {
  return attempt?.told === null && attempt.answered === null;
}

function startedAfter({ attempts, jobId }: Evidence, place: number): BegunAttempt[] {
  return attempts.filter((attempt) => attempt.jobId === jobId && attempt.begun > place);
}

function startOf({ runId, number }: BegunAttempt, history: readonly Change[]): RunRow | undefined {
  const starts = changesOf(history).filter(([was, is]) => isStart(was, is));
  return starts.find(([, { id, attempt }]) => id === runId && attempt === number)?.[1];
}

function activeTogether(history: readonly Change[]): string[] {
  const active = new Map<string, number>();
  return history.flatMap(({ was, is }) => {
    if (was) active.delete(was.id);
    if (!is || !isActive(is)) return [];
    active.set(is.id, is.jobId);
    const same = [...active].filter(([, jobId]) => jobId === is.jobId).map(([id]) => id);
    return same.length > 1 ? [same.join(' and ')] : [];
  });
}

function isActive({ status, attempt }: RunRow): boolean {
  return status === 'running' || (status === 'queued' && attempt > 0);
}

/** The instants of the job that have no row and no range, or several of them. */
function unaccounted({ jobId, instants, deletedAt, history }: Evidence): string[] {
  const rows = rowsAfter(history).filter((row) => row.jobId === jobId && row.ordinal === 0);
  return instants
    .filter((at) => at <= deletedAt)
    .map((at) => rows.filter((row) => (row.rangeFrom ?? row.at) <= at && at <= row.at))
    .flatMap((found, nth) =>
      found.length === 1 ? [] : [`instant ${nth + 1} has ${found.length} rows`],
    );
}
