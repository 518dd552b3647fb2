const MAX_MS = 24 * 3_600_000;
const SECONDS = /^\d+$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The wait that a `Retry-After` header asks for, from 0 to 24 hours; undefined for anything that
 * RFC 9110 does not know. Read strictly, since `Date.parse('-1')` is a day in 2001.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (SECONDS.test(header)) return clamped(Number(header) * 1_000);
  if (!HTTP_DATE.test(header)) return undefined;

  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : clamped(atMs - nowMs);
}

function clamped(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_MS);
}
