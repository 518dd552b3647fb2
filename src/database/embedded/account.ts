import { stat } from 'node:fs/promises';
import { run } from './command.ts';
import type { Account } from './command.ts';
import { EmbeddedDatabaseError, USE_YOUR_OWN } from './embedded-database-error.ts';

/** The user that is made when root starts the database and the system has no `postgres` user. */
const OWN_USER = 'job-scheduler';

/**
 * Who runs the server: PostgreSQL refuses to run as root. Undefined means: as who we are.
 * Data that exists is served as its owner, so that root can go on with what a user has begun.
 */
export async function serverAccount(home: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;

  const account =
    (await ownerOf(home)) ??
    (await findAccount('postgres')) ??
    (await findAccount(OWN_USER)) ??
    (await createAccount()) ??
    (await findAccount('nobody'));
  if (account) return account;
  throw new EmbeddedDatabaseError(
    `PostgreSQL refuses to run as root, and this system has no user to run it as. Start the service as an ordinary user, ${USE_YOUR_OWN}`,
  );
}

async function ownerOf(directory: string): Promise<Account | undefined> {
  const found = await stat(directory).catch(() => undefined);
  if (!found || found.uid === 0) return undefined;
  return { name: `user ${found.uid}`, uid: found.uid, gid: found.gid };
}

async function findAccount(name: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  if (!uid.ok || !gid.ok) return undefined;
  return { name: `user ${name}`, uid: Number(uid.output), gid: Number(gid.output) };
}

async function createAccount(): Promise<Account | undefined> {
  // Two processes may both try: what counts is that the user exists afterwards.
  await run('useradd', ['--system', '--user-group', '--shell', '/usr/sbin/nologin', OWN_USER]);
  return findAccount(OWN_USER);
}
