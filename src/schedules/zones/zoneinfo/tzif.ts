import { TimeZone } from '../time-zone.ts';
import { listTransitions, type Transition } from '../transitions.ts';
import { LASTING_FROM_YEAR, YearlyRule, yearOf } from '../yearly-rule.ts';
import { type LastingRule, readPosixRule } from './posix-rule.ts';

/** The file holds no zone that can be used; the message says why. */
export class TzifError extends Error {
  override readonly name = 'TzifError';
}

const HEADER_BYTES = 44;
const TYPE_BYTES = 6;
const FIRST_YEAR = 1969;
/** RFC 9636, section 3.2: more than -25 hours and less than 26. */
const OFFSET_LIMITS = [-25 * 3_600, 26 * 3_600] as const;

interface Block {
  /** The offset before the first change. */
  first: number;
  changes: Transition[];
}

/**
 * Decodes a compiled file of zone data (RFC 9636, versions 1 to 4): changes in 64 bits, or 32
 * where a file of version 1 has no more, and the rule at its end for the time after the last of
 * them. It does not matter whether changes are listed up to 2037 ("fat") or only as far as they
 * follow no rule ("slim").
 */
export function readTzif(name: string, bytes: Uint8Array): TimeZone {
  const reader = new TzifReader(bytes);
  const { version, counts } = reader.header();
  if (version === 1) {
    const { first, changes } = reader.block(counts, 4);
    return new TimeZone(name, listTransitions(first, changes));
  }
  reader.parts(counts, 4);
  const block = reader.block(reader.header().counts, 8);
  const footer = reader.footer();
  return footer === '' ? withRule(name, block, null) : withRule(name, block, readPosixRule(footer));
}

/** Lists what the rule says up to the year in which other lists end, and goes on by it. */
function withRule(name: string, { first, changes }: Block, rule: LastingRule | null): TimeZone {
  // Without any change the rule speaks for all times.
  const initial = changes.length === 0 && rule ? rule.offset : first;
  const yearly = rule?.changes;
  if (!yearly) return new TimeZone(name, listTransitions(initial, changes), null);

  const last = changes.at(-1)?.at ?? -Infinity;
  const firstYear = Math.max(FIRST_YEAR, yearOf(last) - 1);
  const lastYear = Math.max(LASTING_FROM_YEAR, yearOf(last));
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index);
  const ruled = years.flatMap((year) => yearly.map((change) => change.in(year)));
  const listed = listTransitions(initial, [...changes, ...ruled.filter(({ at }) => at > last)]);
  return new TimeZone(name, listed, new YearlyRule(yearly, lastYear + 1));
}

/** How many of each thing a block holds, in the order of its header. */
interface Counts {
  utIndicators: number;
  standardIndicators: number;
  leapSeconds: number;
  changes: number;
  types: number;
  nameBytes: number;
}

/** Reads a file from its beginning; whatever is not as it has to be throws. */
class TzifReader {
  private readonly view: DataView;
  private place = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  header(): { version: number; counts: Counts } {
    const start = this.take(HEADER_BYTES);
    if (!isTzif(this.bytes.subarray(start))) throw new TzifError('it does not begin with TZif');
    const digit = this.bytes[start + 4]!;
    const count = (index: number) => this.view.getUint32(start + 20 + index * 4);
    return {
      // A zero byte stands for version 1, later ones are written as digits.
      version: digit === 0 ? 1 : digit - 48,
      counts: {
        utIndicators: count(0),
        standardIndicators: count(1),
        leapSeconds: count(2),
        changes: count(3),
        types: count(4),
        nameBytes: count(5),
      },
    };
  }

  /** @param width bytes of an instant. */
  block(counts: Counts, width: 4 | 8): Block {
    const { times, kinds, types } = this.parts(counts, width);
    if (counts.leapSeconds > 0) throw new TzifError('it counts leap seconds');

    const offsetOf = (type: number) => this.offset(type, counts.types, types);
    const changes = Array.from({ length: counts.changes }, (_, index) => ({
      at: this.instant(times + index * width, width),
      offset: offsetOf(this.bytes[kinds + index]!),
    }));
    const isInOrder = changes.every(({ at }, index) => at > (changes[index - 1]?.at ?? -Infinity));
    if (!isInOrder) throw new TzifError('its changes are not in order');
    return { first: offsetOf(0), changes };
  }

  /** Steps over a block and answers where its parts are. */
  parts(counts: Counts, width: 4 | 8): { times: number; kinds: number; types: number } {
    const times = this.take(counts.changes * width);
    const kinds = this.take(counts.changes);
    const types = this.take(counts.types * TYPE_BYTES);
    this.take(counts.nameBytes + counts.leapSeconds * (width + 4));
    this.take(counts.standardIndicators + counts.utIndicators);
    return { times, kinds, types };
  }

  /** The line at the end of the file. */
  footer(): string {
    const text = new TextDecoder('latin1').decode(this.bytes.subarray(this.place));
    const [, line] = /^\n([^\n]*)\n/.exec(text) ?? [];
    if (line === undefined) throw new TzifError('it has no last line');
    return line;
  }

  private instant(place: number, width: 4 | 8): number {
    return width === 4 ? this.view.getInt32(place) : Number(this.view.getBigInt64(place));
  }

  private offset(type: number, count: number, types: number): number {
    if (type >= count) throw new TzifError('a change is of no type');
    const offset = this.view.getInt32(types + type * TYPE_BYTES);
    const [least, most] = OFFSET_LIMITS;
    if (offset <= least || offset >= most) throw new TzifError(`no clock is off by ${offset} s`);
    return offset;
  }

  /** Steps over `length` bytes and answers where they begin. */
  private take(length: number): number {
    const start = this.place;
    this.place += length;
    if (this.place > this.bytes.length) throw new TzifError('it is cut short');
    return start;
  }
}

/** Whether a file says of itself that it holds a zone. */
function isTzif(bytes: Uint8Array): boolean {
  return bytes[0] === 84 && bytes[1] === 90 && bytes[2] === 105 && bytes[3] === 102;
}
