import { splitPart, type Part } from '../../cron/field-reader.ts';
import { schedulePartError } from '../../schedule-error.ts';
import { refuseCombinations } from './combinations.ts';
import { insteadOf } from './other-lines.ts';
import { READERS, type PartName, type PartPlaces, type RruleParts } from './rrule-parts.ts';
import type { NamedPart } from './rrule-values.ts';

const NAMES = Object.keys(READERS);

/**
 * Takes a rule apart, such as `FREQ=MONTHLY;BYDAY=-1FR`: the parts of RFC 5545, section 3.3.10, in
 * any order and either case. Refuses what the standard forbids.
 * @param at where the rule begins in the expression.
 */
export function parseRrule(text: string, at: number): { parts: RruleParts; places: PartPlaces } {
  const values: Record<string, unknown> = {};
  const places = new Map<PartName, number>();
  for (const item of splitPart({ text, at }, ';')) {
    const part = namePart(item);
    if (places.has(part.name)) throw schedulePartError(`${part.name} is given twice`, item.at);
    values[part.name] = READERS[part.name](part);
    places.set(part.name, part.at);
  }
  if (!places.has('FREQ')) throw schedulePartError('a rule needs FREQ, such as FREQ=DAILY', at);
  const parts = values as unknown as RruleParts;
  refuseCombinations(parts, places);
  return { parts, places };
}

function namePart(item: Part): NamedPart & { name: PartName } {
  const [name = item, ...rest] = splitPart(item, '=');
  const word = name.text.toUpperCase();
  if (!isPartName(word)) {
    const known = `this part is not one of ${NAMES.join(' ')}`;
    throw insteadOf(word, item.at) ?? schedulePartError(known, item.at);
  }
  if (rest.length !== 1) throw schedulePartError(`${word} takes = and one value`, item.at);
  return { ...rest[0]!, name: word };
}

function isPartName(word: string): word is PartName {
  return NAMES.includes(word);
}
