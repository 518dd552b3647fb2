/**
 * Calendar arithmetic on plain integers, for the hot loops that cannot afford a `Date`.
 * A *day* counts from 1970-01-01, a *month* is `year * 12 + (0 to 11)`; both are proleptic
 * Gregorian. The conversions are the well-known ones that let the year begin in March, so that
 * the leap day comes last (Howard Hinnant, "chrono-compatible low-level date algorithms").
 * Valid from some days before 1970 on.
 */
export const SECONDS_PER_DAY = 86_400;

const DAYS_FROM_MARCH_OF_YEAR_0 = 719_468;
const DAYS_PER_400_YEARS = 146_097;
const DAY_FORM = /^(\d{4})-(\d\d)-(\d\d)$/;

/** The month that a day lies in. */
export function monthOf(day: number): number {
  const shifted = day + DAYS_FROM_MARCH_OF_YEAR_0;
  const era = (shifted / DAYS_PER_400_YEARS) | 0;
  const dayOfEra = shifted - era * DAYS_PER_400_YEARS;
  const leapDays = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  return (era * 400 + yearOfEra) * 12 + monthFromMarch + 2;
}

/** The first day of a month. */
export function monthStart(month: number): number {
  const fromMarch = month - 2;
  const year = (fromMarch / 12) | 0;
  const monthFromMarch = fromMarch - year * 12;
  const leapDays = ((year / 4) | 0) - ((year / 100) | 0) + ((year / 400) | 0);
  return 365 * year + leapDays + (((153 * monthFromMarch + 2) / 5) | 0) - DAYS_FROM_MARCH_OF_YEAR_0;
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(day: number): number {
  return ((day % 7) + 11) % 7;
}

/** The day that local or UTC seconds since 1970 fall on. */
export function dayOf(seconds: number): number {
  return Math.floor(seconds / SECONDS_PER_DAY);
}

/** `YYYY-MM-DD` of a day. */
export function formatDay(day: number): string {
  const month = monthOf(day);
  const year = (month / 12) | 0;
  const parts = [month - year * 12 + 1, day - monthStart(month) + 1];
  return [year, ...parts.map((part) => String(part).padStart(2, '0'))].join('-');
}

/** The day that `YYYY-MM-DD` names; null when the text has another form or names none. */
export function parseDay(text: string): number | null {
  const [, year = '', month = '', dayOfMonth = ''] = DAY_FORM.exec(text) ?? [];
  if (dayOfMonth === '' || Number(month) < 1 || Number(month) > 12) return null;

  const start = monthStart(Number(year) * 12 + Number(month) - 1);
  const day = start + Number(dayOfMonth) - 1;
  return formatDay(day) === text ? day : null;
}

/** `HH:MM`, or `HH:MM:SS` where there are seconds, of local seconds since 1970. */
export function formatTimeOfDay(seconds: number): string {
  const rest = seconds - dayOf(seconds) * SECONDS_PER_DAY;
  const parts = [(rest / 3600) | 0, ((rest / 60) | 0) % 60];
  if (rest % 60 > 0) parts.push(rest % 60);
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
