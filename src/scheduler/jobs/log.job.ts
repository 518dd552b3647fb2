import { Injectable } from '@nestjs/common';
import { unstorable } from '../../common/storable.ts';
import { refuse } from '../../common/validation.ts';
import type { JobHandler, Outcome, RunContext } from './job-handler.ts';

const MAX_LINE_LENGTH = 4_096;

/** Writes its payload, any JSON value, to the log as one line; without a payload it only succeeds. */
@Injectable()
export class LogJob implements JobHandler {
  readonly type = 'log';

  parse(payload: unknown): unknown {
    refuse(unstorable(payload, 'payload'));
    return payload;
  }

  async run(payload: unknown, context: RunContext): Promise<Outcome> {
    if (payload !== undefined && payload !== null) context.log(lineOf(payload));
    return { kind: 'succeeded' };
  }
}

function lineOf(payload: unknown): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  // Line breaks and escape sequences of the payload could forge lines of the log.
  const line = text.replace(/[\p{Control}\u2028\u2029]/gu, ' ');
  return line.length <= MAX_LINE_LENGTH ? line : `${cut(line)}…`;
}

/** Cuts between characters: half of a surrogate pair could not be stored. */
function cut(line: string): string {
  return line.slice(0, MAX_LINE_LENGTH - 1).replace(/\p{Surrogate}$/u, '');
}
