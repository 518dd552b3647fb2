import { ValidateBy } from 'class-validator';

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads an ISO 8601 instant with its offset; null when it is none, also for the 30th of February,
 * which `Date` would quietly take for the 2nd of March. Fractions are cut to milliseconds.
 */
export function parseInstant(text: string): Date | null {
  if (!FORM.test(text)) return null;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return null;

  const wallClock = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return wallClock.toISOString().startsWith(text.slice(0, 10)) ? instant : null;
}

/** Text that `parseInstant` accepts. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseInstant(value) !== null,
      defaultMessage: () =>
        'must be an ISO 8601 instant with an offset, such as 2027-01-31T09:00:00Z',
    },
  });
}
