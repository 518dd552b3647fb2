import type { Judgement } from '../checker/judge.ts';

/** Something measured, and what it has to be. */
export interface Bound {
  what: string;
  value: number;
  atMost?: number;
  atLeast?: number;
}

/** Limits of lateness, in milliseconds. */
export interface LatenessLimits {
  p50?: number;
  p99?: number;
  max?: number;
}

export function holds({ value, atMost = Infinity, atLeast = -Infinity }: Bound): boolean {
  return value <= atMost && value >= atLeast;
}

export function inWords({ what, value, atMost, atLeast }: Bound): string {
  const limit = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return `${what} is ${value}, and should be ${limit}`;
}

/** Of first starts: all of them, or those that faults had no part in, or that came after one. */
export function latenessWithin(
  { lateness }: Judgement,
  { p50, p99, max }: LatenessLimits,
  part: keyof Judgement['lateness'] = 'all',
): Bound[] {
  const found = lateness[part];
  const bound = (figure: 'p50' | 'p99' | 'max', atMost: number | undefined): Bound[] => {
    const what = `lateness ${figure} (${part}), ms`;
    return atMost === undefined ? [] : [{ what, value: Math.round(found[figure]), atMost }];
  };
  return [...bound('p50', p50), ...bound('p99', p99), ...bound('max', max)];
}

/** From its instant to its verdict, the longest that any scheduled run took. */
export function finalWithin({ finalWithinMs }: Judgement, atMost: number): Bound {
  return { what: 'instant to verdict, ms', value: Math.round(finalWithinMs), atMost };
}
