import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { Network } from './network.ts';

const IS_POSSIBLE = await Network.isPossible();

/** Keeps a connection to the address in its arguments busy, and prints what comes back. */
const TALK = `
  const [host, port] = process.argv.slice(1);
  const socket = require('node:net').connect(port, host);
  socket.on('data', (bytes) => process.stdout.write(bytes));
  setInterval(() => socket.write('ping\\n'), 20);
`;

(IS_POSSIBLE ? describe : describe.skip)('a network of its own', () => {
  let network: Network;
  let servers: Server[];
  let sockets: Socket[];
  let clients: ChildProcess[];

  beforeEach(async () => {
    network = await Network.open(['one', 'two']);
    servers = [];
    sockets = [];
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) {
      client.kill('SIGKILL');
      await once(client, 'exit');
    }
    // The end of a client may have been dropped like everything else.
    for (const socket of sockets) socket.destroy();
    for (const server of servers) await once(server.close(), 'close');
    await network.close();
  });

  it('reaches this machine, and has a loopback of its own', async () => {
    const port = await listen(
      createHttpServer((request, response) => {
        void text(request).then((body) => response.end(`${request.method} ${body}`));
      }),
    );
    const request = { method: 'POST', body: 'hello', headers: { connection: 'close' } };

    const answer = await network.fetchInside('one', `http://${network.address}:${port}/`, request);

    expect(answer).toEqual({ status: 200, body: 'POST hello' });
    await expect(network.fetchInside('one', `http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it.each(['both', 'out', 'in'] as const)('drops %s without a word, and heals', async (what) => {
    const cutOff = await talk('one');
    const other = await talk('two');

    await network.drop('one', what, cutOff.port);
    await eventually(async () => (await network.dropped('one')) > 0);
    const [before, otherBefore] = [cutOff.lines.length, other.lines.length];
    await eventually(() => other.lines.length > otherBefore + 10);
    expect(cutOff.lines.length).toBeLessThan(before + 5);
    expect(await network.dropped('two')).toBe(0);

    const dropped = await network.dropped('one');
    await network.heal('one');
    await eventually(() => cutOff.lines.length > before + 20);
    expect(await network.dropped('one')).toBeGreaterThanOrEqual(dropped);
  });

  it('leaves the other ports alone when it is told one', async () => {
    const [cutOff, spared] = [await talk('one'), await talk('one')];

    await network.drop('one', 'both', cutOff.port);

    await eventually(async () => (await network.dropped('one')) > 0);
    const before = spared.lines.length;
    await eventually(() => spared.lines.length > before + 10);
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.on('connection', (socket) => sockets.push(socket));
    await once(server.listen(0, network.address), 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** A process there that gets a line back each 20 ms on one connection to this machine. */
  async function talk(name: string): Promise<{ lines: string[]; port: number }> {
    const port = await listen(
      createServer((socket) => void socket.on('error', () => undefined).pipe(socket)),
    );
    const command = [process.execPath, '-e', TALK, network.address, String(port)];
    const [program = '', ...args] = [...network.prefix(name), ...command];
    const client = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    clients.push(client);
    const lines: string[] = [];
    createInterface(client.stdout).on('line', (line) => lines.push(line));
    await eventually(() => lines.length > 0);
    return { lines, port };
  }
});
