import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort } from './launch.ts';

describe('freePort', () => {
  it('takes the preferred port when it is free', async () => {
    const port = await freePort(0);

    expect(await freePort(port)).toBe(port);
  });

  it('takes another one when somebody listens there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const other = await freePort(port);

    expect(other).toBeGreaterThan(0);
    expect(other).not.toBe(port);
    server.close();
  });
});
