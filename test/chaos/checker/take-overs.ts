import type { Evidence, Fault, PastAttempt } from './evidence.ts';

/** Attempts that were ended by somebody else. */
export interface TakeOvers {
  /** After their lease. */
  lost: number;
  /** By a worker that stopped. */
  handedBack: number;
}

/** Faults that name a process, and those among them that took a run away from it. */
export interface Bites {
  faults: number;
  bit: number;
}

export function takeOversIn({ runs, faults }: Evidence): { takenOver: TakeOvers; bites: Bites } {
  const named = faults.filter(({ pid }) => pid !== undefined);
  const bitten = new Set<Fault>();
  const takenOver = { lost: 0, handedBack: 0 };
  for (const { attempts } of runs) {
    for (const attempt of attempts ?? []) {
      if (attempt.outcome === 'lost') takenOver.lost += 1;
      else if (attempt.outcome === 'handed-back') takenOver.handedBack += 1;
      else continue;
      for (const fault of named) if (isCause(fault, attempt)) bitten.add(fault);
    }
  }
  return { takenOver, bites: { faults: named.length, bit: bitten.size } };
}

/** Whether an attempt of the process that was hit has ended afterwards. */
function isCause({ pid, from }: Fault, { worker, finishedAt }: PastAttempt): boolean {
  return (worker?.includes(`-${pid}-`) ?? false) && Date.parse(finishedAt) >= from;
}
