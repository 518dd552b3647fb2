import type { Evidence } from '../checker/evidence.ts';
import type { DatabaseTime } from './database-time.ts';
import { readRows } from './read-rows.ts';

/** What the ledger does not know; left out is what there was nothing of. */
export interface Known
  extends
    Partial<Pick<Evidence, 'answers' | 'deliveries' | 'faults' | 'dueOverride'>>,
    Pick<Evidence, 'settledUntil'> {
  /** The clock by which all of that was noted, where it has been tied again since. */
  time?: DatabaseTime;
}

/**
 * All that is known at one moment: the rows as a single snapshot shows them, what the database has
 * noted of their changes, and what this process knows beside.
 * @param database the database itself, with nothing in between.
 */
export async function readEvidence({ url }: { url: string }, known: Known): Promise<Evidence> {
  const { answers = [], deliveries = [], faults = [], settledUntil, dueOverride, time } = known;
  const at = (toldMs: number) => time?.corrected(toldMs) ?? toldMs;
  // Comes first: what arrives while the rows are being read may belong to some that came later.
  const noted = {
    answers: answers.map((answer) => ({
      ...answer,
      sentAt: at(answer.sentAt),
      answeredAt: at(answer.answeredAt),
    })),
    deliveries: deliveries.map((delivery) => ({
      ...delivery,
      arrivedAt: at(delivery.arrivedAt),
    })),
    faults: faults.map((fault) => ({ ...fault, from: at(fault.from), to: at(fault.to) })),
  };
  return { ...noted, settledUntil, dueOverride, ...(await readRows(url)) };
}
