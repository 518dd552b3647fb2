import type { BreachKind, CountName } from './breach-kinds.ts';
import { jobIdIn } from './case-file.ts';
import {
  type Delivery,
  type Evidence,
  keyOf,
  type ObservedChange,
  type RunRow,
} from './evidence.ts';
import { judge, type Judgement, type JudgeOptions } from './judge.ts';

/** Evidence with something wrong in it. */
export interface Tampering {
  name: string;
  /** What must count it. */
  caughtBy: CountName | BreachKind;
  evidence: Evidence;
}

/** How a negative control has ended. */
export interface Control extends Omit<Tampering, 'evidence'> {
  isCaught: boolean;
}

/** Tampers and judges in all ways; a scenario in which one is not caught proves nothing. */
export function negativeControls(evidence: Evidence, options: JudgeOptions = {}): Control[] {
  const sample = sampleOf(evidence);
  const before = judge(sample, options);
  return tamperings(sample).map(({ name, caughtBy, evidence: tampered }) => {
    const after = judge(tampered, options);
    return { name, caughtBy, isCaught: countIn(after, caughtBy) > countIn(before, caughtBy) };
  });
}

/**
 * Everything that can be done to this evidence; what there is nothing for is left out, as a dropped
 * arrival where nothing arrives. What is given stays as it is.
 */
export function tamperings(evidence: Evidence): Tampering[] {
  const { row, other, delivery } = thingsIn(evidence);
  if (!row) return [];
  const replace = (name: string, caughtBy: CountName, ...rows: RunRow[]) =>
    replaced(name, caughtBy, evidence, [row, rows]);
  return [
    replace('delete one row', 'lost'),
    replace('add one row', 'phantom', row, moved(row, 1)),
    replace('move one row by a second', 'lost', moved(row, 1_000)),
    replace('double one row', 'doubled', row, row),
    replace('start one early', 'early', { ...row, started_at: row.scheduled_for - 1_000 }),
    replace('leave one open', 'open', { ...row, status: 'running' }),
    ...(other ? [swapped(evidence, row, other)] : []),
    ...lateEnd(evidence, row),
    ...(delivery ? [dropped(evidence, delivery)] : []),
  ];
}

/** What there is to tamper with. */
interface Things {
  row: RunRow | undefined;
  /** Of another job, for another instant. */
  other: RunRow | undefined;
  /** The only one of a run. */
  delivery: Delivery | undefined;
}

function thingsIn(evidence: Evidence): Things {
  const rows = evidence.runs.filter((run) => isOrdinary(run, evidence));
  const row = rows[rows.length >> 1];
  const other = rows.find(
    ({ job_id, scheduled_for }) => job_id !== row?.job_id && scheduled_for !== row?.scheduled_for,
  );
  const http = new Set(
    evidence.revisions
      .filter(({ definition }) => definition.type === 'http')
      .map(({ job_id }) => job_id),
  );
  const delivered = rows.find(({ job_id }) => http.has(job_id));
  const key = delivered && keyOf(delivered);
  return { row, other, delivery: evidence.deliveries.find((each) => each.key === key) };
}

/** An occurrence that was run in the ordinary way, and is settled. */
function isOrdinary(run: RunRow, { settledUntil }: Evidence): boolean {
  const { ordinal, trigger, status, attempt, scheduled_for } = run;
  const isSettled = scheduled_for + 1_000 <= settledUntil;
  return (
    ordinal === 0 && trigger === 'schedule' && status === 'succeeded' && attempt === 1 && isSettled
  );
}

/** The evidence of the jobs that are tampered with: a judgement is the same as among others. */
function sampleOf(evidence: Evidence): Evidence {
  const { row, other, delivery } = thingsIn(evidence);
  const named = delivery && jobIdIn(delivery.key);
  const ids = new Set([row?.job_id, other?.job_id, named]);
  const isOf = ({ job_id }: { job_id: number }) => ids.has(job_id);
  const { answers, deliveries, jobs, revisions, runs, changes } = evidence;
  return {
    ...evidence,
    answers: answers.filter(({ jobIds }) => jobIds.some((id) => ids.has(id))),
    deliveries: deliveries.filter(({ key }) => ids.has(jobIdIn(key))),
    jobs: jobs.filter(({ id }) => ids.has(id)),
    revisions: revisions.filter(isOf),
    runs: runs.filter(isOf),
    changes: changes.filter(isOf),
  };
}

/** Has rows replaced by others. */
function replaced(
  name: string,
  caughtBy: CountName,
  evidence: Evidence,
  ...replacements: [RunRow, RunRow[]][]
): Tampering {
  const by = new Map(replacements);
  const runs = evidence.runs.flatMap((run) => by.get(run) ?? [run]);
  return { name, caughtBy, evidence: { ...evidence, runs } };
}

function moved(row: RunRow, byMs: number): RunRow {
  return { ...row, scheduled_for: row.scheduled_for + byMs };
}

function swapped(evidence: Evidence, one: RunRow, other: RunRow): Tampering {
  return replaced(
    'swap two job ids',
    'lost',
    evidence,
    [one, [{ ...one, job_id: other.job_id }]],
    [other, [{ ...other, job_id: one.job_id }]],
  );
}

/** Only where the database was watched. */
function lateEnd(evidence: Evidence, row: RunRow): Tampering[] {
  const isEnd = (change: ObservedChange) =>
    change.from === 'running' && change.to === row.status && keyOf(change) === keyOf(row);
  if (!evidence.changes.some(isEnd)) return [];
  const changes = evidence.changes.map((change) =>
    isEnd(change) ? { ...change, lease_end: row.scheduled_for - 1_000 } : change,
  );
  return [
    { name: 'end one after its lease', caughtBy: 'stale', evidence: { ...evidence, changes } },
  ];
}

function dropped(evidence: Evidence, delivery: Delivery): Tampering {
  const deliveries = evidence.deliveries.filter((each) => each !== delivery);
  return {
    name: 'drop one arrival',
    caughtBy: 'not delivered',
    evidence: { ...evidence, deliveries },
  };
}

function countIn({ counts, kinds }: Judgement, name: CountName | BreachKind): number {
  return name in counts ? counts[name as CountName] : (kinds[name as BreachKind] ?? 0);
}
