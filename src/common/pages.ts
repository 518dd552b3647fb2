import { InvalidRequestError } from './errors.ts';

/** One page of a longer list. */
export interface Page<T> {
  items: T[];
  /** Where the next page goes on; null on the last one. */
  nextCursor: string | null;
}

/** The sort values of the last item seen, as text. */
type Position = string[];

/** Cursors are opaque to clients: they hold where a page ended, not a number of rows to pass over. */
export function encodeCursor(sort: string, position: Position): string {
  return Buffer.from(JSON.stringify([sort, ...position])).toString('base64url');
}

/** Reads a cursor back; one that is damaged, or from a list in another order, is refused. */
export function decodeCursor(cursor: string, sort: string, length: number): Position {
  const [forSort, ...position] = parseList(cursor);
  const isText = (part: unknown): part is string => typeof part === 'string';
  if (forSort === sort && position.length === length && position.every(isText)) return position;
  throw foreignCursor();
}

/** Also for lists that find out later: a cursor may have the right form and mean nothing. */
export function foreignCursor(): InvalidRequestError {
  const message = 'is not a cursor that this list has given out';
  return new InvalidRequestError([{ path: 'cursor', message }]);
}

function parseList(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** The value of a `Link` header that leads to the next page, keeping every other parameter. */
export function nextLink(url: string, cursor: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  searchParams.set('cursor', cursor);
  return `<${pathname}?${searchParams.toString()}>; rel="next"`;
}
