/** The embedded database cannot be used here; the message says why and what to do instead. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';
}

/** The way out that always exists, for the end of a message. */
export const USE_YOUR_OWN = 'or set DATABASE_URL to use your own PostgreSQL (16 or later).';

/** The code of a system or database error, such as `ENOENT` or `57P03`. */
export function errorCode(error: unknown): string {
  // Not by `instanceof`: errors of Node itself fail that in a test runner with realms of its own.
  return typeof error === 'object' && error && 'code' in error ? String(error.code) : '';
}
