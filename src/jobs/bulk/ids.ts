import { ValidateBy } from 'class-validator';

export const MAX_IDS = 1_000;
const MAX_ID = 2_147_483_647;

/** A list of ids of jobs, each of them once. */
export function IsIds(): PropertyDecorator {
  return ValidateBy({
    name: 'isIds',
    validator: {
      validate: (value: unknown) => flaw(value) === undefined,
      defaultMessage: (args) => flaw(args?.value) ?? 'must be a list of ids',
    },
  });
}

/** Looks at the length before all else: a list that is too long costs no more than that. */
function flaw(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_IDS) {
    return `must be a list of 1 to ${MAX_IDS} ids`;
  }
  const isId = (id: unknown) => Number.isInteger(id) && Number(id) >= 1 && Number(id) <= MAX_ID;
  if (!value.every(isId)) return `must hold integers from 1 to ${MAX_ID} only`;
  return new Set(value).size < value.length ? 'must name every id once' : undefined;
}
