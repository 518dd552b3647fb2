import { schedulePartError } from '../schedule-error.ts';

/** A field of a cron expression: its name for people, its numbers, and its words. */
export interface FieldKind {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** How many different values there are; 7 is a second name for Sunday. */
  readonly count: number;
  /** How many of them, from `min` on, a bare `H` is chosen from; all of them unless given. */
  readonly hashCount?: number;
  /** Which field of the expression it is, counted from 0. */
  readonly place: number;
  /** Words for the values from `min` on. */
  readonly words: readonly string[];
}

/** A piece of the expression and its place in it, counted in characters from 0. */
export interface Part {
  readonly text: string;
  readonly at: number;
}

/** What the plain items of a field say: numbers, ranges and steps. */
export interface PlainValues {
  readonly values: number[];
  /** The item leaves nothing out and says so: `*` or `*` with a step of 1. */
  readonly wildcard: boolean;
}

/** Splits at a character and keeps the places. */
export function splitPart({ text, at }: Part, separator: string): Part[] {
  let next = at;
  return text.split(separator).map((piece) => {
    const part = { text: piece, at: next };
    next += piece.length + 1;
    return part;
  });
}

/** The items of a list. One that is there before says nothing new, and is left out. */
export function splitList(field: Part): Part[] {
  const items = new Map<string, Part>();
  for (const item of splitPart(field, ',')) if (!items.has(item.text)) items.set(item.text, item);
  return [...items.values()];
}

/** What stands before the `/` of an item, and after it. */
export function splitStep(item: Part, kind: FieldKind): [Part, Part | undefined] {
  const [base = item, step, extra] = splitPart(item, '/');
  if (!extra) return [base, step];
  throw schedulePartError(`${kind.name} has more than one step in an item`, extra.at - 1);
}

/** Reads one item: a value, a range or `*`, each with or without a step. */
export function readPlainItem(item: Part, kind: FieldKind): PlainValues {
  const [base, stepPart] = splitStep(item, kind);
  const step = stepPart ? readStep(stepPart, kind, kind.count) : 1;
  if (base.text === '*') {
    return { values: every(step, kind.min, kind.min + kind.count - 1), wildcard: step === 1 };
  }

  const [first = base, last, tooMany] = splitPart(base, '-');
  if (tooMany) throw schedulePartError(`${kind.name} has a range with three ends`, tooMany.at - 1);
  const from = readValue(first, kind);
  if (!last) {
    if (stepPart) throw stepWithoutRange(base, stepPart, kind);
    return { values: [from], wildcard: false };
  }
  return { values: every(step, from, readRangeEnd(last, from, kind)), wildcard: false };
}

/** Reads one number or word. */
export function readValue(part: Part, kind: FieldKind): number {
  const text = part.text.toUpperCase();
  const word = kind.words.indexOf(text);
  if (word >= 0) return kind.min + word;

  const value = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (value >= kind.min && value <= kind.max) return value;
  throw schedulePartError(`${kind.name} takes ${limits(kind)}, ${got(part)}`, part.at);
}

/** Names what stands at a place, for an error. */
function got({ text }: Part): string {
  if (text === '') return 'got nothing';
  return /^[\w*?#/()-]{1,20}$/.test(text) ? `got ${text}` : 'got something else';
}

function limits({ min, max, words }: FieldKind): string {
  const named = words.length > 0 ? ` or ${words[0]} to ${words.at(-1)}` : '';
  return `${min} to ${max}${named}`;
}

/** Reads a step of at least 1, and at most as long as what it steps over. */
export function readStep(part: Part, kind: FieldKind, longest: number): number {
  const step = /^\d{1,4}$/.test(part.text) ? Number(part.text) : 0;
  if (step >= 1 && step <= longest) return step;
  throw schedulePartError(`${kind.name} takes steps from 1 to ${longest}, ${got(part)}`, part.at);
}

/** Reads the second end of a range, which is not before the first. */
export function readRangeEnd(part: Part, from: number, kind: FieldKind): number {
  const end = readValue(part, kind);
  if (end >= from) return end;
  // As 7 is Sunday too, a week may run to Sunday by name: FRI-SUN.
  if (end === 0 && kind.max === 7 && part.text.toUpperCase() === kind.words[0]) return 7;
  throw schedulePartError(
    `${kind.name} has a range that runs backwards; write it as two ranges`,
    part.at,
  );
}

function stepWithoutRange(base: Part, step: Part, kind: FieldKind): Error {
  return schedulePartError(
    `${kind.name} has a step without a range; write ${base.text}-${kind.max}/${step.text}`,
    base.at,
  );
}

function every(step: number, from: number, to: number): number[] {
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}
