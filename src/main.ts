import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { httpAdapter, setUp } from './app.setup.ts';
import { Lifecycle } from './common/lifecycle.ts';
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
  const config = readConfig();
  const logger = new PinoLogger(config.LOG_LEVEL);
  const database = await openDatabase(config, (message) => logger.log(message, 'Database'));
  const applied = await migrate(database.url, MIGRATIONS);
  if (applied.length > 0) logger.log({ message: 'Migrated', applied }, 'Database');

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config, database.url),
    httpAdapter(),
    { logger, bodyParser: false },
  );
  setUp(app);
  await app.listen(config.PORT, config.HOST);
  process.stdout.write(welcome(await app.getUrl(), config));
  stopOnSignal(app, logger, () => database.leave());
}

/** The first signal begins a clean stop; further ones (npm and the terminal both send) change nothing. */
function stopOnSignal(
  app: NestFastifyApplication,
  logger: PinoLogger,
  leave: () => Promise<void>,
): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.log(`Stopping on ${signal}`, 'Main');
    app.get(Lifecycle).drain();
    await app.close();
    await leave();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void stop(signal).catch(fail));
  }
}

function fail(error: unknown): never {
  const isExpected = EXPECTED.some((type) => error instanceof type);
  process.stderr.write(`${isExpected ? (error as Error).message : inspected(error)}\n`);
  process.exit(1);
}

function inspected(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch(fail);
