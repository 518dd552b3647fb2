import { INSTANT_FORM, parseInstant } from '../../common/instant.ts';
import { type Flaw, IsListOf } from '../../common/list-of.ts';
import { isRecord } from '../../common/validation.ts';
import { MAX_LENGTH_MS, MAX_LIST, MAX_OUTAGES, OUTCOMES } from '../limits.ts';

/** A list of outages, each with the instants of its begin and its end. */
export function IsOutages(): PropertyDecorator {
  return IsListOf(outageFlaw, { what: 'outages', max: MAX_OUTAGES });
}

/** A list of durations of attempts, in milliseconds. */
export function IsLengths(): PropertyDecorator {
  const flaw: Flaw = (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_LENGTH_MS
      ? undefined
      : `must be a whole number of milliseconds from 1 to ${MAX_LENGTH_MS}`;
  return IsListOf(flaw, { what: 'durations', min: 1, max: MAX_LIST });
}

/** A list of ways in which attempts end. */
export function IsAttemptKinds(): PropertyDecorator {
  const known: readonly unknown[] = OUTCOMES;
  const flaw: Flaw = (value) =>
    known.includes(value) ? undefined : `must be one of ${OUTCOMES.join(', ')}`;
  return IsListOf(flaw, { what: 'outcomes', min: 1, max: MAX_LIST });
}

function outageFlaw(value: unknown): string | undefined {
  if (!isRecord(value) || Object.keys(value).some((name) => name !== 'from' && name !== 'to')) {
    return 'must be an object with from and to';
  }
  const [from, to] = [instantOf(value['from']), instantOf(value['to'])];
  if (!from || !to) return `must have from and to: ${INSTANT_FORM}`;
  return to > from ? undefined : 'must end after it begins';
}

function instantOf(value: unknown): Date | null {
  return typeof value === 'string' ? parseInstant(value) : null;
}
