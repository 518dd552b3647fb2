import { ValidateBy } from 'class-validator';

const MAX_LABELS = 64;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^[A-Za-z0-9._/:@ -]{0,200}$/;

/** A map of short texts by which jobs are grouped and found. */
export function IsLabels(): PropertyDecorator {
  return ValidateBy({
    name: 'isLabels',
    validator: {
      validate: (value: unknown) => flaw(value) === undefined,
      defaultMessage: (args) => flaw(args?.value) ?? 'must be an object of texts',
    },
  });
}

function flaw(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'must be an object of texts';
  }
  const labels = Object.entries(value);
  if (labels.length > MAX_LABELS) return `takes at most ${MAX_LABELS} labels`;
  if (labels.some(([name]) => !NAME.test(name))) {
    return 'names must be 1 to 63 letters, digits, dots, dashes, slashes or underscores, with a letter or digit at both ends';
  }
  if (labels.some(([, text]) => typeof text !== 'string' || !VALUE.test(text))) {
    return 'values must be text of at most 200 letters, digits, spaces or . _ / : @ -';
  }
  return undefined;
}
