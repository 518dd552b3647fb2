import { listTransitions, type Transitions } from './transitions.ts';

/**
 * Decodes one zone as the moment-timezone package packs it, without the changes that do not move
 * the clock: `name|abbreviations|offsets|indices|times|…`. Offsets are minutes *west* of Greenwich;
 * times are minutes since 1970, each but the first as the difference from the one before; numbers
 * are written in base 60 with digits 0-9, a-z, A-X and at most one digit (a sixtieth) after the
 * point.
 */
export function unpackTransitions(packed: string): Transitions {
  const [, , offsetList = '', indices = '', timeList = ''] = packed.split('|');
  const offsetOf = offsetList.split(' ').map((text) => 0 - unpackSeconds(text));
  const order = Array.from(indices, (digit) => offsetOf[unpackDigit(digit)] ?? 0);

  let at = 0;
  const changes = timeList
    .split(' ')
    .filter((text) => text !== '')
    .map((text, index) => {
      at += unpackSeconds(text);
      return { at, offset: order[index + 1] ?? 0 };
    });
  return listTransitions(order[0] ?? offsetOf[0] ?? 0, changes);
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
