import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { readableSchedule } from '../jobs/job-schedule.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import {
  Forecast,
  type ForecastMinute,
  type Histogram,
  histogramOf,
  type Window,
} from './forecast.ts';
import { type ForecastJob, ForecastRepository } from './forecast.repository.ts';

const BATCH = 1_000;
/** Minutes looked at before the event loop gets its turn: some milliseconds of work. */
const WORK_PER_TURN = 10_000;
/** Minutes looked at in all: some seconds of work, spread over many turns. */
const MOST_WORK = 5_000_000;
const MOST_HOSTS = 20;
const MINUTE_MS = 60_000;

/** How many starts there will be, minute by minute. */
export interface ForecastResult {
  from: Date;
  to: Date;
  total: number;
  /** Whether there was too much to look at: then later jobs are left out. */
  truncated: boolean;
  minutes: ForecastMinute[];
}

/** Tells how much is going to start when, as far as nobody changes anything. */
@Injectable()
export class ForecastService {
  constructor(
    private readonly repository: ForecastRepository,
    private readonly clock: Clock,
  ) {}

  /** @param from the current minute, when left out; cut to whole minutes. */
  async forecast(minutes: number, from: Date = this.clock.now()): Promise<ForecastResult> {
    const start = new Date(Math.floor(from.getTime() / MINUTE_MS) * MINUTE_MS);
    const window = { from: start, minutes };
    const to = new Date(start.getTime() + minutes * MINUTE_MS);
    const forecast = new Forecast(window);
    const histograms = new Histograms(window);
    let truncated = false;
    let afterId = 0;
    while (!truncated) {
      const jobs = await this.repository.jobsUntil(NAMESPACE, to, { afterId, limit: BATCH });
      for (const job of jobs) {
        if (histograms.work > MOST_WORK) truncated = true;
        else forecast.add(await histograms.of(job), job.type, hostOf(job.url));
      }
      if (jobs.length < BATCH) break;
      afterId = jobs.at(-1)?.id ?? afterId;
    }
    return {
      from: start,
      to,
      total: forecast.total,
      truncated,
      minutes: forecast.result(MOST_HOSTS),
    };
  }
}

/** The starts of jobs; those that have the same schedule have the same starts. */
class Histograms {
  /** Minutes looked at so far, and since the event loop had its turn. */
  work = 0;
  private sinceTurn = 0;
  private readonly known = new Map<string, Histogram>();

  constructor(private readonly window: Window) {}

  async of(job: ForecastJob): Promise<Histogram> {
    const key = scheduleKey(job);
    const known = this.known.get(key) ?? (await this.compute(job));
    this.known.set(key, known);
    return job.maxRuns === null ? known : firstStarts(known, job.maxRuns - job.runCount);
  }

  private async compute(job: ForecastJob): Promise<Histogram> {
    if (this.sinceTurn > WORK_PER_TURN) {
      this.sinceTurn = 0;
      await setImmediate();
    }
    const agenda = readableSchedule(job);
    const histogram: Histogram = agenda ? histogramOf(agenda, this.window) : new Map();
    this.work += histogram.size + 1;
    this.sinceTurn += histogram.size + 1;
    return histogram;
  }
}

/** All that the starts of a job depend on. */
function scheduleKey(job: ForecastJob): string {
  const { schedule, timezone, dst, startAt, endAt, spreadSeconds, exceptions, calendarRules } = job;
  const isOwn = spreadSeconds > 0 || exceptions.length > 0 || !/^[\s\d*/,?-]+$/.test(schedule);
  return isOwn
    ? `${job.id}`
    : JSON.stringify([schedule, timezone, dst, startAt, endAt, calendarRules]);
}

function firstStarts(histogram: Histogram, most: number): Histogram {
  const first = new Map<number, number>();
  let left = most;
  for (const [minute, count] of histogram) {
    if (left <= 0) break;
    first.set(minute, Math.min(left, count));
    left -= count;
  }
  return first;
}

function hostOf(url: string | null): string | null {
  return url === null || !URL.canParse(url) ? null : new URL(url).host;
}
