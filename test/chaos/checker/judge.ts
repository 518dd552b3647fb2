import { Attestations } from './terms/attestations.ts';
import { type BreachKind, type Counts, countsOf } from './breach-kinds.ts';
import { type CaseFile, caseFiles } from './case-file.ts';
import { checkAnswers } from './checks/answers-check.ts';
import { checkDeliveries } from './checks/deliveries-check.ts';
import { checkLeases, workersBySession } from './checks/lease-check.ts';
import { checkLedger } from './checks/ledger-check.ts';
import { checkLife } from './checks/life-check.ts';
import { checkMissed, type Outage } from './checks/missed-check.ts';
import { checkOverlap } from './checks/overlap-check.ts';
import { checkPayloads, latestOldMs } from './checks/payloads-check.ts';
import { checkStarts } from './checks/starts-check.ts';
import { checkTriggers } from './checks/triggers-check.ts';
import { dueInstants } from './terms/due.ts';
import type { Evidence, Tolerances } from './evidence.ts';
import { type Breach, Findings, inWords } from './findings.ts';
import { type Lateness, LatenessFigures } from './lateness.ts';
import { type Bites, type TakeOvers, takeOversIn } from './take-overs.ts';
import { termsOf } from './terms/terms.ts';

export interface JudgeOptions {
  tolerances?: Partial<Tolerances>;
  /** Kinds of breaches that mean nothing in this scenario. */
  without?: readonly BreachKind[];
  /** How many repeats there may be; as many as the ledger accounts for, when left out. */
  maxRepeats?: number;
  /** The missed policy of every job is judged for each. */
  outages?: readonly Outage[];
}

export interface Judgement {
  /** Whether there is no breach at all, of those that are counted or of another kind. */
  isClean: boolean;
  counts: Counts;
  /** How many breaches there are of each kind, those included that none of the counts covers. */
  kinds: Partial<Record<BreachKind, number>>;
  /** The first of each kind. */
  breaches: Breach[];
  /** The same, one line each. */
  words: string[];
  /** Arrivals beyond the first one of each run. */
  repeats: number;
  lateness: Lateness;
  /** The longest time from the instant of a scheduled run to its verdict, in milliseconds. */
  finalWithinMs: number;
  takenOver: TakeOvers;
  bites: Bites;
  totals: Totals;
}

/** What was judged. */
interface Totals {
  jobs: number;
  revisions: number;
  /** Due instants, pauses included. */
  instants: number;
  rows: number;
  changes: number;
  answers: number;
  deliveries: number;
  /** How long after another payload was known the last of an old one arrived. */
  latestOldMs: number;
}

const TOLERANCES: Tolerances = { clockMs: 2, lagMs: 50, startMs: 250, deliveryMs: 1_000 };

/**
 * Holds what a ledger says against what clients have asked for, what targets have received, and
 * what the database has seen. It shares no code with the service, and needs memory for one job at a
 * time beside the evidence.
 */
export function judge(evidence: Evidence, options: JudgeOptions = {}): Judgement {
  const trial = new Trial(evidence, options);
  for (const file of caseFiles(evidence)) trial.hear(file);
  return trial.judgement();
}

/** The judging of one evidence, job by job. */
class Trial {
  private readonly tolerances: Tolerances;
  private readonly findings: Findings;
  private readonly figures: LatenessFigures;
  private readonly workerOf: ReadonlyMap<number, string>;
  private readonly totals: Totals;

  constructor(
    private readonly evidence: Evidence,
    private readonly options: JudgeOptions,
  ) {
    this.tolerances = { ...TOLERANCES, ...options.tolerances };
    this.findings = new Findings(options.without);
    this.figures = new LatenessFigures(evidence.faults);
    this.workerOf = workersBySession(evidence.changes);
    this.totals = {
      ...{ jobs: 0, revisions: 0, instants: 0, rows: 0, deliveries: 0, latestOldMs: 0 },
      ...{ changes: evidence.changes.length, answers: evidence.answers.length },
    };
    for (const { operation, status, jobIds, sentAt } of evidence.answers) {
      const words = `a ${operation} was answered with ${status}`;
      if (status >= 500) this.findings.add('server error', jobIds[0] ?? 0, sentAt, words);
    }
  }

  hear(file: CaseFile): void {
    const { tolerances, findings, workerOf } = this;
    const { settledUntil } = this.evidence;
    const { outages = [] } = this.options;
    const attestations = Attestations.of(file, tolerances);
    const terms = termsOf(file, attestations);
    const due = dueInstants(terms, lastInstant(file, settledUntil));
    const known = { ...file, terms, due, settledUntil };

    checkAnswers(file, attestations, tolerances, findings);
    checkLedger(known, findings);
    checkStarts(known, tolerances, findings);
    checkOverlap(file, tolerances, findings);
    checkLeases({ ...file, workerOf }, tolerances, findings);
    checkDeliveries(known, findings);
    checkPayloads(known, tolerances, findings);
    checkTriggers(known, findings);
    for (const outage of outages) checkMissed(known, outage, tolerances, findings);
    if (file.row) checkLife({ ...known, row: file.row }, findings);

    for (const run of file.runs) this.figures.add(run);
    this.totals.jobs += 1;
    this.totals.revisions += file.revisions.length;
    this.totals.instants += due.filter(({ at }) => at <= settledUntil).length;
    this.totals.rows += file.runs.length;
    this.totals.deliveries += file.deliveries.length;
    this.totals.latestOldMs = Math.max(this.totals.latestOldMs, latestOldMs(known));
  }

  judgement(): Judgement {
    const repeats = this.repeats();
    const { breaches, kinds } = this.findings.report;
    const { lateness, finalWithinMs } = this.figures;
    return {
      ...{ isClean: breaches.length === 0, counts: countsOf(kinds), kinds },
      ...{ breaches, words: breaches.map(inWords) },
      ...{ repeats, lateness, finalWithinMs, totals: this.totals },
      ...takeOversIn(this.evidence),
    };
  }

  private repeats(): number {
    const { deliveries } = this.evidence;
    const { maxRepeats = Infinity } = this.options;
    const repeats = deliveries.length - new Set(deliveries.map(({ key }) => key)).size;
    if (repeats > maxRepeats) {
      const words = `${repeats} arrivals repeat one before, ${maxRepeats} may`;
      this.findings.add('too many repeats', 0, null, words);
    }
    return repeats;
  }
}

/** Up to where instants matter: those that must have a row, and those that have one. */
function lastInstant({ runs }: CaseFile, settledUntil: number): number {
  return runs.reduce((last, run) => Math.max(last, run.scheduled_for), settledUntil);
}
