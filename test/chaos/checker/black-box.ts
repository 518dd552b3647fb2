import { jobIdIn } from './case-file.ts';
import type { Delivery } from './evidence.ts';
import { type Breach, text } from './findings.ts';
import { grouped } from './grouped.ts';

/** Something that has to happen, and when: from the first to the second, both included. */
export interface Window {
  from: number;
  to: number;
}

/** What is known without a ledger. Times are milliseconds since 1970. */
export interface BlackBoxCase {
  /** When which job was due. */
  targets: readonly { jobId: number; at: number }[];
  /** Of several with one key the first one counts. */
  deliveries: readonly Delivery[];
  /** How late a run may arrive, in milliseconds. */
  epsilonMs: number;
  /** Whoever was due so early that it had time until then must have arrived. */
  until: number;
}

/** What is left over. */
export interface BlackBoxJudgement {
  /** Targets that no arrival can be meant for. */
  lost: number;
  /** Arrivals that no target can have caused. */
  extra: number;
  breaches: Breach[];
}

/**
 * Judges by targets and arrivals alone, as Jepsen has judged Chronos: every target must have an
 * arrival of its own within its window, and every arrival a target.
 */
export function judgeBlackBox(given: BlackBoxCase): BlackBoxJudgement {
  const { epsilonMs, until } = given;
  const targets = grouped(given.targets, ({ jobId }) => jobId);
  const arrivals = grouped(firstOfEach(given.deliveries), ({ key }) => jobIdIn(key));
  const breaches: Breach[] = [];
  const judgement = { lost: 0, extra: 0, breaches };
  for (const jobId of new Set([...targets.keys(), ...arrivals.keys()])) {
    const windows = (targets.get(jobId) ?? []).map(({ at }) => ({ from: at, to: at + epsilonMs }));
    const times = (arrivals.get(jobId) ?? []).map(({ arrivedAt }) => arrivedAt);
    const { unmet, extra } = match(windows, times);
    for (const { from, to } of unmet.filter((window) => window.to <= until)) {
      judgement.lost += 1;
      const words = `nothing has arrived until ${text(to)}`;
      breaches.push({ kind: 'missing', jobId, instant: text(from), words });
    }
    for (const at of extra) {
      judgement.extra += 1;
      const words = 'something has arrived that nothing was due for';
      breaches.push({ kind: 'phantom', jobId, instant: text(at), words });
    }
  }
  return judgement;
}

/**
 * Gives as many windows as possible a point of their own. Points are taken in order, each by the
 * open window that closes first (Glover 1967: exact for intervals and points); what has to wait is
 * kept in order, so that windows which do not overlap cost one step each.
 */
export function match(
  windows: readonly Window[],
  points: readonly number[],
): { unmet: Window[]; extra: number[] } {
  const coming = [...windows].sort((one, other) => one.from - other.from);
  const [open, unmet, extra]: [Window[], Window[], number[]] = [[], [], []];
  let next = 0;
  for (const point of [...points].sort((one, other) => one - other)) {
    for (; (coming[next]?.from ?? Infinity) <= point; next += 1) add(open, coming[next] as Window);
    while ((open[0]?.to ?? Infinity) < point) unmet.push(open.shift() as Window);
    if (!open.shift()) extra.push(point);
  }
  return { unmet: [...unmet, ...open, ...coming.slice(next)], extra };
}

/** Puts a window behind all that close earlier. */
function add(open: Window[], window: Window): void {
  const before = open.findLastIndex(({ to }) => to <= window.to);
  open.splice(before + 1, 0, window);
}

function firstOfEach(deliveries: readonly Delivery[]): Delivery[] {
  const first = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    const known = first.get(delivery.key);
    if (!known || delivery.arrivedAt < known.arrivedAt) first.set(delivery.key, delivery);
  }
  return [...first.values()];
}
