import {
  readDays,
  readFrequency,
  readNumber,
  readNumbers,
  readWeekday,
  type NamedPart,
  type NumberKind,
} from './rrule-values.ts';
import { readUntil } from './until.ts';

/** Further ones have not been seen in use; steps are found by division, whatever their length. */
const INTERVAL: NumberKind = { min: 1, max: 100_000, signed: false };
const COUNT: NumberKind = { min: 1, max: 100_000, signed: false };

/** How each part of a rule is read. */
export const READERS = {
  FREQ: readFrequency,
  INTERVAL: (part: NamedPart): number => readNumber(part, INTERVAL),
  COUNT: (part: NamedPart): number => readNumber(part, COUNT),
  UNTIL: readUntil,
  BYSECOND: readSeconds,
  BYMINUTE: numbers(0, 59),
  BYHOUR: numbers(0, 23),
  BYDAY: readDays,
  BYMONTHDAY: signedNumbers(31),
  BYYEARDAY: signedNumbers(366),
  BYWEEKNO: signedNumbers(53),
  BYMONTH: numbers(1, 12),
  BYSETPOS: signedNumbers(366),
  WKST: readWeekday,
};

export type PartName = keyof typeof READERS;

/** The values of a rule as they are written; what is left out is missing. */
type RruleValues = { readonly [Name in PartName]?: ReturnType<(typeof READERS)[Name]> };

/** A rule taken apart. */
export interface RruleParts extends RruleValues {
  readonly FREQ: NonNullable<RruleValues['FREQ']>;
}

/** Where the value of each part begins in the expression. */
export type PartPlaces = ReadonlyMap<PartName, number>;

/** 60 is a leap second, which no clock here shows; the standard takes it for 59. */
function readSeconds(part: NamedPart): ReadonlySet<number> {
  const seconds = readNumbers(part, { min: 0, max: 60, signed: false });
  return new Set([...seconds].map((second) => Math.min(second, 59)));
}

function numbers(min: number, max: number) {
  return (part: NamedPart) => readNumbers(part, { min, max, signed: false });
}

function signedNumbers(max: number) {
  return (part: NamedPart) => readNumbers(part, { min: 1, max, signed: true });
}
