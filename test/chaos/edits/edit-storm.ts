import { setTimeout as sleep } from 'node:timers/promises';
import type { Audit } from './audit.ts';
import { create, operate } from './operations.ts';
import { Random } from './random.ts';
import { Subject } from './subject.ts';

export interface StormOptions {
  audit: Audit;
  targetUrl: string;
  seed: number;
  operations: number;
  /** How many jobs it rages among. */
  subjects?: number;
}

const CLIENTS = 8;
const SUBJECTS = 40;
/** Between two operations of one client: all together come to some fifty a second. */
const LONGEST_PAUSE_MS = 180;
/** Some jobs see so much of it that operations meet there. */
const HOT_SUBJECTS = 4;
const HOT = 0.25;
/** How many operations come about when jobs are due, and how near that is. */
const AT_A_SECOND = 0.12;
const NEAR_MS = 20;

/** Clients that operate on the same jobs, at random and at the same time. */
export class EditStorm {
  private readonly subjects: readonly Subject[];
  private begun = 0;

  constructor(private readonly options: StormOptions) {
    const { subjects: length = SUBJECTS } = options;
    this.subjects = Array.from({ length }, (_, number) => new Subject(number));
  }

  /** Resolves when the last operation was answered. */
  async rage(): Promise<void> {
    const { seed } = this.options;
    const random = new Random(seed);
    for (const subject of this.subjects) await create(this.scene(random, subject));
    const clients = Array.from({ length: CLIENTS }, (_, index) => new Random(seed + 1 + index));
    await Promise.all(clients.map((client) => this.work(client)));
  }

  private async work(random: Random): Promise<void> {
    for (;;) {
      await sleep(pauseMs(random));
      if (this.begun >= this.options.operations) return;
      await operate(this.scene(random, this.anySubject(random)));
    }
  }

  private scene(random: Random, subject: Subject) {
    const { audit, targetUrl } = this.options;
    this.begun += 1;
    return { audit, targetUrl, random, subject, subjects: this.subjects, marker: `m${this.begun}` };
  }

  private anySubject(random: Random): Subject {
    return random.pick(random.chance(HOT) ? this.subjects.slice(0, HOT_SUBJECTS) : this.subjects);
  }
}

/** Until the next operation: some time, or until just about a full second, when much is due. */
function pauseMs(random: Random): number {
  if (!random.chance(AT_A_SECOND)) return random.integer(0, LONGEST_PAUSE_MS);
  const untilSecond = 1_000 - (Date.now() % 1_000);
  return Math.max(0, untilSecond + random.integer(-NEAR_MS, NEAR_MS));
}
