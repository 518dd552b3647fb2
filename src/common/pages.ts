import { InvalidRequestError } from './errors.ts';

/** One page of a longer list. */
export interface Page<T> {
  items: T[];
  /** Where the next page goes on; null on the last one. */
  nextCursor: string | null;
}

/** A cursor: the sort it belongs to, and the sort values of the last item seen. */
type Position = (string | number | null)[];

/** Cursors are opaque to clients: they hold where a page ended, not a number of rows to pass over. */
export function encodeCursor(sort: string, position: Position): string {
  return Buffer.from(JSON.stringify([sort, ...position])).toString('base64url');
}

/** Reads a cursor back; one that is damaged, or from a list in another order, is refused. */
export function decodeCursor(cursor: string, sort: string, length: number): Position {
  const [forSort, ...position] = parseList(cursor);
  const sound = position.every(
    (part) => part === null || ['string', 'number'].includes(typeof part),
  );
  if (forSort !== sort || position.length !== length || !sound) {
    throw new InvalidRequestError([
      { path: 'cursor', message: 'is not a cursor that this list has given out' },
    ]);
  }
  return position as Position;
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
