/** What the instants of a job derive from. Times are milliseconds since 1970. */
export interface Rule {
  schedule: string;
  timezone: string;
  /** What an interval is counted from. */
  anchor: number;
  /** Nothing is due before the first or after the second; null where there is no bound. */
  startAt: number | null;
  endAt: number | null;
  /** All instants, in order, where somebody else has found them: then nothing else counts. */
  listed?: readonly number[];
}

/** Instants that are tried one by one: all that lie `phaseMs` after a multiple of `stepMs`. */
interface Trial {
  stepMs: number;
  phaseMs: number;
  isDue: (ms: number) => boolean;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The fields that are not `*` count seconds or minutes: what is ever due is so within so many. */
const MOST_TRIALS = 60;

const SECONDS = /^(\*|\*\/\d+|\d+(?:,\d+)*)(?: \*){5}$/;
const MINUTES = /^(\*|\*\/\d+|\d+(?:,\d+)*)(?: \*){4}$/;
const INTERVAL = /^@every (\d+)s$/;
const ONCE = /^@at (\S+)$/;

/**
 * The instants of a rule in (after, until]. Found by trying every one: it knows few forms, and
 * nothing that could be wrong in a clever way.
 */
export function instantsOf(rule: Rule, after: number, until: number): number[] {
  const listed = listOf(rule);
  if (listed) return listed.filter((ms) => ms > after && ms <= until);

  const { stepMs, phaseMs, isDue } = trialOf(rule);
  const to = Math.min(until, rule.endAt ?? Infinity);
  const instants: number[] = [];
  for (let ms = firstTried(rule, after, { stepMs, phaseMs }); ms <= to; ms += stepMs) {
    if (isDue(ms)) instants.push(ms);
  }
  return instants;
}

/** The first instant of a rule that is later than `after`; Infinity where there is none. */
export function nextInstant(rule: Rule, after: number): number {
  const listed = listOf(rule);
  if (listed) return listed.find((ms) => ms > after) ?? Infinity;

  const trial = trialOf(rule);
  const first = firstTried(rule, after, trial);
  for (let index = 0; index < MOST_TRIALS; index += 1) {
    const ms = first + index * trial.stepMs;
    if (ms > (rule.endAt ?? Infinity)) return Infinity;
    if (trial.isDue(ms)) return ms;
  }
  return Infinity;
}

/** Those that need no search. */
function listOf({ schedule, listed, startAt, endAt }: Rule): readonly number[] | undefined {
  if (listed) return listed;
  const [, at] = ONCE.exec(schedule) ?? [];
  if (at === undefined) return undefined;
  const ms = Date.parse(at);
  return ms >= (startAt ?? -Infinity) && ms <= (endAt ?? Infinity) ? [ms] : [];
}

function trialOf({ schedule, timezone, anchor }: Rule): Trial {
  const [, period] = INTERVAL.exec(schedule) ?? [];
  if (period !== undefined) {
    const stepMs = Number(period) * SECOND_MS;
    return { stepMs, phaseMs: modulo(anchor, stepMs), isDue: (ms) => ms >= anchor };
  }
  // Every zone of today is whole minutes away from UTC, so that seconds are the same everywhere.
  const [, seconds] = SECONDS.exec(schedule) ?? [];
  if (seconds !== undefined) return inField(seconds, SECOND_MS, MINUTE_MS);

  const [, minutes] = MINUTES.exec(schedule) ?? [];
  if (minutes !== undefined && timezone === 'UTC') return inField(minutes, MINUTE_MS, HOUR_MS);
  throw new Error(`This calendar does not know the schedule ${schedule} in ${timezone}`);
}

/** One field of a cron expression, all later ones being `*`. */
function inField(field: string, stepMs: number, cycleMs: number): Trial {
  const value = (ms: number) => modulo(ms, cycleMs) / stepMs;
  const step = field === '*' ? 1 : field.startsWith('*/') ? Number(field.slice(2)) : null;
  if (step !== null) return { stepMs, phaseMs: 0, isDue: (ms) => value(ms) % step === 0 };
  const values = new Set(field.split(',').map(Number));
  return { stepMs, phaseMs: 0, isDue: (ms) => values.has(value(ms)) };
}

/** The first that is tried: later than `after`, and not before the rule begins. */
function firstTried(
  { startAt }: Rule,
  after: number,
  { stepMs, phaseMs }: Omit<Trial, 'isDue'>,
): number {
  const from = Math.max(after, (startAt ?? -Infinity) - 1);
  return Math.floor((from - phaseMs) / stepMs) * stepMs + phaseMs + stepMs;
}

function modulo(ms: number, by: number): number {
  return ((ms % by) + by) % by;
}
