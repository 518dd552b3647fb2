import type { Violation } from './errors.ts';

/** What is wrong with the name of a field, apart from being impossible to store. */
export type NameRule = (name: string, path: string) => Violation[];

const MAX_DEPTH = 64;
const MAX_NAME_IN_PATH = 100;
const UNSTORABLE = 'must not contain NUL or half of a surrogate pair';

/** PostgreSQL refuses NUL and lone surrogates in `text`, and in `jsonb` in their escaped form too. */
export function isStorableText(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

/** What is wrong with a value that has to be text of so many characters (not UTF-16 units). */
export function textFlaw(
  value: unknown,
  { min, max }: { min: number; max: number },
): string | undefined {
  if (typeof value !== 'string') return `must be text of ${min} to ${max} characters`;
  if (!isStorableText(value)) return UNSTORABLE;
  if (min > 0 && value.trim() === '') return 'must not be empty';

  // A character has at most two units, so most texts need no counting.
  const length = value.length > max || value.length < 2 * min ? [...value].length : value.length;
  if (length > max) return `must not be longer than ${max} characters`;
  if (length < min) return `must not be shorter than ${min} characters`;
  return undefined;
}

/**
 * Everything in a value that keeps it from being stored as `jsonb` and read back unchanged:
 * text, names, numbers without a value, and nesting that would exhaust a stack somewhere.
 */
export function unstorable(
  value: unknown,
  path: string,
  refusedName: NameRule = acceptAll,
): Violation[] {
  // Nearly all values are in order, and finding that out needs no paths.
  return isInOrder(value, refusedName, 0) ? [] : flawsOf(value, path, refusedName, 0);
}

const NONE: Violation[] = [];
const acceptAll: NameRule = () => NONE;

function isInOrder(value: unknown, refusedName: NameRule, depth: number): boolean {
  if (flawOf(value, depth) !== undefined) return false;
  if (typeof value !== 'object' || value === null) return true;
  // The name of an entry is a number, which is always in order.
  if (Array.isArray(value)) {
    return value.every((entry: unknown) => isInOrder(entry, refusedName, depth + 1));
  }
  return Object.entries(value).every(
    ([name, child]) =>
      isStorableText(name) &&
      refusedName(name, '').length === 0 &&
      isInOrder(child, refusedName, depth + 1),
  );
}

function flawsOf(value: unknown, path: string, refusedName: NameRule, depth: number): Violation[] {
  const flaw = flawOf(value, depth);
  if (flaw !== undefined) return [{ path, message: flaw }];
  if (typeof value !== 'object' || value === null) return [];

  return Object.entries(value).flatMap(([name, child]) => {
    const place = pathTo(path, name);
    const flawed = isStorableText(name) ? [] : [{ path: place, message: `its name ${UNSTORABLE}` }];
    return [
      ...flawed,
      ...refusedName(name, place),
      ...flawsOf(child, place, refusedName, depth + 1),
    ];
  });
}

/** The dotted path of a field; a name that comes from a stranger is made short and printable. */
export function pathTo(parent: string, name: string): string {
  const printable = name
    .slice(0, MAX_NAME_IN_PATH)
    .replace(/\p{Control}|\p{Surrogate}/gu, '\uFFFD');
  return parent === '' ? printable : `${parent}.${printable}`;
}

function flawOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : UNSTORABLE;
  // 1e999 is valid JSON, is read as Infinity, and would be stored as null.
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : 'is too large a number';
  if (typeof value !== 'object' || value === null) return undefined;
  return depth < MAX_DEPTH ? undefined : `must not be nested deeper than ${MAX_DEPTH} levels`;
}
