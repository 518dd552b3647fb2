import { mixBits } from '../mix-bits.ts';
import { schedulePartError } from '../schedule-error.ts';
import {
  readRangeEnd,
  readStep,
  readValue,
  splitPart,
  splitStep,
  type FieldKind,
  type Part,
} from './field-reader.ts';

/** Says which of so many values, counted from 0, an `H` in a field stands for. */
export type HashChoice = (kind: FieldKind, count: number) => number;

/** An `H` that is not a letter of a word such as THU. */
const HASH = /(?<![a-z])h(?![a-z])/i;

export function usesHash(expression: string): boolean {
  return HASH.test(expression);
}

/** The choice of a job: the same for ever, even over seeds, in each field by itself. */
export function choiceOf(seed: number): HashChoice {
  const mixed = mixBits(seed);
  return ({ place }, count) => mixBits(mixed + place) % count;
}

/**
 * Spells out an item that begins with `H`: one value of the field (`H`) or of a range (`H(0-29)`),
 * or with a step all values from one of the first ones on (`H/15` becomes `7-59/15`).
 * Other items stay as they are.
 */
export function spellOut(item: Part, kind: FieldKind, choose: HashChoice): Part {
  if (!/^h/i.test(item.text)) return item;
  const [base, stepPart] = splitStep(item, kind);
  const [from, to] = readRange(base, kind);
  const count = to - from + 1;
  const step = stepPart ? readStep(stepPart, kind, count) : null;
  const first = from + choose(kind, step ?? count);
  const isOne = step === null || first + step > to;
  return { text: isOne ? `${first}` : `${first}-${to}/${step}`, at: item.at };
}

/** The values that a choice is made from, both ends included. */
function readRange(base: Part, kind: FieldKind): [number, number] {
  if (base.text.length === 1) return [kind.min, kind.min + (kind.hashCount ?? kind.count) - 1];
  const range = /^h\((.*)\)$/i.exec(base.text)?.[1];
  if (range === undefined) throw unknownForm(kind, base.at + 1);

  const [first, last, tooMany] = splitPart({ text: range, at: base.at + 2 }, '-');
  if (!first || !last || tooMany) throw unknownForm(kind, base.at + 1);
  const from = readValue(first, kind);
  return [from, readRangeEnd(last, from, kind)];
}

function unknownForm(kind: FieldKind, at: number): Error {
  const message = `${kind.name} knows H, H/2, H(1-5) and H(1-5)/2, each as an item of its own`;
  return schedulePartError(message, at);
}
