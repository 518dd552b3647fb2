import { rm } from 'node:fs/promises';
import { takeServer } from './test-server.ts';

/** Stops the server that the setup has started; returns whether there was one left to stop. */
export default async function globalTeardown(): Promise<boolean> {
  const started = takeServer();
  if (!started) return false;
  await started.server.leave();
  await rm(started.directory, { recursive: true, force: true });
  return true;
}
