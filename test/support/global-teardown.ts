import { rm } from 'node:fs/promises';
import { takeServer } from './test-server.ts';

export default async function globalTeardown(): Promise<void> {
  const started = takeServer();
  if (!started) return;
  await started.server.leave();
  await rm(started.directory, { recursive: true, force: true });
}
