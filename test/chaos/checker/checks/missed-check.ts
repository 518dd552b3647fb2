import { type DueInstant, firstFrom } from '../terms/due.ts';
import { firstStart, keyOf, type RunRow, type Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';
import type { Term } from '../terms/terms.ts';

/** A time in which nobody could plan or start anything. */
export interface Outage {
  from: number;
  /** When everything was there again that is needed: planning goes on from here. */
  to: number;
}

/** A job and what was to become of what it has missed. */
export interface MissedCase {
  jobId: number;
  terms: readonly Term[];
  due: readonly DueInstant[];
  runs: readonly RunRow[];
}

/** What is less late than this may be merely late. */
const GRACE_MS = 5_000;
/** Runs of one job that make up for the past are under way at a time, where overlaps are allowed. */
const AT_ONCE = 5;

/** What one outage has left in the ledger. */
interface Aftermath {
  jobId: number;
  term: Term;
  /** Instants that nobody can have run in time, in order. */
  missed: number[];
  /** Rows that make up for instants of the outage, in order: of their own, or late. */
  made: RunRow[];
  /** Rows that leave out instants of the outage as missed, in order. */
  skipped: RunRow[];
  /** The row that comes after all that is made up for. */
  following: RunRow | undefined;
}

/**
 * The policy for what was missed, for a job that nobody has edited around the outage: `skip` leaves
 * one range, `once` one range and the latest as a run, `all` runs in order, as many as the limits
 * allow, and one range of what is older.
 */
export function checkMissed(
  file: MissedCase,
  outage: Outage,
  tolerances: Tolerances,
  findings: Findings,
): void {
  const aftermath = aftermathOf(file, outage);
  if (!aftermath || aftermath.missed.length === 0) return;
  const { policy } = aftermath.term.definition.missed;
  const report = (words: string) => {
    const said = `${policy} after the outage of ${text(outage.from)}: ${words}`;
    findings.add('missed policy', file.jobId, aftermath.missed.at(-1) ?? null, said);
  };
  checkSkipped(aftermath, report);
  if (policy === 'skip') checkNone(aftermath, report);
  if (policy === 'once') checkOnce(aftermath, report);
  if (policy === 'all') {
    checkAll(aftermath, outage, report);
    checkOrder(aftermath, tolerances, findings);
  }
}

function aftermathOf({ jobId, terms, due, runs }: MissedCase, outage: Outage): Aftermath | null {
  const term = terms.find(({ from, to }) => from < outage.from && to > outage.to);
  if (term?.state !== 'active') return null;

  const rows = runs
    .filter(({ ordinal }) => ordinal === 0)
    .sort((one, other) => one.scheduled_for - other.scheduled_for);
  const begun = new Set(
    rows.filter((run) => firstStart(run) < outage.to).map((run) => run.scheduled_for),
  );
  const [first, end] = [firstFrom(due, outage.from + 1), firstFrom(due, outage.to - GRACE_MS + 1)];
  const missed = due
    .slice(first, end)
    .filter(({ at, isLeftOut }) => !isLeftOut && !begun.has(at))
    .map(({ at }) => at);
  const [earliest = Infinity, latest = -Infinity] = [missed[0], missed.at(-1)];

  const made = rows.filter(
    (run) =>
      run.range_count === null &&
      run.scheduled_for >= earliest &&
      (run.trigger === 'missed' || (run.scheduled_for <= latest && run.attempt > 0)) &&
      !begun.has(run.scheduled_for),
  );
  const last = made.at(-1)?.scheduled_for ?? latest;
  const skipped = rows.filter(
    ({ status, reason, trigger, range_from, scheduled_for }) =>
      status === 'skipped' &&
      reason === 'missed' &&
      trigger !== 'missed' &&
      scheduled_for >= earliest &&
      (range_from ?? scheduled_for) <= last,
  );
  return {
    ...{ jobId, term, missed, made, skipped },
    following: rows.find(({ scheduled_for }) => scheduled_for > last),
  };
}

/** What is not made up for lies in one range, older than all that is. */
function checkSkipped({ missed, made, skipped }: Aftermath, report: (words: string) => void): void {
  const own = new Set(made.map(({ scheduled_for }) => scheduled_for));
  const others = missed.filter((at) => !own.has(at));
  const [range] = skipped;
  if (others.length > 0 && skipped.length !== 1) {
    report(`${others.length} instants were left out, in ${skipped.length} ranges`);
  }
  const oldest = made[0]?.scheduled_for ?? Infinity;
  if (range && range.scheduled_for > oldest) {
    report(`${text(range.scheduled_for)} was left out, and ${text(oldest)} was not`);
  }
}

function checkNone({ made }: Aftermath, report: (words: string) => void): void {
  if (made.length > 0) report(`${made.map(keyOf).join(', ')} made up for it`);
}

/** Where the next one is due before the latest missed one could start, that one runs instead. */
function checkOnce({ missed, made, following }: Aftermath, report: (words: string) => void): void {
  const [run] = made;
  if (made.length !== 1 || !run) {
    return report(`${made.length} runs for ${missed.length} missed instants`);
  }
  if (run.scheduled_for < (missed.at(-1) ?? 0)) {
    report(`${keyOf(run)} is not for the latest, ${text(missed.at(-1) ?? 0)}`);
  }
  const isReplaced = run.reason === 'missed' && (following?.attempt ?? 0) > 0;
  if (run.attempt === 0 && !isReplaced) report(`${keyOf(run)} is ${run.status}`);
}

/** Instants are left out only where one of the limits says so. */
function checkAll(
  { term, made, skipped }: Aftermath,
  { to }: Outage,
  report: (words: string) => void,
): void {
  const { maxCount, maxAgeSeconds } = term.definition.missed;
  const ofItsOwn = made.filter(({ trigger }) => trigger === 'missed');
  if (ofItsOwn.length > maxCount) report(`${ofItsOwn.length} runs, of ${maxCount} allowed`);

  const oldestAllowed = to - maxAgeSeconds * 1_000;
  const left = skipped.at(-1)?.scheduled_for ?? -Infinity;
  if (left > oldestAllowed + GRACE_MS && ofItsOwn.length < maxCount) {
    report(`${text(left)} was left out, with only ${ofItsOwn.length} runs`);
  }
  const notRun = made.find(({ attempt }) => attempt === 0);
  if (notRun) report(`${keyOf(notRun)} is ${notRun.status} (${notRun.reason})`);

  const most = mostAtOnce(ofItsOwn);
  if (most > AT_ONCE) report(`${most} runs at a time`);
}

/** Oldest first. */
function checkOrder({ jobId, made }: Aftermath, { startMs }: Tolerances, findings: Findings): void {
  let latest = made[0];
  for (const run of made.slice(1)) {
    if (latest && firstStart(run) < firstStart(latest) - startMs) {
      const words = `${keyOf(run)} started before ${keyOf(latest)}, which is older`;
      findings.add('catch-up out of order', jobId, run.scheduled_for, words);
    }
    if (latest && firstStart(run) > firstStart(latest)) latest = run;
  }
}

/** How many of them were active at the same time. */
function mostAtOnce(runs: readonly RunRow[]): number {
  const steps = runs
    .flatMap((run) => [
      { at: firstStart(run), by: 1 },
      { at: run.finished_at ?? Infinity, by: -1 },
    ])
    .sort((one, other) => one.at - other.at || one.by - other.by);
  let [active, most] = [0, 0];
  for (const { by } of steps) {
    active += by;
    most = Math.max(most, active);
  }
  return most;
}
