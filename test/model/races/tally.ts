import type { Evidence } from './evidence.ts';

/** What has to have happened somewhere, or the races have shown nothing about it. */
const NOTEWORTHY = [
  'running -> succeeded',
  'running -> failed',
  'running -> queued (retry)',
  'running -> queued (lost)',
  'running -> queued (handed-back)',
  'running -> lost',
  'running -> cancelled (requested)',
  'running -> cancelled (replaced)',
  'running -> cancelled (deleted)',
  'queued -> queued (waiting)',
  'queued -> cancelled (paused)',
  'an end that came too late',
];

/** Counts what has happened in races. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add({ history, attempts, answers }: Evidence): void {
    for (const { was, is } of history) {
      if (was && is && was.status !== 'planned') this.count(wayOf(was, is));
    }
    const ends = attempts.filter(({ answered, told }) => answered !== null && told === null);
    for (const { runId, number } of ends) {
      const isAccepted = history.some(({ was, is }) => {
        const isIt = was?.id === runId && was.attempt === number && was.status === 'running';
        return isIt && is?.fence === was.fence && is.status !== 'running';
      });
      if (!isAccepted) this.count('an end that came too late');
    }
    for (const { answer } of answers) this.count(`answered ${answer}`);
  }

  get figures(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort());
  }

  get unseen(): string[] {
    return NOTEWORTHY.filter((what) => !this.counts.has(what));
  }

  private count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

type Row = NonNullable<Evidence['history'][number]['was']>;

function wayOf(was: Row, is: Row): string {
  const noted = is.attempts.length > was.attempts.length ? is.attempts.at(-1)?.outcome : null;
  const why = is.status === 'queued' ? (noted ?? is.reason) : is.reason;
  return `${was.status} -> ${is.status}${why === null ? '' : ` (${why})`}`;
}
