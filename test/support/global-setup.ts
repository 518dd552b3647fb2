import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import globalTeardown from './global-teardown.ts';
import { keepServer } from './test-server.ts';

/** The data lives for one test run only, so nothing is lost when the machine stops. */
const FAST_SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
/** For several instances at a time, in several files at a time. */
const MANY_CONNECTIONS = { max_connections: '500' };

/**
 * One PostgreSQL for the whole test run, whatever number of projects takes part: its address, as
 * superuser, is in TEST_POSTGRES_URL. A server named there by the caller is used as it is.
 */
export default async function globalSetup(): Promise<void> {
  if (process.env.TEST_POSTGRES_URL) return;

  const directory = await mkdtemp(join(tmpdir(), 'job-scheduler-test-'));
  // The server may run as another user, who has to get in.
  await chmod(directory, 0o755);
  const server = await joinEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    log: () => undefined,
    settings: { ...FAST_SETTINGS, ...MANY_CONNECTIONS },
  });
  keepServer({ server, directory });
  leaveWhenInterrupted();
  process.env.TEST_POSTGRES_URL = server.url;
}

/**
 * Jest runs no teardown when it is interrupted, and the server would go on without it. The signal
 * may come twice, from the terminal and from whoever has started us.
 */
function leaveWhenInterrupted(): void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) {
    process.on(signal, () => {
      void globalTeardown().then((stopped) => {
        if (!stopped) return;
        for (const other of signals) process.removeAllListeners(other);
        process.kill(process.pid, signal);
      });
    });
  }
}
