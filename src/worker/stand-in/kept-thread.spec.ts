import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../test/support/eventually.ts';
import { KeptThread } from './kept-thread.ts';

const SAYS = `import { parentPort } from 'node:worker_threads'; parentPort.postMessage('here');`;

describe('a kept thread', () => {
  let thread: KeptThread;
  let messages: unknown[];
  let troubles: unknown[];

  afterEach(() => thread.stop());

  /** A thread that runs this program. */
  function keep(program: string, pauseMs = 0): void {
    [messages, troubles] = [[], []];
    thread = new KeptThread({
      file: new URL(`data:text/javascript,${encodeURIComponent(program)}`),
      worker: {},
      pauseMs,
      onMessage: (message) => messages.push(message),
      onBroken: (error) => troubles.push(error),
    });
    thread.start();
  }

  it('is started again when it breaks, and says why it broke', async () => {
    keep(`${SAYS} throw new Error('no further');`);

    await eventually(() => messages.length >= 2 && troubles.length >= 2);
    expect(messages).toContain('here');
    expect(troubles[0]).toMatchObject({ message: 'no further' });
  });

  it('is started again when it ends without a word', async () => {
    keep(SAYS);

    await eventually(() => messages.length >= 2);
    expect(troubles).toEqual([]);
  });

  it('is started again when its file does not work at all', async () => {
    keep('this is no program');

    await eventually(() => troubles.length >= 2);
  });

  it('can be stopped while it stands still, and is not started again', async () => {
    const memory = 'new Int32Array(new SharedArrayBuffer(4))';
    keep(`${SAYS} for (;;) Atomics.wait(${memory}, 0, 0, 60_000);`);
    await eventually(() => messages.length === 1);

    await thread.stop();
    await thread.stop();

    expect(messages).toEqual(['here']);
    expect(troubles).toEqual([]);
  });

  it('can be stopped while it waits to be started again', async () => {
    keep(SAYS, 60_000);
    await eventually(() => messages.length === 1);

    await thread.stop();

    expect(messages).toEqual(['here']);
  });
});
