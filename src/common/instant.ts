import { ValidateBy } from 'class-validator';

const FORM =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:[0-5]\d)?(\.\d{1,3})?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const EARLIEST_MS = 0;
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What an instant has to look like, for people. */
export const INSTANT_FORM =
  'an instant that exists, from 1970 to 9999, to the millisecond and with Z or an offset, such as 2027-01-31T09:00:00Z';

/**
 * Reads an ISO 8601 instant; null when it is none. `Date` alone would quietly take the 30th of
 * February for the 2nd of March, and 24:00 for the next day.
 */
export function parseInstant(text: string): Date | null {
  const [, minute = '', second = ':00', fraction = '', offset = ''] = FORM.exec(text) ?? [];
  if (minute === '') return null;

  const wallClock = new Date(`${minute}${second}Z`);
  const instant = new Date(`${minute}${second}${fraction}${offset}`.toUpperCase());
  const ms = instant.getTime();
  const exists = !Number.isNaN(ms) && wallClock.toISOString().startsWith(minute.toUpperCase());
  return exists && ms >= EARLIEST_MS && ms <= LATEST_MS ? instant : null;
}

/** Text that `parseInstant` accepts. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseInstant(value) !== null,
      defaultMessage: () => `must be ${INSTANT_FORM}`,
    },
  });
}
