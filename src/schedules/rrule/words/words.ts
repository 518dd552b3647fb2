/** `a, b and c`. */
export function listInWords(items: readonly string[], conjunction = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`;
}

/** `day`, or `days` where there are several. */
export function nounFor(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** `1st`, `22nd`; `last`, `2nd last` for places counted from the end. */
export function ordinalInWords(place: number): string {
  if (place === -1) return 'last';
  if (place < 0) return `${ordinalInWords(-place)} last`;
  const isTeen = place % 100 >= 11 && place % 100 <= 13;
  return `${place}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][place % 10]) ?? 'th'}`;
}
