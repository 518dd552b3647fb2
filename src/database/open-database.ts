import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { joinEmbeddedPostgres } from './embedded/embedded-postgres.ts';

/** A database to use, and how to leave it behind. */
export interface Database {
  url: string;
  leave(): Promise<void>;
}

/** Your own server where one is configured, the embedded one otherwise. */
export async function openDatabase(
  { DATABASE_URL, DATA_DIRECTORY }: Config,
  log: (message: string) => void,
): Promise<Database> {
  if (DATABASE_URL !== undefined) return { url: DATABASE_URL, leave: async () => undefined };
  return joinEmbeddedPostgres({ dataDirectory: join(DATA_DIRECTORY, 'postgres'), log });
}
