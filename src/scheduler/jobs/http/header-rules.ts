import type { Violation } from '../../../common/errors.ts';
import { pathTo } from '../../../common/storable.ts';

const MAX_HEADERS = 50;
/** Names and values together: many servers refuse requests with much more. */
const MAX_CHARACTERS = 8_192;

const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What frames the message or belongs to the connection, and what the scheduler itself says. */
const RESERVED =
  /^(?:host|content-length|connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|expect|accept-encoding|idempotency-key|traceparent|tracestate|(?:job|webhook)-.*)$/;

/** What is wrong with the headers that a caller wants to be sent. */
export function headerViolations(headers: Record<string, unknown>, path: string): Violation[] {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) {
    return [{ path, message: `must not have more than ${MAX_HEADERS} headers` }];
  }

  const size = entries.flat().reduce<number>((sum, text) => sum + lengthOf(text), 0);
  const violations = entries.flatMap(([name, value]) =>
    flawsOf(name, value).map((message) => ({ path: pathTo(path, name), message })),
  );
  if (size > MAX_CHARACTERS) {
    const message = `must not be longer than ${MAX_CHARACTERS} characters, names and values together`;
    violations.push({ path, message });
  }
  return [...violations, ...repeated(entries, path)];
}

function flawsOf(name: string, value: unknown): string[] {
  const flaws: string[] = [];
  if (!NAME.test(name)) flaws.push('is not a valid name of a header');
  else if (RESERVED.test(name.toLowerCase())) flaws.push('is set by the scheduler itself');

  if (typeof value !== 'string') flaws.push('must be a string');
  else if (!VALUE.test(value)) {
    flaws.push('must not contain line breaks, control characters, or characters beyond Latin-1');
  }
  return flaws;
}

function repeated(entries: [string, unknown][], path: string): Violation[] {
  const names = entries.map(([name]) => name.toLowerCase());
  return entries
    .filter((_entry, index) => names.indexOf(names[index] ?? '') < index)
    .map(([name]) => ({ path: pathTo(path, name), message: 'is given twice' }));
}

function lengthOf(text: unknown): number {
  return typeof text === 'string' ? text.length : 0;
}
