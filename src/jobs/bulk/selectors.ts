import { ValidateBy } from 'class-validator';
import { IsJsonValue } from '../../common/validation.ts';

export const MAX_IDS = 1_000;
export const MAX_LABELS = 10;
const MAX_ID = 2_147_483_647;
const LABEL = /^[^=]{1,63}(=.{0,200})?$/;

/** A list of ids of jobs, each of them once. */
export function IsIds(): PropertyDecorator {
  return isList('isIds', (value) => {
    if (!isShort(value, MAX_IDS)) return `must be a list of 1 to ${MAX_IDS} ids`;
    if (!value.every(isId)) return `must hold integers from 1 to ${MAX_ID} only`;
    return new Set(value).size < value.length ? 'must hold each id once' : undefined;
  });
}

/** A list of labels, each `name` or `name=value`. */
export function IsLabelSelector(): PropertyDecorator {
  return isList('isLabelSelector', (value) => {
    if (!isShort(value, MAX_LABELS)) return `must be a list of 1 to ${MAX_LABELS} labels`;
    const isLabel = (label: unknown) => typeof label === 'string' && LABEL.test(label);
    return value.every(isLabel) ? undefined : 'must hold labels such as name or name=value only';
  });
}

/** As a value that is kept as it came: to be turned into instances, a long list takes long. */
function isList(name: string, flawOf: (value: unknown) => string | undefined): PropertyDecorator {
  const rule = ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => flawOf(value) === undefined,
      defaultMessage: (args) => flawOf(args?.value) ?? 'must be a list',
    },
  });
  return (target, property) =>
    [IsJsonValue(), rule].forEach((decorate) => decorate(target, property));
}

function isShort(value: unknown, most: number): value is unknown[] {
  return Array.isArray(value) && value.length >= 1 && value.length <= most;
}

function isId(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_ID;
}
