import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { TcpProxy } from './tcp-proxy.ts';

describe('a proxy', () => {
  let echo: Echo;
  let proxy: TcpProxy;
  let clients: Client[];

  beforeEach(async () => {
    echo = await Echo.open();
    proxy = await TcpProxy.open({ host: '127.0.0.1', port: echo.port });
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.socket.destroy();
    await proxy.close();
    await echo.close();
  });

  function open(): Client {
    const client = Client.to(proxy.port);
    clients.push(client);
    return client;
  }

  async function openAndAnswered(): Promise<Client> {
    const client = open();
    client.socket.write('hello');
    await client.received('hello');
    return client;
  }

  it('passes everything on as it is when nothing is wrong', async () => {
    const text = 'x'.repeat(1_000_000);
    const client = open();

    client.socket.end(text);

    await client.received(text);
    await client.ended;
    expect(proxy.bytes).toEqual({ up: 1_000_000, down: 1_000_000 });
    expect(Object.values(proxy.bites).every((count) => count === 0)).toBe(true);
    await eventually(() => proxy.openConnections === 0);
  });

  it('delays each way and keeps the order', async () => {
    const client = await openAndAnswered();
    proxy.apply({ delayMs: 100, jitterMs: 50 });
    const sentAt = performance.now();

    for (const letter of 'abcdefgh') client.socket.write(letter);

    await client.received('helloabcdefgh');
    expect(performance.now() - sentAt).toBeGreaterThan(90);
    expect(proxy.bites.delayed).toBeGreaterThanOrEqual(2);
  });

  it('limits the bytes of a second', async () => {
    const client = await openAndAnswered();
    proxy.apply({ bytesPerSecond: 20_000 });
    const sentAt = performance.now();

    client.socket.write('x'.repeat(10_000));

    await client.received(`hello${'x'.repeat(10_000)}`);
    expect(performance.now() - sentAt).toBeGreaterThan(450);
    expect(proxy.bites.throttled).toBeGreaterThan(10);
  });

  it('drips', async () => {
    const client = await openAndAnswered();
    proxy.apply({ dripMs: 1 });

    client.socket.write('drop by drop');

    await client.received('hellodrop by drop');
    expect(client.pieces).toBeGreaterThan(5);
    expect(proxy.bites.dripped).toBe(24);
  });

  it('stands still, and goes on without a loss', async () => {
    const client = await openAndAnswered();
    proxy.apply({ frozen: 'both' });
    client.socket.end('held');
    const late = open();
    late.socket.write('late');
    await eventually(() => proxy.bites.frozen >= 2);
    expect([client.text, late.text, echo.connections]).toEqual(['hello', '', 1]);

    proxy.heal();

    await Promise.all([client.received('helloheld'), client.ended, late.received('late')]);
  });

  it('makes a sender wait when it stands still for long', async () => {
    const client = await openAndAnswered();
    proxy.apply({ frozen: 'both' });

    client.socket.write(Buffer.alloc(20_000_000));
    await eventually(() => proxy.bites.frozen > 0);
    expect(client.socket.writableNeedDrain).toBe(true);

    proxy.heal();
    await once(client.socket, 'drain');
  });

  it.each(['up', 'down'] as const)('loses what goes %s without a word', async (way) => {
    const client = await openAndAnswered();
    const other = await openAndAnswered();
    proxy.apply({ silent: way });

    client.socket.write('lost');
    await eventually(() => proxy.bites.silenced > 0);

    expect(client.text).toBe('hello');
    expect(echo.text).toBe(way === 'up' ? 'hellohello' : 'hellohellolost');
    proxy.heal();
    expect(await client.failure).toBe('ECONNRESET');
    // Nothing of this one was lost.
    other.socket.write(' again');
    await other.received('hello again');
  });

  it('accepts new connections while it is silent, and nothing more', async () => {
    proxy.apply({ silent: 'both' });

    const client = open();
    client.socket.write('anybody there?');

    await eventually(() => proxy.bites.silenced >= 2);
    expect(echo.connections).toBe(0);
  });

  it('cuts what it is told to, and refuses what comes', async () => {
    const client = await openAndAnswered();

    expect(proxy.cut()).toBe(1);
    expect(await client.failure).toBe('ECONNRESET');
    expect(await echo.failure).toBe('ECONNRESET');
    proxy.apply({ refusing: true });
    expect(await open().failure).toBe('ECONNRESET');

    proxy.heal();
    await openAndAnswered();
    expect(proxy.bites).toMatchObject({ cut: 1, refused: 1 });
    expect(proxy.attempts).toHaveLength(3);
    expect(proxy.busiestSecond()).toBe(3);
    expect(proxy.busiestSecond(performance.now())).toBe(0);
  });

  it('tells late that one end has closed', async () => {
    const client = await openAndAnswered();
    proxy.apply({ closeDelayMs: 150 });
    const endedAt = performance.now();

    client.socket.end();

    await client.ended;
    expect(performance.now() - endedAt).toBeGreaterThan(140);
    expect(proxy.bites.closedLate).toBeGreaterThan(0);
  });

  it('closes in the middle of an answer', async () => {
    const client = await openAndAnswered();
    proxy.apply({ closeAfterBytes: { down: 3 } });

    client.socket.write('abcdef');

    await client.ended;
    expect(client.text).toBe('helloabc');
    expect(proxy.bites.closedEarly).toBe(1);
  });

  it('leads new connections elsewhere', async () => {
    const client = await openAndAnswered();
    const other = await Echo.open();

    proxy.aim({ host: '127.0.0.1', port: other.port });
    await openAndAnswered();
    client.socket.write(' again');

    await client.received('hello again');
    expect([echo.connections, other.connections]).toEqual([1, 1]);
    await other.close();
  });

  it('spares the sessions that it is told to', async () => {
    proxy.apply({ frozen: 'both', refusing: false }, () => false);

    await openAndAnswered();

    expect(proxy.bites.frozen).toBe(0);
  });

  it('resets a connection whose server is not there', async () => {
    await echo.close();

    expect(await open().failure).toBe('ECONNRESET');
  });
});

/** A server that sends back what it gets. */
class Echo {
  text = '';
  connections = 0;
  readonly failure: Promise<string>;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    this.failure = new Promise((resolve) => {
      server.on('connection', (socket) => {
        this.connections += 1;
        this.sockets.add(socket);
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
        socket.on('data', (bytes) => (this.text += bytes.toString()));
        socket.pipe(socket);
      });
    });
  }

  static async open(): Promise<Echo> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new Echo(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    for (const socket of this.sockets) socket.destroy();
    await once(this.server.close(), 'close');
  }
}

class Client {
  text = '';
  pieces = 0;
  readonly ended: Promise<unknown>;
  readonly failure: Promise<string>;

  private constructor(readonly socket: Socket) {
    this.ended = new Promise((resolve) => socket.on('end', resolve));
    this.failure = new Promise((resolve) => {
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    socket.on('data', (bytes) => {
      this.text += bytes.toString();
      this.pieces += 1;
    });
  }

  static to(port: number): Client {
    return new Client(connect(port, '127.0.0.1'));
  }

  async received(text: string): Promise<void> {
    await eventually(() => this.text === text);
  }
}
