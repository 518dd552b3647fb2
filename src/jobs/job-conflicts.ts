import pg from 'pg';
import { InvalidRequestError, type Violation } from '../common/errors.ts';
import { JobIdsExhaustedError, JobKeyTakenError } from './job-errors.ts';
import type { JobDefinition } from './job.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const SEQUENCE_EXHAUSTED = '2200H';

/** What only the database can see: a key that is taken, a calendar that there is not, no id left. */
export function throwConflict(error: unknown, { key, calendar }: JobDefinition): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  if (error.code === UNIQUE_VIOLATION) throw new JobKeyTakenError(key ?? '');
  if (error.code === SEQUENCE_EXHAUSTED) throw new JobIdsExhaustedError();
  if (error.code === FOREIGN_KEY_VIOLATION && error.constraint === 'jobs_calendar_fkey') {
    throw new InvalidRequestError([unknownCalendar(calendar ?? '')]);
  }
  throw error;
}

export function unknownCalendar(name: string): Violation {
  return {
    path: 'calendar',
    message: `must be the name of a calendar; there is none named ${name}`,
  };
}
