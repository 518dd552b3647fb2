import { describe, expect, it } from '@jest/globals';
import { run } from './command.ts';
import { errorCode } from './embedded-database-error.ts';

describe('run', () => {
  it('returns what a command has written to both outputs', async () => {
    const { ok, output } = await run('/bin/sh', ['-c', 'echo one; echo two >&2']);

    expect(ok).toBe(true);
    expect(output).toBe('one\ntwo');
  });

  it('returns a failure as a result', async () => {
    expect(await run('/bin/sh', ['-c', 'echo broken; exit 3'])).toEqual({
      ok: false,
      output: 'broken',
    });
  });

  it('returns why a command could not be started', async () => {
    const { ok, output } = await run('/no/such/program', []);

    expect(ok).toBe(false);
    expect(output).toContain('ENOENT');
  });

  it('lets no variable of the caller through', async () => {
    const { output } = await run('/usr/bin/env', []);

    expect(output.split('\n').map((line) => line.split('=')[0])).toEqual(['PATH', 'LC_ALL']);
  });
});

describe('errorCode', () => {
  it.each([
    [Object.assign(new Error('gone'), { code: 'ENOENT' }), 'ENOENT'],
    [{ code: '57P03' }, '57P03'],
    [new Error('plain'), ''],
    ['text', ''],
    [null, ''],
    [undefined, ''],
  ])('reads %p as %j', (error, code) => {
    expect(errorCode(error)).toBe(code);
  });
});
