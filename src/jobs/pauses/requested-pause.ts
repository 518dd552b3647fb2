import type { Violation } from '../../common/errors.ts';
import { parseInstant } from '../../common/instant.ts';
import { refuse } from '../../common/validation.ts';
import type { Pause } from '../job-change.ts';
import type { PauseDto } from './pause.dto.ts';

const MAX_YEARS = 10;

/** Reads what is to go with a pause; refuses an end that has come already, or is too far away. */
export function requestedPause({ reason, until }: PauseDto, now: Date): Pause {
  const end = typeof until === 'string' ? parseInstant(until) : null;
  refuse(end ? flawsOf(end, now) : []);
  return { reason: reason ?? null, until: end };
}

function flawsOf(end: Date, now: Date): Violation[] {
  const farthest = new Date(now);
  farthest.setUTCFullYear(farthest.getUTCFullYear() + MAX_YEARS);
  if (end <= now) return [{ path: 'until', message: 'must lie in the future' }];
  if (end <= farthest) return [];
  return [{ path: 'until', message: `must lie at most ${MAX_YEARS} years ahead` }];
}
