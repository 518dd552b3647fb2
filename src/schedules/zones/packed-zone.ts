/**
 * One zone as the moment-timezone package packs it: `name|abbreviations|offsets|indices|times|…`.
 * Offsets are minutes *west* of Greenwich; times are minutes since 1970, each but the first as
 * the difference from the one before; numbers are written in base 60 with digits 0-9, a-z, A-X
 * and at most one digit (a sixtieth) after the point.
 */
export interface Transitions {
  /** Seconds since 1970 at which each offset begins to hold; the first is -Infinity. */
  readonly starts: readonly number[];
  /** What the local clock shows minus UTC, in seconds, from the same place in `starts` on. */
  readonly offsets: readonly number[];
}

/** Changes older than this are left out: schedules have no instants before 1970. */
const EARLIEST = -2 * 86_400;

/** Decodes the transitions, leaving out those that do not move the clock (a new name only). */
export function unpackTransitions(packed: string): Transitions {
  const [, , offsetList = '', indices = '', timeList = ''] = packed.split('|');
  const offsetOf = offsetList.split(' ').map((text) => 0 - unpackSeconds(text));
  const order = Array.from(indices, (digit) => offsetOf[unpackDigit(digit)] ?? 0);

  const starts = [-Infinity];
  const offsets = [order[0] ?? offsetOf[0] ?? 0];
  let time = 0;
  timeList
    .split(' ')
    .filter((text) => text !== '')
    .forEach((text, index) => {
      time += unpackSeconds(text);
      const offset = order[index + 1] ?? 0;
      if (time < EARLIEST) offsets[0] = offset;
      else if (offset !== offsets.at(-1)) {
        starts.push(time);
        offsets.push(offset);
      }
    });
  return { starts, offsets };
}

function unpackSeconds(text: string): number {
  const negative = text.startsWith('-');
  const [whole = '', sixtieths = ''] = text.slice(negative ? 1 : 0).split('.');
  const minutes = Array.from(whole).reduce((sum, digit) => sum * 60 + unpackDigit(digit), 0);
  const seconds = minutes * 60 + (sixtieths === '' ? 0 : unpackDigit(sixtieths));
  // `0 -` keeps a zero offset from becoming -0, which tests and JSON would tell apart.
  return negative ? 0 - seconds : seconds;
}

function unpackDigit(digit: string): number {
  const code = digit.charCodeAt(0);
  if (code >= 97) return code - 87;
  return code >= 65 ? code - 29 : code - 48;
}
