import { inspect } from 'node:util';

const MAX_ERROR_LENGTH = 4_000;
const MAX_RESULT_LENGTH = 64 * 1024;
const PREVIEW_LENGTH = 1_000;

/** What PostgreSQL takes in neither text nor jsonb, in the form that JSON writes it. */
const UNSTORABLE_ESCAPE = /(?<!\\)((?:\\\\)*)\\u(0000|d[89a-f][0-9a-f]{2})/gi;

/** Text that can be stored: without NUL and half characters, and no longer than `length`. */
export function storableText(text: string, length: number): string {
  return text.slice(0, length).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** What was thrown, in words; anything can be thrown. */
export function errorText(error: unknown): string {
  return storableText(inWords(error), MAX_ERROR_LENGTH);
}

function inWords(error: unknown): string {
  try {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
    return typeof error === 'string' ? error : `Threw ${inspect(error, { depth: 1 })}`;
  } catch {
    return 'Threw something that has no words';
  }
}

/**
 * A handler's result as JSON text that can be stored, or null for none. What is too long or no
 * JSON at all is replaced by a note that says so.
 */
export function resultJson(result: unknown): string | null {
  if (result === undefined || result === null) return null;
  const json = stringify(result);
  if (json === undefined) return JSON.stringify({ note: 'The result is no JSON value' });
  if (json.length <= MAX_RESULT_LENGTH) return storableJson(json);

  return JSON.stringify({
    note: `The result has ${json.length} characters; at most ${MAX_RESULT_LENGTH} are kept`,
    preview: storableText(json, PREVIEW_LENGTH),
  });
}

/** JSON text with the characters replaced that jsonb refuses. */
function storableJson(json: string): string {
  return json.replace(UNSTORABLE_ESCAPE, '$1\uFFFD');
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
