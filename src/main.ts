import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { httpAdapter, setUp } from './app.setup.ts';
import { Lifecycle } from './common/lifecycle.ts';
import type { Config } from './config/config.ts';
import { ConfigError, readConfig } from './config/read-config.ts';
import { EmbeddedDatabaseError } from './database/embedded/embedded-database-error.ts';
import { openDatabase } from './database/open-database.ts';
import { DatabaseRefusedError, migrate } from './database/migrations.ts';
import { PinoLogger } from './telemetry/pino-logger.ts';
import { welcome } from './welcome.ts';

const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** Reasons not to start that say by themselves what to do. */
const EXPECTED = [ConfigError, DatabaseRefusedError, EmbeddedDatabaseError];

/** Starts the service, and stops it again on the first SIGTERM or SIGINT. */
async function main(): Promise<void> {
  // Comes first: a signal that arrives during the start is heeded at its end.
  const stopSignal = firstSignal();
  const config = readConfig();
  const logger = new PinoLogger(config.LOG_LEVEL);
  const database = await openDatabase(config, (message) => logger.log(message, 'Database'));
  try {
    const app = await serve(config, database.url, logger);
    logger.log(`Stopping on ${await stopSignal}`, 'Main');
    app.get(Lifecycle).drain();
    await app.close();
  } finally {
    await database.leave();
  }
}

async function serve(
  config: Config,
  databaseUrl: string,
  logger: PinoLogger,
): Promise<NestFastifyApplication> {
  const applied = await migrate(databaseUrl, MIGRATIONS);
  if (applied.length > 0) logger.log({ message: 'Migrated', applied }, 'Database');

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config, databaseUrl),
    httpAdapter(),
    { logger, bodyParser: false },
  );
  setUp(app);
  await app.listen(config.PORT, config.HOST);
  process.stdout.write(welcome(await app.getUrl(), config));
  return app;
}

/** Further signals (npm and the terminal both send one) change nothing. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  });
}

function fail(error: unknown): never {
  const isExpected = EXPECTED.some((type) => error instanceof type);
  process.stderr.write(`${isExpected ? (error as Error).message : inspected(error)}\n`);
  process.exit(1);
}

function inspected(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main().catch(fail);
process.exit(0);
