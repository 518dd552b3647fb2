import { InvalidRequestError } from '../../common/errors.ts';

/** An iCalendar file that cannot be used, and the line that is to blame. */
export function flawAt(line: number, message: string): InvalidRequestError {
  return flawInFile(`line ${line}: ${message}`);
}

export function flawInFile(message: string): InvalidRequestError {
  return new InvalidRequestError([{ path: 'body', message }]);
}
