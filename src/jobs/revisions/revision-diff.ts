import { isDeepStrictEqual } from 'node:util';
import { pathTo } from '../../common/storable.ts';
import { isRecord } from '../../common/validation.ts';

/** One field that differs between two states; where a state has no such field, its side is missing. */
export interface FieldChange {
  /** Dotted, down to the field itself. */
  path: string;
  from?: unknown;
  to?: unknown;
}

/** Changes within one field of a job, beyond which it is listed as a whole. */
const MAX_WITHIN_FIELD = 50;

/**
 * What differs between two states, as JSON has them, field by field: objects are looked into,
 * lists are compared as a whole. However much has changed within a field of a job, the answer stays
 * short, and says everything.
 */
export function changesBetween(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): FieldChange[] {
  return fieldsOf(from, to).flatMap((field) => {
    const changes: FieldChange[] = [];
    for (const change of changesOf(field)) {
      changes.push(change);
      if (changes.length > MAX_WITHIN_FIELD) return [field];
    }
    return changes;
  });
}

function* changesOf(field: FieldChange): Generator<FieldChange> {
  const { path, from, to } = field;
  if (isRecord(from) && isRecord(to)) {
    for (const within of fieldsOf(from, to, path)) yield* changesOf(within);
  } else if (!isDeepStrictEqual(from, to)) {
    yield field;
  }
}

/** All fields of two objects, each with what it holds in the one and in the other. */
function fieldsOf(one: object, other: object, path = ''): FieldChange[] {
  // By maps, since stored JSON may have a field named like something that every object inherits.
  const from = new Map<string, unknown>(Object.entries(one));
  const to = new Map<string, unknown>(Object.entries(other));
  return [...new Set([...from.keys(), ...to.keys()])].map((name) => ({
    path: pathTo(path, name),
    ...(from.has(name) ? { from: from.get(name) } : {}),
    ...(to.has(name) ? { to: to.get(name) } : {}),
  }));
}
