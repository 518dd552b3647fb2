import 'reflect-metadata';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { httpAdapter, setUp } from './app.setup.ts';
import { Lifecycle } from './common/lifecycle.ts';
import type { Config } from './config/config.ts';
import { ConfigError, readConfig } from './config/read-config.ts';
import { EmbeddedDatabaseError } from './database/embedded/embedded-database-error.ts';
import { migrate } from './database/migrations.ts';
import { openDatabase } from './database/open-database.ts';
import { unlessAborted, whenAvailable } from './database/patience.ts';
import { DatabaseRefusedError } from './database/refusal.ts';
import { ZoneinfoError } from './schedules/zones/zoneinfo/zoneinfo.ts';
import { PinoLogger } from './telemetry/pino-logger.ts';
import { WaitingServer } from './waiting-server.ts';
import { welcome } from './welcome.ts';

const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** Reasons not to start that say by themselves what to do. */
const EXPECTED = [ConfigError, DatabaseRefusedError, EmbeddedDatabaseError, ZoneinfoError];

/** A signal has come: the reason of all that ends early. */
class Stopped extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`Stopping on ${signal}`);
  }
}

/** Starts the service, and stops it again on the first SIGTERM or SIGINT. */
async function main(): Promise<void> {
  // Comes first: a signal that arrives during the start is heeded too.
  const stopping = onSignal();
  const config = readConfig();
  const logger = new PinoLogger(config.LOG_LEVEL);
  const waiting = await WaitingServer.open(config);
  const database = await openDatabase(config, (message) => logger.log(message, 'Database'));
  try {
    const app = await start(config, database.url, { logger, stopping, waiting });
    if (!stopping.aborted) await once(stopping, 'abort');
    logger.log((stopping.reason as Stopped).message, 'Main');
    app.get(Lifecycle).drain();
    await app.close();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    logger.log(error.message, 'Main');
  } finally {
    await database.leave();
  }
}

interface Surroundings {
  logger: PinoLogger;
  stopping: AbortSignal;
  /** Has the port until the application takes it over. */
  waiting: WaitingServer;
}

async function start(
  config: Config,
  databaseUrl: string,
  { logger, stopping, waiting }: Surroundings,
): Promise<NestFastifyApplication> {
  const onWait = (reason: string) => (waiting.reason = reason);
  const app = await whenAvailable(
    async () => {
      // Cut short by a signal, a migration leaves nothing behind.
      const applied = await unlessAborted(migrate(databaseUrl, MIGRATIONS), stopping);
      if (applied.length > 0) logger.log({ message: 'Migrated', applied }, 'Database');
      onWait('starting');
      return initialize(config, databaseUrl, logger);
    },
    { logger, stopping, onWait },
  );
  waiting.handOverTo(app.getHttpServer());
  await app.listen(config.PORT, config.HOST);
  process.stdout.write(welcome(await app.getUrl(), config));
  return app;
}

/** Has everything ready but the port. */
async function initialize(
  config: Config,
  databaseUrl: string,
  logger: PinoLogger,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config, databaseUrl),
    httpAdapter(),
    { logger, bodyParser: false },
  );
  setUp(app);
  try {
    await app.init();
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Further signals (npm and the terminal both send one) change nothing. */
function onSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, (signal) => stopping.abort(new Stopped(signal)));
  }
  return stopping.signal;
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
