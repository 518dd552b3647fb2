import type { Agenda } from '../schedules/agenda.ts';

const MINUTE_MS = 60_000;

/** Starts of one job in each minute of a window. */
export type Histogram = ReadonlyMap<number, number>;

/** A stretch of whole minutes: `minutes` of them, from `from` on. */
export interface Window {
  from: Date;
  minutes: number;
}

/**
 * In which minutes of a window a job starts, and how often; minutes are counted from 0. Looks at
 * each start while there are few, and counts minute by minute where there are many: the cost is
 * bounded by twice the number of minutes, however frequent the schedule.
 */
export function histogramOf(agenda: Agenda, { from, minutes }: Window): Histogram {
  const start = from.getTime();
  const end = start + minutes * MINUTE_MS;
  const total = agenda.count(new Date(start - 1), new Date(end - 1));
  if (total === 0) return new Map();
  return total <= 2 * minutes ? byStart(agenda, start, end) : byMinute(agenda, start, end);
}

function byStart(agenda: Agenda, start: number, end: number): Histogram {
  const histogram = new Map<number, number>();
  let next = agenda.nextToRun(new Date(start - 1));
  while (next && next.getTime() < end) {
    const minute = Math.floor((next.getTime() - start) / MINUTE_MS);
    histogram.set(minute, (histogram.get(minute) ?? 0) + 1);
    next = agenda.nextToRun(next);
  }
  return histogram;
}

/** A calendar excludes whole days: the first start of a minute speaks for the others. */
function byMinute(agenda: Agenda, start: number, end: number): Histogram {
  const histogram = new Map<number, number>();
  for (let at = start, minute = 0; at < end; at += MINUTE_MS, minute += 1) {
    const before = new Date(at - 1);
    const count = agenda.count(before, new Date(at + MINUTE_MS - 1));
    const first = count > 0 ? agenda.next(before) : null;
    if (first && agenda.exclusionOf(first) !== 'calendar') histogram.set(minute, count);
  }
  return histogram;
}

/** What starts in one minute. */
export interface ForecastMinute {
  at: Date;
  total: number;
  /** Starts by job type. */
  byType: Record<string, number>;
  /** Starts of `http` jobs by host of the target. */
  byHost: Record<string, number>;
}

/** Sums up the starts of many jobs, minute by minute. */
export class Forecast {
  total = 0;
  private readonly minutes = new Map<number, ForecastMinute>();

  constructor(private readonly window: Window) {}

  add(histogram: Histogram, type: string, host: string | null): void {
    for (const [index, count] of histogram) {
      const minute = this.minuteAt(index);
      this.total += count;
      minute.total += count;
      minute.byType[type] = (minute.byType[type] ?? 0) + count;
      if (host !== null) minute.byHost[host] = (minute.byHost[host] ?? 0) + count;
    }
  }

  /** The minutes in which anything starts, in order; of hosts only the busiest ones. */
  result(mostHosts: number): ForecastMinute[] {
    return [...this.minutes.values()]
      .sort((one, other) => one.at.getTime() - other.at.getTime())
      .map((minute) => ({ ...minute, byHost: busiest(minute.byHost, mostHosts) }));
  }

  private minuteAt(index: number): ForecastMinute {
    const known = this.minutes.get(index);
    if (known) return known;
    const at = new Date(this.window.from.getTime() + index * MINUTE_MS);
    const minute = { at, total: 0, byType: blank(), byHost: blank() };
    this.minutes.set(index, minute);
    return minute;
  }
}

/** Without a prototype: types and hosts are names that users choose. */
function blank(): Record<string, number> {
  return Object.create(null) as Record<string, number>;
}

function busiest(counts: Record<string, number>, most: number): Record<string, number> {
  const sorted = Object.entries(counts).sort(([, one], [, other]) => other - one);
  return Object.assign(blank(), Object.fromEntries(sorted.slice(0, most)));
}
