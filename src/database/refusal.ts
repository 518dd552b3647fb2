import { types } from 'node:util';
import pg from 'pg';
import { isUnavailable } from '../common/unavailable.ts';

/** The database cannot be used as it is, and waiting helps nothing; the message says what to do. */
export class DatabaseRefusedError extends Error {
  override readonly name = 'DatabaseRefusedError';
}

const WRONG_LOGIN = /^(28P01|28000)$/;
const NO_SUCH_DATABASE = '3D000';
const FORBIDDEN = '42501';

/** What is to be done about an error that will be the same at the next try; undefined: wait. */
export function refusalOf(cause: unknown, url: string): DatabaseRefusedError | undefined {
  if (cause instanceof DatabaseRefusedError) return cause;
  if (isUnavailable(cause)) return undefined;
  const said = types.isNativeError(cause) ? cause.message : String(cause);
  return new DatabaseRefusedError(sentence(cause, said.replace(/\.$/, ''), namesIn(url)), {
    cause,
  });
}

function sentence(cause: unknown, said: string, { user, database }: Names): string {
  const code = cause instanceof pg.DatabaseError ? cause.code : undefined;
  // The driver speaks of SASL when there is no password to send.
  if (WRONG_LOGIN.test(code ?? '') || said.startsWith('SASL')) {
    return `The database does not let the user ${user} in: ${said}. Set the right user and password in DATABASE_URL, or allow them in pg_hba.conf of the server.`;
  }
  if (code === NO_SUCH_DATABASE) {
    return `There is no database ${database} on the server: create it (CREATE DATABASE "${database}"), or name another one in DATABASE_URL.`;
  }
  if (code === FORBIDDEN) {
    return `The user ${user} lacks a permission in the database ${database}: ${said}. Make it the owner of the database, or at least of its tables, and GRANT CREATE ON SCHEMA public to it.`;
  }
  return `The database cannot be used: ${said}. Check DATABASE_URL and the settings of the server.`;
}

interface Names {
  user: string;
  database: string;
}

/** As the driver reads them, defaults included; never the password. */
function namesIn(url: string): Names {
  const { user, database } = new pg.Client(url);
  return { user: user ?? '', database: database ?? '' };
}
