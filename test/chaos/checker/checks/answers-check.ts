import { type Attestations, isBulk, isOwn, isWithin } from '../terms/attestations.ts';
import type { CaseFile } from '../case-file.ts';
import { grouped } from '../grouped.ts';
import type { Answer, RevisionRow, Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';

/**
 * The service against itself: revisions without gaps and in order of time, each of them accounted
 * for, and answers that show what is recorded, in the order in which clients came to know it.
 */
export function checkAnswers(
  file: CaseFile,
  attestations: Attestations,
  tolerances: Tolerances,
  findings: Findings,
): void {
  const { jobId, revisions, answers } = file;
  for (const { revision, at } of attestations.unexplained) {
    const words = `nobody has asked for revision ${revision}`;
    findings.add('unexplained revision', jobId, at, words);
  }
  checkSequence(file, findings);
  const rows = new Map(revisions.map((row) => [row.revision, row]));
  for (const answer of answers) checkAnswer(jobId, answer, rows, findings);
  checkDates(file, tolerances, findings);
  checkOrder(jobId, answers, findings);
}

function checkSequence({ jobId, row, revisions }: CaseFile, findings: Findings): void {
  if (!row || revisions.length === 0) {
    return findings.add('contradiction', jobId, null, 'there is no such job, or no record of it');
  }
  for (const [index, { revision, at }] of revisions.entries()) {
    const before = revisions[index - 1];
    if (revision !== index + 1) {
      findings.add('contradiction', jobId, at, `revision ${index + 1} is not there`);
    }
    if (before && at < before.at) {
      const words = `revision ${revision} is dated before the one that it follows`;
      findings.add('misdated', jobId, at, words);
    }
  }
}

function checkAnswer(
  jobId: number,
  { operation, job }: Answer,
  rows: ReadonlyMap<number, RevisionRow>,
  findings: Findings,
): void {
  if (!job || job.id !== jobId) return;
  const row = rows.get(job.revision);
  const agrees =
    row !== undefined &&
    row.definition.schedule === job.schedule &&
    row.definition.isActive === job.isActive &&
    row.at === new Date(job.updatedAt).getTime();
  if (!agrees) {
    const words = `a ${operation} has shown a revision ${job.revision} that is not recorded so`;
    findings.add('contradiction', jobId, row?.at ?? null, words);
  }
}

/** A change happens while it is asked for: its date lies between request and answer. */
function checkDates(
  { jobId, revisions, answers }: CaseFile,
  tolerances: Tolerances,
  findings: Findings,
): void {
  const inBulk = answers.filter(isBulk);
  const byRevision = grouped(answers, ({ revision }) => revision);
  for (const [index, row] of revisions.entries()) {
    const told = byRevision.get(row.revision);
    if (!told || isOwn(row, revisions[index - 1])) continue;
    const { at } = row;
    if (![...told, ...inBulk].some((answer) => isWithin(at, answer, tolerances))) {
      const words = `revision ${row.revision} is not dated between a request for it and the answer`;
      findings.add('misdated', jobId, at, words);
    }
  }
}

/** Who asks after somebody was answered sees at least what that one saw. */
function checkOrder(jobId: number, answers: readonly Answer[], findings: Findings): void {
  const told = answers.filter(({ revision }) => revision !== null);
  const byAnswer = told.toSorted((one, other) => one.answeredAt - other.answeredAt);
  let [known, index] = [0, 0];
  for (const answer of told.toSorted((one, other) => one.sentAt - other.sentAt)) {
    for (; (byAnswer[index]?.answeredAt ?? Infinity) < answer.sentAt; index += 1) {
      known = Math.max(known, byAnswer[index]?.revision ?? 0);
    }
    if ((answer.revision ?? 0) < known) {
      const words = `a ${answer.operation} sent ${text(answer.sentAt)} was answered with revision ${answer.revision}, after ${known} was known`;
      findings.add('stale answer', jobId, null, words);
    }
  }
}
