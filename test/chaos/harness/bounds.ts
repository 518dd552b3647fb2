import type { Judgement } from '../checker/judge.ts';
import { spreadOf } from '../checker/lateness.ts';
import type { Probed } from './probe.ts';
import { sized } from './size.ts';

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

/**
 * What the machine's other work may cost: a build shares its two cores with other scenarios, and
 * who knows with whom. Still less than a lease, or than the sleep of a loop that nobody wakes.
 */
const SLACK = sized(3, 1);

export function holds({ value, atMost = Infinity, atLeast = -Infinity }: Bound): boolean {
  return value <= atMost && value >= atLeast;
}

export function inWords({ what, value, atMost, atLeast }: Bound): string {
  const least = atLeast === undefined ? [] : [`at least ${atLeast}`];
  const most = atMost === undefined ? [] : [`at most ${atMost}`];
  return `${what} is ${value}, and should be ${[...least, ...most].join(' and ')}`;
}

/** What can be counted, and must come to just so many. */
export function exactly(what: string, value: number, wanted: number): Bound {
  return { what, value, atLeast: wanted, atMost: wanted };
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
  return [...bound('p50', slack(p50)), ...bound('p99', slack(p99)), ...bound('max', max)];
}

function slack(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms * SLACK;
}

/** From its instant to its verdict, the longest that any scheduled run took. */
export function finalWithin({ finalWithinMs }: Judgement, atMost: number): Bound {
  return { what: 'instant to verdict, ms', value: Math.round(finalWithinMs), atMost };
}

/** All but one in a hundred answers took no longer, in milliseconds. */
export function answersWithin(what: string, answers: readonly Probed[], atMost: number): Bound {
  const { p99 } = spreadOf(answers.map(({ tookMs }) => tookMs));
  return { what: `${what}: answer p99, ms`, value: Math.round(p99), atMost };
}
