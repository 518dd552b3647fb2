import { describe, expect, it } from '@jest/globals';
import type { RunContext } from './job-handler.ts';
import { LogJob } from './log.job.ts';

async function linesOf(payload: unknown): Promise<string[]> {
  const lines: string[] = [];
  const context: Pick<RunContext, 'log'> = { log: (line) => lines.push(line) };
  const job = new LogJob();

  const outcome = await job.run(job.parse(payload), context as RunContext);

  expect(outcome).toEqual({ kind: 'succeeded' });
  return lines;
}

describe('LogJob', () => {
  it.each([
    ['a text', 'hello', ['hello']],
    ['an object', { a: [1, null] }, ['{"a":[1,null]}']],
    ['zero', 0, ['0']],
    ['false', false, ['false']],
    ['an empty text', '', ['']],
    ['null', null, []],
    ['nothing', undefined, []],
  ])('writes %s', async (_name, payload, lines) => {
    expect(await linesOf(payload)).toEqual(lines);
  });

  it('writes one line, whatever the payload tries', async () => {
    expect(await linesOf('one\r\ntwo\u001b[31m\u2028three')).toEqual(['one  two [31m three']);
  });

  it('cuts a long payload between characters', async () => {
    const [line = ''] = await linesOf('x' + '😀'.repeat(10_000));

    expect(line).toHaveLength(4_096);
    expect(line.endsWith('😀…')).toBe(true);
  });

  it('refuses what cannot be stored, and says where it is', () => {
    const refused = (): unknown => new LogJob().parse({ lines: ['fine', 'a\0b'] });

    expect(refused).toThrow('payload.lines.1: must not contain NUL or half of a surrogate pair');
  });
});
