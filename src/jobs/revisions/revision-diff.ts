import { isDeepStrictEqual } from 'node:util';
import { pathTo } from '../../common/storable.ts';
import { isRecord } from '../../common/validation.ts';

/** One field that differs between two states; undefined in a state that has no such field. */
export interface FieldChange {
  /** Dotted, down to the field itself. */
  path: string;
  from?: unknown;
  to?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Changes within one field of a job, beyond which it is listed as a whole. */
const MAX_WITHIN_FIELD = 50;

/**
 * What differs between two states, as JSON has them, field by field: objects are looked into,
 * lists are compared as a whole. However much has changed within a field of a job, the answer stays
 * short, and says everything.
 */
export function changesBetween(from: Fields, to: Fields): FieldChange[] {
  return namesIn(from, to).flatMap((name) => {
    const field = { path: name, from: valueOf(from, name), to: valueOf(to, name) };
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
  if (!isRecord(from) || !isRecord(to)) {
    if (!isDeepStrictEqual(from, to)) yield field;
    return;
  }
  for (const name of namesIn(from, to)) {
    const within = { from: valueOf(from, name), to: valueOf(to, name) };
    // Comes first: of the many thousand fields that there may be, hardly any needs a path.
    if (within.from === within.to) continue;
    yield* changesOf({ path: pathTo(path, name), ...within });
  }
}

function namesIn(one: Fields, other: Fields): string[] {
  const added = Object.keys(other).filter((name) => !Object.hasOwn(one, name));
  return [...Object.keys(one), ...added];
}

/** Stored JSON may have, or lack, a field that is named like something every object inherits. */
function valueOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
