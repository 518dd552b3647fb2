import type { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';

/** The server that the setup of a test run has started for its teardown to stop. */
export interface TestServer {
  readonly server: EmbeddedPostgres;
  readonly directory: string;
}

/** Jest may load setup and teardown as modules apart, which share nothing but the process. */
const KEY = Symbol.for('job-scheduler.test-server');
const shared = globalThis as { [KEY]?: TestServer };

export function keepServer(server: TestServer): void {
  shared[KEY] = server;
}

export function takeServer(): TestServer | undefined {
  const server = shared[KEY];
  delete shared[KEY];
  return server;
}
