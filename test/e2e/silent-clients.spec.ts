import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { openService, type TestService } from '../support/service.ts';

/** Far less than the minute that a client has for its first request. */
const STOPPED_MS = 15_000;

describe('a client that connects and says nothing', () => {
  let database: TestDatabase;
  let service: TestService;

  beforeEach(async () => {
    database = await createDatabase();
    service = await openService(database);
  });
  afterEach(() => database.drop());

  it.each([
    ['nothing', ''],
    ['half of a request', 'POST /jobs HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n{'],
  ])('keeps nobody from stopping when it has sent %s', async (_what, text) => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined).write(text);
    const closed = once(socket.resume(), 'close');
    const begun = performance.now();

    await service.close();

    await closed;
    expect(performance.now() - begun).toBeLessThan(STOPPED_MS);
  });
});
