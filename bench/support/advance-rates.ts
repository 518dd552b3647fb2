import { usedMs } from './cpu.ts';
import type { Advance } from './cron-libraries.ts';
import { say, size } from './report.ts';

const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2036-01-01T00:00:00Z');
/** Looking at the time more often would be part of the figure. */
const BATCH = 200;

/** Next instants in a second of CPU time. */
export type Rates = Record<'sequentialPerSecond' | 'randomPerSecond', number>;

/** Null for a library that cannot tell: cron-parser gives up where a clock moves half an hour. */
export function ratesOf(advance: Advance): Rates | null {
  try {
    return {
      sequentialPerSecond: rateOf(sequentially(advance)),
      randomPerSecond: rateOf(randomly(advance)),
    };
  } catch (error) {
    say(`no answer: ${String(error)}`);
    return null;
  }
}

function sequentially(advance: Advance): () => void {
  let at = FROM;
  return () => {
    const next = advance(at);
    at = next && next < TO ? next : FROM;
  };
}

function randomly(advance: Advance): () => void {
  const span = TO.getTime() - FROM.getTime();
  let state = 1;
  const instants = Array.from({ length: 5_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return new Date(FROM.getTime() + Math.floor((state / 2 ** 32) * span));
  });
  let index = 0;
  return () => {
    index = (index + 1) % instants.length;
    if (!advance(instants[index] as Date)) throw new Error('No instant was found');
  };
}

/** How often a second of CPU time has room for a step. */
function rateOf(step: () => void): number {
  const ms = size('milliseconds', 100);
  const start = usedMs();
  let steps = 0;
  let used = 0;
  while (used < ms) {
    for (let index = 0; index < BATCH; index += 1) step();
    steps += BATCH;
    used = usedMs() - start;
  }
  return (steps * 1_000) / used;
}
