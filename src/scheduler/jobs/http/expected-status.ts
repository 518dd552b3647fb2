import { ValidateBy } from 'class-validator';

/** A status (`204`), a class (`"2xx"`) or a range (`"200-204"`). */
export type StatusPattern = number | string;

const MAX_PATTERNS = 20;
const SHAPE = /^(?:([2-5])xx|([2-5]\d\d)(?:-([2-5]\d\d))?)$/;

/** One pattern, or a list of them. Statuses below 200 announce an answer and are never one. */
export function IsExpectedStatus(): PropertyDecorator {
  return ValidateBy({
    name: 'isExpectedStatus',
    validator: {
      validate: isExpectedStatus,
      defaultMessage: () =>
        'must be a status from 200 to 599, a class such as "2xx", a range such as "200-204", ' +
        `or a list of 1 to ${MAX_PATTERNS} of these`,
    },
  });
}

export function matchesStatus(status: number, expected: StatusPattern | StatusPattern[]): boolean {
  return [expected].flat().some((pattern) => {
    const [from, to] = boundsOf(pattern);
    return from <= status && status <= to;
  });
}

function isExpectedStatus(value: unknown): boolean {
  if (!Array.isArray(value)) return isPattern(value);
  return value.length >= 1 && value.length <= MAX_PATTERNS && value.every(isPattern);
}

function isPattern(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const [from, to] = boundsOf(value);
  return from <= to;
}

/** The first and the last status that match; for what is no pattern, a range that holds nothing. */
function boundsOf(pattern: StatusPattern): [from: number, to: number] {
  const [, digit, from, to = from] = SHAPE.exec(String(pattern)) ?? [];
  if (digit !== undefined) return [Number(digit) * 100, Number(digit) * 100 + 99];
  return from === undefined ? [1, 0] : [Number(from), Number(to)];
}
