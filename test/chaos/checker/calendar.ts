/** What the instants of a job derive from. */
export interface Rule {
  schedule: string;
  /** What an interval is counted from, in milliseconds since 1970. */
  anchor: number;
  /** Nothing is due before it. */
  startAt: number | null;
}

/** Whether something is due at an instant, given in milliseconds since 1970. */
type Test = (ms: number) => boolean;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const STEPS = /^\*\/(\d+)(?: \*){5}$/;
const SECONDS = /^(\d+(?:,\d+)*)(?: \*){5}$/;
const INTERVAL = /^@every (\d+)s$/;

/**
 * The instants of a rule in (after, until], in milliseconds since 1970. Found by trying every
 * second: it knows few forms, and nothing that could be wrong in a clever way.
 */
export function instantsOf(rule: Rule, after: number, until: number): number[] {
  const phase = isInterval(rule) ? modulo(rule.anchor, SECOND_MS) : 0;
  const isDue = testOf(rule);
  const instants: number[] = [];
  for (let ms = firstAfter(after, phase); ms <= until; ms += SECOND_MS) {
    if (ms >= (rule.startAt ?? -Infinity) && isDue(ms)) instants.push(ms);
  }
  return instants;
}

/** The longest time between two instants of a rule, in milliseconds. */
export function longestGap(rule: Rule): number {
  const from = Math.max(rule.anchor, rule.startAt ?? 0);
  const instants = instantsOf(rule, from - 1, from + 3 * MINUTE_MS);
  const gaps = instants.slice(1).map((ms, index) => ms - (instants[index] as number));
  return Math.max(...gaps);
}

function testOf({ schedule, anchor }: Rule): Test {
  const [, step] = STEPS.exec(schedule) ?? [];
  if (step !== undefined) return (ms) => secondOfMinute(ms) % Number(step) === 0;

  const [, list] = SECONDS.exec(schedule) ?? [];
  if (list !== undefined) {
    const seconds = new Set(list.split(',').map(Number));
    return (ms) => seconds.has(secondOfMinute(ms));
  }
  const [, period] = INTERVAL.exec(schedule) ?? [];
  if (period !== undefined) {
    const periodMs = Number(period) * SECOND_MS;
    return (ms) => ms >= anchor && (ms - anchor) % periodMs === 0;
  }
  throw new Error(`This calendar does not know the schedule ${schedule}`);
}

function isInterval({ schedule }: Rule): boolean {
  return INTERVAL.test(schedule);
}

/** Every zone of today is whole minutes away from UTC, so that seconds are the same everywhere. */
function secondOfMinute(ms: number): number {
  return modulo(ms, MINUTE_MS) / SECOND_MS;
}

/** The first instant later than `after` that lies `phase` milliseconds after a full second. */
function firstAfter(after: number, phase: number): number {
  return Math.floor((after - phase) / SECOND_MS) * SECOND_MS + phase + SECOND_MS;
}

function modulo(ms: number, by: number): number {
  return ((ms % by) + by) % by;
}
