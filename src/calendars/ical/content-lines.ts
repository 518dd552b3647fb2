import { flawInFile } from './flaw.ts';

/** A line of a file, whole again where it was folded. */
export interface ContentLine {
  /** Where it begins; the first line of a file is 1. */
  number: number;
  text: string;
}

const MAX_LINES = 60_000;
const BYTE_ORDER_MARK = '\uFEFF';
const FOLD = /^[ \t]/;

/** The content lines of RFC 5545, one at a time; lines without anything in them are passed over. */
export function* contentLines(file: string): Generator<ContentLine> {
  let number = 0;
  let current: ContentLine = { number: 1, text: '' };
  for (const line of linesOf(file)) {
    number += 1;
    if (number > MAX_LINES) throw flawInFile(`must not have more than ${MAX_LINES} lines`);
    if (FOLD.test(line)) current.text += line.slice(1);
    else {
      if (current.text !== '') yield current;
      current = { number, text: line };
    }
  }
  if (current.text !== '') yield current;
}

function* linesOf(file: string): Generator<string> {
  let start = file.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  while (start < file.length) {
    const found = file.indexOf('\n', start);
    const end = found < 0 ? file.length : found;
    yield file.slice(start, file[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
  }
}
