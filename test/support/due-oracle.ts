/**
 * What the ledger of a job must say, worked out without any code of the scheduler: schedules here
 * are plain arithmetic, and every instant between two edits belongs to what was in force then.
 */
export interface Period {
  /** Exclusive. */
  from: number;
  /** Inclusive. */
  to: number;
  /** Every so many seconds, from `phase` on; null when nothing is due. */
  every: number;
  phase: number;
  paused: boolean;
}

/** A row of the ledger, or a range. */
export interface Entry {
  scheduledFor: string;
  ordinal: number;
  status: string;
  reason: string | null;
  startedAt: Date | null;
  rangeFrom: Date | null;
  rangeTo: Date | null;
  rangeCount: number | null;
}

/** All instants of a period, in milliseconds. */
function instantsOf({ from, to, every, phase }: Period): number[] {
  const step = every * 1_000;
  const instants: number[] = [];
  for (let ms = phase; ms <= to; ms += step) if (ms > from) instants.push(ms);
  return instants;
}

/** Everything in which the ledger differs from what it must say; empty when it is right. */
export function contradictions(periods: Period[], entries: Entry[]): string[] {
  const due = new Map(
    periods.flatMap((period) => instantsOf(period).map((ms) => [ms, period] as const)),
  );
  const scheduled = entries.filter(({ ordinal }) => ordinal === 0);
  const covered = new Map<number, Entry[]>([...due.keys()].map((ms) => [ms, []]));
  const wrong: string[] = [];

  for (const entry of scheduled) {
    const inside = [...due.keys()].filter((ms) => covers(entry, ms));
    for (const ms of inside) covered.get(ms)?.push(entry);
    const expected = entry.rangeCount ?? 1;
    if (inside.length !== expected) {
      wrong.push(`${text(entry)} covers ${inside.length} due instants, not ${expected}`);
    }
    const ends = [entry.rangeFrom ?? entry.scheduledFor, entry.scheduledFor].map((end) =>
      new Date(end).getTime(),
    );
    if (ends.some((ms) => !due.has(ms))) wrong.push(`${text(entry)} ends where nothing is due`);
  }
  for (const [ms, rows] of covered) {
    const period = due.get(ms) as Period;
    const instant = new Date(ms).toISOString();
    if (rows.length !== 1) wrong.push(`${instant} is covered ${rows.length} times`);
    for (const row of rows)
      wrong.push(...misjudged(row, period).map((flaw) => `${instant} ${flaw}`));
  }
  return wrong;
}

function covers({ scheduledFor, rangeFrom }: Entry, ms: number): boolean {
  const to = new Date(scheduledFor).getTime();
  return ms <= to && ms >= (rangeFrom?.getTime() ?? to);
}

/** A pause fires nothing, and nothing starts once another definition is in force. */
function misjudged(row: Entry, { to, paused }: Period): string[] {
  const startedAt = row.startedAt?.getTime();
  return [
    ...(paused && row.reason !== 'paused' ? [`lies in a pause and is ${row.status}`] : []),
    ...(startedAt !== undefined && startedAt > to ? ['was started after an edit'] : []),
    ...(['planned', 'queued', 'running'].includes(row.status) ? [`is still ${row.status}`] : []),
  ];
}

function text({ scheduledFor, rangeFrom, status, reason }: Entry): string {
  const from = rangeFrom === null ? '' : `${rangeFrom.toISOString()} to `;
  return `${from}${scheduledFor} ${status} ${reason ?? ''}`;
}
