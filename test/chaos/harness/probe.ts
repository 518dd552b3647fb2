import { setTimeout as sleep } from 'node:timers/promises';

/** One question to a process, and what came of it. Times are by the monotonic clock. */
export interface Probed {
  askedAt: number;
  tookMs: number;
  /** 0 when there was no answer. */
  status: number;
}

const LIMIT_MS = 10_000;

/** Asks the same again and again, whether the answer before has come or not. */
export class Probe {
  readonly answers: Probed[] = [];
  private readonly asking = new Set<Promise<void>>();
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly question: () => string | Request,
    private readonly everyMs: number,
  ) {
    this.running = this.repeat();
  }

  /** Answers to what was asked in this time. */
  between(from: number, to: number): Probed[] {
    return this.answers.filter(({ askedAt }) => askedAt >= from && askedAt < to);
  }

  /** How long after `since` the first answer of that kind was asked for; Infinity for never. */
  firstAfter(since: number, isIt: (probed: Probed) => boolean): number {
    const found = this.answers
      .filter((probed) => probed.askedAt >= since && isIt(probed))
      .map(({ askedAt, tookMs }) => askedAt + tookMs - since);
    return Math.min(...found, Infinity);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    await Promise.all(this.asking);
  }

  private async repeat(): Promise<void> {
    while (!this.stopped) {
      const asked = this.ask();
      this.asking.add(asked);
      void asked.finally(() => this.asking.delete(asked));
      await sleep(this.everyMs);
    }
  }

  private async ask(): Promise<void> {
    const askedAt = performance.now();
    const status = await fetch(this.question(), { signal: AbortSignal.timeout(LIMIT_MS) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    this.answers.push({ askedAt, tookMs: performance.now() - askedAt, status });
  }
}
